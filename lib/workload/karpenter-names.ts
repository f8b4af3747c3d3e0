import type { Cell } from './cell';

/**
 * Names that Karpenter's objects know and CloudFormation makes: a manifest is written before anything is deployed, so that
 * these are decided here and not by AWS.
 */

/** Tag of the subnet and the security group that its nodes are started in; the value is the cell's id. */
export const DISCOVERY_TAG = 'karpenter.sh/discovery';

/** The queue of interruption warnings. */
export function interruptionQueueName({ id }: Pick<Cell, 'id'>): string {
  return `${id}-karpenter`;
}

/** The instance profile of its nodes; IAM's names are the account's, over all regions. */
export function nodeProfileName({ id, region }: Pick<Cell, 'id' | 'region'>): string {
  return `${id}-karpenter-${region}`;
}
