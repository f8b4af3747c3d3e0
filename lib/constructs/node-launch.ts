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
 * The interfaces part of a launch template. A type without EFA needs none, unless its connections are to be kept longer; one with EFA lists every interface, and the
 * security groups on each, because EC2 refuses them beside the list. Subnets are never named: EKS chooses them.
 *
 * @param idleConnectionSeconds after which the primary interface, which carries all TCP, forgets an idle connection; the
 *   type's default when undefined
 */
export function nodeInterfaces(
  layout: readonly LaunchTemplateInterface[],
  { clusterSecurityGroupId, efaSecurityGroupId }: NodeSecurityGroups,
  idleConnectionSeconds?: number,
): Interfaces {
  const hasEfa = layout.length > 1;
  if (!hasEfa && idleConnectionSeconds === undefined) return { securityGroupIds: [clusterSecurityGroupId] };
  const groups = hasEfa ? [clusterSecurityGroupId, efaSecurityGroupId] : [clusterSecurityGroupId];
  const tracking =
    idleConnectionSeconds === undefined
      ? {}
      : { connectionTrackingSpecification: { tcpEstablishedTimeout: idleConnectionSeconds } };
  return {
    networkInterfaces: layout.map((networkInterface) => ({
      ...networkInterface,
      groups,
      deleteOnTermination: true,
      ...(networkInterface.interfaceType === 'interface' ? tracking : {}),
    })),
  };
}
