import type { CfnTag } from 'aws-cdk-lib';
import type { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';

/** Tag keys that the bill of AWS is split by. Activate them as cost-allocation tags in the payer account. */
export const TAG = {
  deployment: 'headroom:deployment',
  cell: 'headroom:cell',
  workload: 'headroom:workload',
  nodeGroup: 'headroom:node-group',
  /** By when everything is gone, a UTC instant; on what has a scheduled end. */
  expires: 'headroom:expires',
  /** The role that deletes this cell when its life is over. */
  teardown: 'headroom:teardown',
} as const;

const LAUNCHED = ['instance', 'volume', 'network-interface'];

/** Tags of what a launch template launches. A managed node group's own tags reach none of these, so they stand here. */
export function launchedTags(tags: Readonly<Record<string, string>>): CfnLaunchTemplate.TagSpecificationProperty[] {
  const list = tagList(tags);
  return LAUNCHED.map((resourceType) => ({ resourceType, tags: list }));
}

/** As CloudFormation has them, in order of their keys. */
export function tagList(tags: Readonly<Record<string, string>>): CfnTag[] {
  return Object.keys(tags)
    .sort()
    .map((key) => ({ key, value: tags[key] ?? '' }));
}
