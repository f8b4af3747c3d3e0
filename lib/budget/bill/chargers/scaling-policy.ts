import { exact } from '../../../units/exact';
import { free, type Line, priced } from '../line';
import type { Resource } from '../read-template';

/** Alarms that a target-tracking policy makes: two, and as many as four for tables (Application Auto Scaling user guide). */
const ALARMS = { plan: 2, max: 4 };

/** A policy costs nothing, the alarms that target tracking makes for it do. */
export function chargeScalingPolicy(policy: Resource): readonly Line[] {
  const tracking = ['TargetTrackingConfiguration', 'TargetTrackingScalingPolicyConfiguration'].some(
    (name) => policy.property(name) !== undefined,
  );
  if (!tracking) return [free('a policy that makes no alarms of its own')];
  const quantity = { min: exact(0), plan: exact(ALARMS.plan), max: exact(ALARMS.max) };
  return [priced('trackingAlarms', 'cloudwatch:alarm', quantity)];
}
