import { clusterNameOf, objectsIn } from '../kubernetes-objects';
import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { Opaque, textsOf } from '../template-value';
import type { ChargerContext } from './charger';

/** Types of principals that are no nodes. */
const PEOPLE = new Set(['STANDARD']);

/**
 * A permission of the cluster costs nothing. One for nodes lets instances join that no node group starts: they are Karpenter's
 * or somebody's own, and only the node pools of the same cluster say how many there can be.
 */
export function chargeAccessEntry(entry: Resource, { assembly }: ChargerContext): readonly Line[] {
  const types = textsOf(entry.property('Type') ?? 'STANDARD', 'Type');
  if (types instanceof Opaque) return [unpriced('selfManagedNodes', types.reason)];
  if (types.every((type) => PEOPLE.has(type))) return [free('a permission of the cluster')];
  const cluster = clusterNameOf(entry.property('ClusterName'), assembly);
  const pools = objectsIn(assembly).filter((one) => one.kind === 'karpenter.sh/NodePool' && one.cluster === cluster);
  return cluster !== undefined && pools.length > 0
    ? [free('the nodes that it admits are billed through the node pools of the cluster')]
    : [
        unpriced(
          'selfManagedNodes',
          'nodes may join that no node group and no node pool bounds; give the bill the manifests of the cluster',
        ),
      ];
}
