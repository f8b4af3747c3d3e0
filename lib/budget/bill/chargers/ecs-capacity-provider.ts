import { unknownProperties } from '../known-properties';
import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';

/** Properties that cost nothing, or that are refused here. */
const KNOWN = new Set(['AutoScalingGroupProvider', 'ClusterName', 'ManagedInstancesProvider', 'Name', 'Tags']);

/** One of an Auto Scaling group costs nothing beside the group; managed instances are started by ECS, as many as tasks need. */
export function chargeCapacityProvider(provider: Resource): readonly Line[] {
  const managed = provider.property('ManagedInstancesProvider') !== undefined;
  return [
    managed
      ? unpriced('managedInstances', 'ECS starts managed instances without a limit and for a fee; declare a ceiling')
      : free('billed through its Auto Scaling group'),
    ...unknownProperties(provider, 'capacityProvider', KNOWN),
  ];
}
