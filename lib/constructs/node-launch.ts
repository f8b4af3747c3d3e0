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

type NetworkInterfaces = Required<Pick<CfnLaunchTemplate.LaunchTemplateDataProperty, 'networkInterfaces'>>;

/**
 * The interfaces part of a launch template: every interface of the type, and the security groups on each, because EC2 refuses them
 * beside the list. Subnets are never named: EKS chooses them.
 *
 * A single interface refuses a public address, whatever its subnet says: the subnets of a given network are not ours. Of several
 * EC2 gives none to any, and takes no word about it.
 *
 * @param idleConnectionSeconds after which the primary interface, which carries all TCP, forgets an idle connection; the
 *   type's default when undefined
 */
export function nodeInterfaces(
  layout: readonly LaunchTemplateInterface[],
  { clusterSecurityGroupId, efaSecurityGroupId }: NodeSecurityGroups,
  idleConnectionSeconds?: number,
): NetworkInterfaces {
  const groups = layout.length > 1 ? [clusterSecurityGroupId, efaSecurityGroupId] : [clusterSecurityGroupId];
  const tracking =
    idleConnectionSeconds === undefined
      ? {}
      : { connectionTrackingSpecification: { tcpEstablishedTimeout: idleConnectionSeconds } };
  return {
    networkInterfaces: layout.map((networkInterface) => ({
      ...networkInterface,
      groups,
      deleteOnTermination: true,
      ...(layout.length === 1 ? { associatePublicIpAddress: false } : {}),
      ...(networkInterface.interfaceType === 'interface' ? tracking : {}),
    })),
  };
}
