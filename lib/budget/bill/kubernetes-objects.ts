import type { Assembly, Resource } from './read-template';
import { field, isMap, literalText, Opaque, type Value } from './template-value';

/** A Kubernetes object of a template, and the cluster that it is applied to. */
export interface KubernetesObject {
  /** Undefined when the template does not reveal it. */
  readonly cluster: string | undefined;
  /** "karpenter.sh/NodePool"; a core kind stands alone. */
  readonly kind: string;
  readonly name: string;
  readonly annotations: Value;
  readonly spec: Value;
}

/** The CDK's own resource type for objects that its kubectl provider applies. */
export const KUBECTL_RESOURCE = 'Custom::AWSCDK-EKS-KubernetesResource';

/** The kind of what names none. */
export const UNREADABLE = 'Unreadable';

const KNOWN = new WeakMap<Assembly, readonly KubernetesObject[]>();

/** Every object of every template that can be read. */
export function objectsIn(assembly: Assembly): readonly KubernetesObject[] {
  const known = KNOWN.get(assembly);
  if (known !== undefined) return known;
  const found = assembly.stacks.flatMap(({ resources }) =>
    resources
      .filter(({ type }) => type === KUBECTL_RESOURCE || type.startsWith('Kubernetes::'))
      .flatMap((resource) => {
        const objects = objectsOf(resource, assembly);
        return objects instanceof Opaque ? [] : objects;
      }),
  );
  KNOWN.set(assembly, found);
  return found;
}

/** The objects of one resource; opaque when its manifest is not written out. */
export function objectsOf(resource: Resource, assembly: Assembly): readonly KubernetesObject[] | Opaque {
  const text = literalText(resource.property('Manifest'));
  if (text === undefined) return new Opaque('the manifest is not written out, so what it starts is not known');
  const parsed = fromJson(text);
  const isList = Array.isArray(parsed);
  if (parsed === undefined || (resource.type === KUBECTL_RESOURCE && !isList))
    return new Opaque('the manifest is not JSON');
  const cluster = clusterNameOf(resource.property('ClusterName'), assembly);
  return [parsed].flat().map((object) => objectOf(object, cluster));
}

/** A cluster's name, as it is written down or as the cluster that is referred to has it. */
export function clusterNameOf(value: Value, assembly: Assembly): string | undefined {
  const text = literalText(value);
  if (text !== undefined || !(value instanceof Opaque)) return text;
  return literalText(assembly.resourceAt(value.target)?.property('Name'));
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is read of an object as it is written down. */
export function objectOf(object: unknown, cluster: string | undefined): KubernetesObject {
  const { apiVersion, kind, metadata, spec } = isMap(object) ? object : {};
  const group = typeof apiVersion === 'string' && apiVersion.includes('/') ? `${apiVersion.split('/')[0]}/` : '';
  const { name, annotations } = isMap(metadata) ? metadata : {};
  return {
    cluster,
    kind: `${group}${typeof kind === 'string' ? kind : UNREADABLE}`,
    name: typeof name === 'string' ? name : '',
    annotations: annotations as Value,
    spec: spec as Value,
  };
}

/** Kinds that run on nodes which are counted already, or only say how. */
const ON_COUNTED_NODES: ReadonlySet<string> = new Set([
  'ConfigMap',
  'Namespace',
  // A link to storage that stands in a template, or in nobody's.
  'PersistentVolume',
  'Secret',
  'ServiceAccount',
  'apps/DaemonSet',
  'apps/Deployment',
  'apps/StatefulSet',
  'gateway.networking.k8s.io/GatewayClass',
  'gateway.networking.k8s.io/HTTPRoute',
  'inference.networking.k8s.io/InferencePool',
  'keda.sh/ScaledObject',
  'keda.sh/TriggerAuthentication',
  'kustomize.config.k8s.io/Kustomization',
  'leaderworkerset.x-k8s.io/LeaderWorkerSet',
  'networking.istio.io/DestinationRule',
  'networking.k8s.io/NetworkPolicy',
  'policy/PodDisruptionBudget',
  'rbac.authorization.k8s.io/ClusterRole',
  'rbac.authorization.k8s.io/ClusterRoleBinding',
  'rbac.authorization.k8s.io/Role',
  'rbac.authorization.k8s.io/RoleBinding',
  'scheduling.k8s.io/PriorityClass',
]);

/** By which Istio makes the Service of a Gateway one that stays inside the cluster. */
const INSIDE = 'networking.istio.io/service-type';

/** Whether an object starts nothing in AWS that no template shows. Every other kind has a rule, or is unpriced. */
export function runsOnCountedNodes({ kind, spec, annotations }: KubernetesObject): boolean {
  if (kind === 'Service') return (field(spec, 'type') ?? 'ClusterIP') === 'ClusterIP';
  if (kind === 'gateway.networking.k8s.io/Gateway') return field(annotations, INSIDE) === 'ClusterIP';
  // A class would make the storage; the empty one takes what is there.
  if (kind === 'PersistentVolumeClaim') return field(spec, 'storageClassName') === '';
  return ON_COUNTED_NODES.has(kind) && !claimsVolumes(spec);
}

/** Whether its pods bring claims of their own, for which a class makes volumes: as many as there are pods. */
function claimsVolumes(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(claimsVolumes);
  if (!isMap(value)) return false;
  return Object.entries(value).some(([name, inner]) =>
    name === 'volumeClaimTemplate' || name === 'volumeClaimTemplates'
      ? [inner].flat().some((claim) => field(claim as Value, 'spec', 'storageClassName') !== '')
      : claimsVolumes(inner),
  );
}
