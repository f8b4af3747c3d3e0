import { unknownProperties } from '../known-properties';
import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { field, listOf, literalText, Opaque } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'CapacityProviders',
  'ClusterName',
  'ClusterSettings',
  'Configuration',
  'DefaultCapacityProviderStrategy',
  'ServiceConnectDefaults',
  'Tags',
]);

/** A cluster costs nothing, Container Insights sends metrics and logs that do. */
export function chargeEcsCluster(cluster: Resource): readonly Line[] {
  const settings = listOf(cluster.property('ClusterSettings') ?? [], 'ClusterSettings');
  const values = settings instanceof Opaque ? [undefined] : settings.map((one) => literalText(field(one, 'Value')));
  const off = values.every((value) => value === 'disabled');
  return [
    off
      ? free('a cluster costs nothing; its services and instances are billed by themselves')
      : unpriced(
          'containerInsights',
          'what Container Insights observes is billed by metric and gigabyte and not priced',
        ),
    ...unknownProperties(cluster, 'cluster', KNOWN),
  ];
}
