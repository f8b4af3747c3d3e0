import { InterfaceVpcEndpointAwsService } from 'aws-cdk-lib/aws-ec2';
import type { Cell, NodeScaling } from '../workload/cell';
import { managedWorkspaceOf } from '../workload/metrics-url';

/**
 * What is called from inside when there is no way out (EKS User Guide, "Deploy private clusters with limited internet
 * access"), each with who calls it: every one costs money by the hour and zone. Images of public registries need an ECR
 * pull-through cache too.
 *
 * Of that page's list two are not here, because nothing in a cell calls them: `elasticloadbalancing` (no load balancer
 * controller) and `ssm` (no agent on the nodes). A cell that brings either names it in its network's `endpoints`.
 */
const ALWAYS: readonly InterfaceVpcEndpointAwsService[] = [
  // Logs of the pods, by whatever ships them: they have no other way to leave the cell.
  InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
  // A node that starts asks for its own name; the network plug-in attaches interfaces and addresses.
  InterfaceVpcEndpointAwsService.EC2,
  // The kubelet gets its credentials for the registry.
  InterfaceVpcEndpointAwsService.ECR,
  // The container runtime pulls images; their layers come by S3's gateway.
  InterfaceVpcEndpointAwsService.ECR_DOCKER,
  // Administrators inside the network ask for the cluster's address: `aws eks update-kubeconfig`.
  InterfaceVpcEndpointAwsService.EKS,
  // The Pod Identity agent: credentials of the network plug-in and of the model servers.
  InterfaceVpcEndpointAwsService.EKS_AUTH,
  // Administrators inside the network take on the role that their access entry names.
  InterfaceVpcEndpointAwsService.STS,
];

/** Beside those, where something in the cell scales its nodes. */
const FOR_SCALING: Readonly<Record<NodeScaling['kind'], readonly InterfaceVpcEndpointAwsService[]>> = {
  // Cluster Autoscaler reads and sets the sizes of groups.
  clusterAutoscaler: [InterfaceVpcEndpointAwsService.AUTOSCALING],
  // Karpenter looks up images and reads warnings. Prices it cannot ask for here: it knows those of its release.
  karpenter: [InterfaceVpcEndpointAwsService.SQS, InterfaceVpcEndpointAwsService.SSM],
};

/** The interface endpoints of a cell without a way out, each once, by the name of its service. */
export function endpointsOf(
  cell: Pick<Cell, 'network' | 'nodeScaling' | 'serving'>,
): readonly InterfaceVpcEndpointAwsService[] {
  const { network, nodeScaling, serving } = cell;
  if (network.kind !== 'own' || network.egress !== 'endpoints') return [];
  const all = [
    ...ALWAYS,
    ...(nodeScaling === undefined ? [] : FOR_SCALING[nodeScaling.kind]),
    // KEDA, which scales pods, asks it.
    ...(managedWorkspaceOf(serving?.metricsUrl) === undefined
      ? []
      : [InterfaceVpcEndpointAwsService.PROMETHEUS_WORKSPACES]),
    ...(network.endpoints ?? []).map((name) => new InterfaceVpcEndpointAwsService(name)),
  ];
  return [...new Map(all.map((service) => [service.shortName, service])).values()];
}
