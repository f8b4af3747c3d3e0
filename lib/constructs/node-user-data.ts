import { MultipartBody, MultipartUserData } from 'aws-cdk-lib/aws-ec2';

const NODE_CONFIG = 'application/node.eks.aws';

const HEAD = ['apiVersion: node.eks.aws/v1alpha1', 'kind: NodeConfig', 'spec:'];
const PARALLEL_PULL = ['  featureGates:', '    FastImagePull: true'];
const INSTANCE_STORE = ['  instance:', '    localStorage:', '      strategy: RAID0'];
const KUBELET = ['  kubelet:', '    config:', '      registryPullQPS: 50', '      registryBurst: 100'];

export interface NodeUserDataProps {
  /** Whether the instance type has local NVMe disks: containers and the kubelet then live on them, joined as RAID 0. */
  readonly hasInstanceStore: boolean;
  /** Whether layers of an image are fetched and unpacked side by side, by an experimental gate of nodeadm. @default false */
  readonly pullsInParallel?: boolean;
}

/**
 * User data that nodeadm reads on Amazon Linux 2023. It names no cluster: EKS merges that in, because the launch template
 * names no image.
 *
 * Image pulls are raised above the kubelet's 5 a second, because a node that joins pulls tens of gigabytes at once.
 *
 * @returns the MIME document, not yet in Base64
 */
export function nodeUserData(props: NodeUserDataProps): string {
  const gates = props.pullsInParallel === true ? PARALLEL_PULL : [];
  const body = [...HEAD, ...gates, ...(props.hasInstanceStore ? INSTANCE_STORE : []), ...KUBELET, ''].join('\n');
  const document = new MultipartUserData();
  document.addPart(MultipartBody.fromRawBody({ contentType: NODE_CONFIG, body }));
  return document.render();
}
