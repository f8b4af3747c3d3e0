import type { Range } from '../../units/range';

/**
 * A declared usage (quantity per month at min, plan and max) or, with unit "USD/month", a declared ceiling, for what a
 * template cannot show. It has an owner and an expiry; an expired one counts for nothing.
 */
export interface Assumption extends Range<string> {
  /** The charger's name for the dimension, e.g. "natGatewayGigabytes". */
  readonly usage: string;
  /** Glob over construct paths of stacks, e.g. "Cell*\/Network". */
  readonly scope: string;
  readonly unit: string;
  readonly owner: string;
  readonly expires: string;
}
