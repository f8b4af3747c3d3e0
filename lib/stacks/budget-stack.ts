import type { Construct } from 'constructs';
import { type BudgetAudience, SpendBudget, type SpendLimit } from '../constructs/spend-budget';
import type { Cell } from '../workload/cell';
import { CellPart } from './cell-part';

export interface BudgetStackProps {
  readonly cell: Cell;
  readonly limits: readonly SpendLimit[];
  readonly audience: BudgetAudience;
}

/** What AWS itself watches of the cell's spend, one budget a window. Deployable alone. */
export class BudgetStack extends CellPart {
  static readonly PART = 'Budget';
  constructor(scope: Construct, { cell, limits, audience }: BudgetStackProps) {
    super(scope, BudgetStack.PART, { cell, description: `Spend of cell ${cell.id}` });
    for (const limit of limits) new SpendBudget(this, limit.id, { cellId: cell.id, limit, audience });
  }
}
