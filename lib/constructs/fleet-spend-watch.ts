import { CfnAnomalyMonitor, CfnAnomalySubscription, CfnCostCategory } from 'aws-cdk-lib/aws-ce';
import { Construct } from 'constructs';
import type { FleetSpend } from '../workload/fleet';
import { TAG } from './node-tags';
import { SpendBudget, type SpendLimit } from './spend-budget';

const DEFAULT_ANOMALY_USD = '100';

export interface FleetSpendWatchProps {
  readonly deployment: string;
  readonly cells: readonly string[];
  /** Of all cells together, one a contract period. */
  readonly limits: readonly SpendLimit[];
  readonly spend: FleetSpend;
}

/**
 * How a whole deployment's spend is watched in the management account: a budget for each contract period, the cells as a cost
 * category, and a monitor for each cell that learns what it usually costs: of several values in one, AWS adds up the spend, so
 * that one cell could fall while another rises. It sees nothing until `headroom:cell` and
 * `headroom:deployment` are active cost-allocation tags.
 */
export class FleetSpendWatch extends Construct {
  constructor(scope: Construct, id: string, { deployment, cells, limits, spend }: FleetSpendWatchProps) {
    super(scope, id);
    for (const limit of limits) {
      new SpendBudget(this, limit.id, {
        tag: { key: TAG.deployment, value: deployment },
        limit,
        audience: { emails: spend.emails },
      });
    }
    new CfnCostCategory(this, 'Cells', {
      name: `${deployment}-cells`,
      ruleVersion: 'CostCategoryExpression.v1',
      defaultValue: 'elsewhere',
      rules: JSON.stringify(cells.map((cell) => ({ Value: cell, Rule: taggedBy([cell]), Type: 'REGULAR' }))),
    });
    const monitors = cells.map(
      (cell) =>
        new CfnAnomalyMonitor(this, `Monitor-${cell}`, {
          monitorName: `${deployment}-${cell}`,
          monitorType: 'CUSTOM',
          monitorSpecification: JSON.stringify(taggedBy([cell])),
        }),
    );
    new CfnAnomalySubscription(this, 'Subscription', {
      subscriptionName: `${deployment}-cells`,
      monitorArnList: monitors.map(({ attrMonitorArn }) => attrMonitorArn),
      // Mail goes out daily; at once goes only to a topic (AWS cost management user guide, anomaly subscriptions).
      frequency: 'DAILY',
      subscribers: spend.emails.map((address) => ({ type: 'EMAIL', address })),
      thresholdExpression: JSON.stringify({
        Dimensions: {
          Key: 'ANOMALY_TOTAL_IMPACT_ABSOLUTE',
          MatchOptions: ['GREATER_THAN_OR_EQUAL'],
          Values: [spend.anomalyUsd ?? DEFAULT_ANOMALY_USD],
        },
      }),
    });
  }
}

function taggedBy(cells: readonly string[]): object {
  return { Tags: { Key: TAG.cell, Values: cells, MatchOptions: ['EQUALS'] } };
}
