import type { Construct } from 'constructs';
import { alertTopicArn } from '../constructs/alert-topic';
import { TAG } from '../constructs/node-tags';
import { type BudgetAudience, SpendBudget, type SpendLimit } from '../constructs/spend-budget';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface BudgetStackProps {
  readonly cell: Cell;
  readonly limits: readonly SpendLimit[];
  readonly audience: BudgetAudience;
  /** Whether the cell has a topic of alerts, which then hears of spend too unless the audience names another. @default false */
  readonly writesToAlertTopic?: boolean;
}

/** What AWS itself watches of the cell's spend, one budget a window. Deployable alone. */
export class BudgetStack extends CellPart {
  static readonly PART = 'Budget';
  constructor(scope: Construct, { cell, limits, audience: given, writesToAlertTopic = false }: BudgetStackProps) {
    super(scope, BudgetStack.PART, { cell, description: `Spend of cell ${cell.id}` });
    const audience = writesToAlertTopic ? { topicArn: alertTopicArn(this, cell), ...given } : given;
    for (const limit of limits)
      new SpendBudget(this, limit.id, { tag: { key: TAG.cell, value: cell.id }, limit, audience });
  }
}
