import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { isMap, literalText } from '../template-value';

const DIMENSION = 'kubernetesObjects';

/** Kinds that make nothing outside the cluster: what they run is paid with the nodes. */
const INSIDE = new Set([
  'ClusterRole',
  'ClusterRoleBinding',
  'ConfigMap',
  'DaemonSet',
  'Deployment',
  'Namespace',
  'NetworkPolicy',
  'PersistentVolume',
  'PodDisruptionBudget',
  'Role',
  'RoleBinding',
  'ServiceAccount',
]);

/**
 * Objects that the CDK's kubectl provider applies. A Service may be a load balancer and a claim a volume; whatever else may make
 * anything.
 */
export function chargeKubernetesObjects(resource: Resource): readonly Line[] {
  const objects = parsed(literalText(resource.property('Manifest')));
  if (objects === undefined) return [unpriced(DIMENSION, 'the objects are not literally in the template')];
  const outside = objects.filter((object) => !staysInside(object)).map(nameOf);
  return outside.length === 0
    ? [free('Kubernetes objects that make nothing outside the cluster')]
    : [unpriced(DIMENSION, `what ${outside.join(', ')} makes outside the cluster is not known`)];
}

function parsed(text: string | undefined): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function staysInside(object: unknown): boolean {
  if (!isMap(object)) return false;
  const { kind, spec } = object;
  const settings = isMap(spec) ? spec : {};
  if (kind === 'Service') return (settings.type ?? 'ClusterIP') === 'ClusterIP';
  // A class of its own, even the default one, makes a volume; none binds to one that is there.
  if (kind === 'PersistentVolumeClaim') return settings.storageClassName === '';
  return typeof kind === 'string' && INSIDE.has(kind);
}

function nameOf(object: unknown): string {
  return isMap(object) && typeof object.kind === 'string' ? `the ${object.kind}` : 'an object without a kind';
}
