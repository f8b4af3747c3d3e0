import type { CfnLaunchTemplate } from 'aws-cdk-lib/aws-ec2';
import type { LaunchTemplateInterface } from '../catalog/network-layout';

/** Session tokens only, and pods on the pod network get none: they have Pod Identity. */
export const METADATA_OPTIONS: CfnLaunchTemplate.MetadataOptionsProperty = {
  httpTokens: 'required',
  httpPutResponseHopLimit: 1,
};

export interface NodeSecurityGroups {
  readonly clusterSecurityGroupId: string;
  readonly efaSecurityGroupId: string;
}

type Interfaces =
  | { readonly securityGroupIds: string[] }
  | { readonly networkInterfaces: CfnLaunchTemplate.NetworkInterfaceProperty[] };

/**
 * The interfaces part of a launch template. A type without EFA needs none; one with EFA lists every interface, and the
 * security groups on each, because EC2 refuses them beside the list. Subnets are never named: EKS chooses them.
 */
export function nodeInterfaces(layout: readonly LaunchTemplateInterface[], groups: NodeSecurityGroups): Interfaces {
  if (layout.length === 1) return { securityGroupIds: [groups.clusterSecurityGroupId] };
  return {
    networkInterfaces: layout.map((networkInterface) => ({
      ...networkInterface,
      groups: [groups.clusterSecurityGroupId, groups.efaSecurityGroupId],
      deleteOnTermination: true,
    })),
  };
}
