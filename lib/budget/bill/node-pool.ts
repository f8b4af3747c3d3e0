import { defaultCatalog } from '../../catalog/catalog';
import type { InstanceType } from '../../catalog/instance-type';
import type { Range } from '../../units/range';
import type { KubernetesObject } from './kubernetes-objects';
import { countOf, field, listOf, literalText, Opaque, type Value } from './template-value';

/** Says how many of a pool's nodes are planned; without it the most counts. */
export const PLANNED_NODES = 'headroom/planned-nodes';

/** Limits are checked a moment late: Karpenter may start this many nodes more (its documentation, NodePools, spec.limits). */
const OVERRUN_NODES = 1;

const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';
const TENANCY = 'karpenter.k8s.aws/instance-tenancy';

/** What bounds the nodes that Karpenter may start for a pool. */
export interface NodePoolBounds {
  readonly instanceTypes: readonly string[];
  readonly nodes: Range<number>;
}

/**
 * The types that a NodePool allows and the most nodes that its limits allow, of the smallest type, with the overrun. Opaque
 * when either is left open: there is no limit that Karpenter has of its own.
 *
 * Memory limits bound nothing here: Karpenter counts less memory of a type than it has.
 */
export function boundsOf(pool: KubernetesObject): NodePoolBounds | Opaque {
  const instanceTypes = allowedTypes(pool);
  if (instanceTypes instanceof Opaque) return instanceTypes;
  const limited = limitedNodes(field(pool.spec, 'limits'), instanceTypes);
  if (limited instanceof Opaque) return limited;
  const max = limited + OVERRUN_NODES;
  const plan = plannedNodes(pool, max);
  if (plan instanceof Opaque) return plan;
  return plan <= max
    ? { instanceTypes, nodes: { min: 0, plan, max } }
    : new Opaque(`${plan} nodes are planned and the limits allow ${max}`);
}

/** Whether any pod could ask the pool for dedicated instances: a pool that does not say may give them. */
export function mayBeDedicated(pool: KubernetesObject): boolean {
  const stated = requirementsOn(pool, TENANCY);
  return !stated.some((values) => !(values instanceof Opaque) && values.length === 1 && values[0] === 'default');
}

function allowedTypes(pool: KubernetesObject): readonly string[] | Opaque {
  const lists = requirementsOn(pool, INSTANCE_TYPE);
  const [first, ...rest] = lists.flatMap((list) => (list instanceof Opaque ? [] : [list]));
  if (first === undefined || first.length === 0) {
    return new Opaque(`the pool leaves its instance types open; list them under ${INSTANCE_TYPE}`);
  }
  // Requirements on one label all hold.
  const all = first.filter((type) => rest.every((list) => list.includes(type)));
  return all.length === 0 ? first : [...new Set(all)].sort();
}

/** The values of every `In` requirement on a label; opaque where one is not written out. Others narrow what is allowed. */
function requirementsOn(pool: KubernetesObject, label: string): readonly (readonly string[] | Opaque)[] {
  const requirements = listOf(field(pool.spec, 'template', 'spec', 'requirements'), 'requirements');
  if (requirements instanceof Opaque) return [];
  return requirements
    .filter((one) => field(one, 'key') === label && field(one, 'operator') === 'In')
    .map((one) => texts(field(one, 'values')));
}

function texts(value: Value): readonly string[] | Opaque {
  const list = listOf(value, 'values');
  if (list instanceof Opaque) return list;
  const found = list.flatMap((one) => literalText(one) ?? []);
  return found.length === list.length ? found : new Opaque('a value of a requirement is not text');
}

/** The tightest of the limits that count something which every allowed type is known to have. */
function limitedNodes(limits: Value, instanceTypes: readonly string[]): number | Opaque {
  const types = instanceTypes.map((name) => defaultCatalog.instanceTypes.find((type) => type.name === name));
  const bounds = Object.entries(PER_NODE).flatMap(([resource, perNode]) => {
    const stated = field(limits, resource);
    if (stated === undefined) return [];
    const limit = countOf(stated, resource);
    const least = Math.min(...types.map((type) => perNode(type) ?? 0));
    return limit instanceof Opaque || !(least > 0) ? [] : [Math.floor(limit.max / least)];
  });
  return bounds.length > 0
    ? Math.min(...bounds)
    : new Opaque(
        'the pool has no limits that bound its nodes, and Karpenter has none of its own; set spec.limits.nodes',
      );
}

/** How much of a limited resource one node takes. */
const PER_NODE: Readonly<Record<string, (type: InstanceType | undefined) => number | undefined>> = {
  nodes: () => 1,
  cpu: (type) => type?.vcpus,
  'nvidia.com/gpu': (type) => (type?.logicalNeuronCoresPerChip === undefined ? type?.acceleratorCount : undefined),
  'aws.amazon.com/neuron': (type) =>
    type?.logicalNeuronCoresPerChip === undefined ? undefined : type.acceleratorCount,
};

/** A pool of a fixed number of nodes says how many; any other in an annotation. */
function plannedNodes(pool: KubernetesObject, most: number): number | Opaque {
  const stated = field(pool.spec, 'replicas') ?? field(pool.annotations, PLANNED_NODES);
  if (stated === undefined) return most;
  const planned = countOf(stated, PLANNED_NODES);
  return planned instanceof Opaque ? planned : planned.plan;
}
