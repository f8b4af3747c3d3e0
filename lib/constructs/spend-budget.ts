import { CfnBudget, type CfnBudgetProps } from 'aws-cdk-lib/aws-budgets';
import { Construct } from 'constructs';
import { epochSeconds, type Interval } from '../units/interval';
import { type AmountText, Usd } from '../units/money';

/** What may be spent in a window, as AWS Budgets shall watch it. */
export interface SpendLimit extends Interval {
  /** Unique in its cell; decides the logical id. */
  readonly id: string;
  /** USD. Printed in the template: give planned cost where the contract is not disclosed. */
  readonly amount: AmountText;
}

/** Who is told. Nobody: the budget is there to look at. */
export interface BudgetAudience {
  readonly emails?: readonly string[];
  /** A topic that lets `budgets.amazonaws.com` publish. */
  readonly topicArn?: string;
}

export interface SpendBudgetProps {
  /** What carries this tag is counted. */
  readonly tag: { readonly key: string; readonly value: string };
  readonly limit: SpendLimit;
  readonly audience: BudgetAudience;
}

const THRESHOLDS_PERCENT = [50, 80, 100];

/**
 * An AWS budget over one window for what carries a tag. A backstop, hours late: the gate is the verdict at synth.
 * It sees nothing until the tag is an active cost-allocation tag in the payer account.
 */
export class SpendBudget extends Construct {
  constructor(scope: Construct, id: string, { tag, limit, audience }: SpendBudgetProps) {
    super(scope, id);
    new CfnBudget(this, 'Budget', {
      budget: {
        budgetType: 'COST',
        timeUnit: 'CUSTOM',
        timePeriod: { start: epochSeconds(limit.start), end: epochSeconds(limit.end) },
        // A number is all that the property takes; nothing is compared with it here.
        budgetLimit: { amount: Number(Usd.of(limit.amount).toView(2)), unit: 'USD' },
        costFilters: { TagKeyValue: [`user:${tag.key}$${tag.value}`] },
      },
      ...notificationsTo(audience),
    });
  }
}

function notificationsTo(audience: BudgetAudience): Pick<CfnBudgetProps, 'notificationsWithSubscribers'> {
  const subscribers = [
    ...(audience.emails ?? []).map((address) => ({ subscriptionType: 'EMAIL', address })),
    ...(audience.topicArn === undefined ? [] : [{ subscriptionType: 'SNS', address: audience.topicArn }]),
  ];
  if (subscribers.length === 0) return {};
  const notification = { notificationType: 'ACTUAL', comparisonOperator: 'GREATER_THAN', thresholdType: 'PERCENTAGE' };
  return {
    notificationsWithSubscribers: THRESHOLDS_PERCENT.map((threshold) => ({
      notification: { ...notification, threshold },
      subscribers,
    })),
  };
}
