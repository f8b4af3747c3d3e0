import { NAMESPACE } from '../workload/pod-identity';
import { type ManifestFile, yamlFile } from './chart';
import { type ServedWorkload, usesEfa } from './served-workload';

const POD_SECURITY = 'pod-security.kubernetes.io';

/**
 * The namespace of the model servers. Pods with host access or privileges are refused; what the strictest level would refuse
 * beyond that is only told, because published engine images run as root. Where pods use EFA nothing is refused: the
 * middle level has no room for memory that EFA locks.
 */
export function namespaceFile(served: readonly ServedWorkload[]): ManifestFile {
  const labels = {
    [`${POD_SECURITY}/enforce`]: served.some(usesEfa) ? 'privileged' : 'baseline',
    [`${POD_SECURITY}/audit`]: 'restricted',
    [`${POD_SECURITY}/warn`]: 'restricted',
  };
  return yamlFile('namespace.yaml', [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE, labels } }]);
}
