import * as fs from 'node:fs';
import type { PlannedCell } from './assembly';
import type { Breakable } from './settings';

/** As much of a template's resource as is edited here. */
interface Editable {
  readonly Type: string;
  readonly Properties?: {
    readonly LaunchTemplateData?: {
      readonly NetworkInterfaces?: { readonly Groups: unknown[]; AssociatePublicIpAddress?: boolean }[];
    };
    readonly ManagedPolicyArns?: unknown[];
  };
}

/**
 * Breaks one thing in the templates of a synthesized cell, as an editing mistake would, and says what. Everything still has
 * a valid form: only a deployment that is looked at can tell.
 */
export function breakOnPurpose(cell: PlannedCell, what: Breakable): string {
  for (const { name, templateFile } of cell.stacks) {
    const template = JSON.parse(fs.readFileSync(templateFile, 'utf8'));
    for (const [logicalId, resource] of Object.entries<Editable>(template.Resources)) {
      const said = BREAKS[what](resource);
      if (said === undefined) continue;
      fs.writeFileSync(templateFile, JSON.stringify(template));
      return `${name}, ${logicalId}: ${said}`;
    }
  }
  throw new Error(`there is no ${what} to break in ${cell.plan.id}`);
}

const BREAKS: Readonly<Record<Breakable, (resource: Editable) => string | undefined>> = {
  reference: ({ Properties }) => {
    const groups = Properties?.LaunchTemplateData?.NetworkInterfaces?.[0]?.Groups;
    if (groups === undefined) return undefined;
    groups[1] = 'sg-00000000000000000';
    return 'an interface names a security group that is not there';
  },
  nic: ({ Properties }) => {
    const interfaces = Properties?.LaunchTemplateData?.NetworkInterfaces ?? [];
    if (interfaces.length < 2) return undefined;
    interfaces.pop();
    return 'its last interface is gone';
  },
  address: ({ Properties }) => {
    const [single, ...more] = Properties?.LaunchTemplateData?.NetworkInterfaces ?? [];
    if (single === undefined || more.length > 0) return undefined;
    single.AssociatePublicIpAddress = true;
    return 'its nodes have public addresses';
  },
  policy: ({ Properties }) => {
    const policies = Properties?.ManagedPolicyArns ?? [];
    const index = policies.findIndex((arn) => JSON.stringify(arn).includes('AmazonEKSWorkerNodePolicy'));
    if (index === -1) return undefined;
    policies.splice(index, 1);
    return 'nodes may no longer join';
  },
};
