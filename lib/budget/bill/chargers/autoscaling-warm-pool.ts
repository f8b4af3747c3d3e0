import { unknownProperties } from '../known-properties';
import { chargeLaunched } from '../launched-instances';
import { type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { countOf, literalText, Opaque } from '../template-value';
import { launchedBy } from './autoscaling-group';
import type { ChargerContext } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AutoScalingGroupName',
  'InstanceReusePolicy',
  'MaxGroupPreparedCapacity',
  'MinSize',
  'PoolState',
]);

/** Instances kept ready beside a group: stopped ones cost their volumes, running ones everything. */
export function chargeWarmPool(pool: Resource, context: ChargerContext): readonly Line[] {
  return [...warmInstances(pool, context), ...unknownProperties(pool, 'warmPool', KNOWN)];
}

function warmInstances(pool: Resource, context: ChargerContext): readonly Line[] {
  const name = pool.property('AutoScalingGroupName');
  const group = name instanceof Opaque ? context.assembly.resourceAt(name.target) : undefined;
  if (group?.type !== 'AWS::AutoScaling::AutoScalingGroup')
    return [unpriced('instanceHours', 'the group of the pool is not among these templates')];
  const launched = launchedBy(group, context.assembly);
  if (launched.choices instanceof Opaque) return [unpriced('instanceHours', launched.choices.reason)];
  const largest = Math.max(...launched.choices.map(({ units }) => units.max));
  const prepared = countOf(pool.property('MaxGroupPreparedCapacity') ?? largest, 'MaxGroupPreparedCapacity');
  const least = countOf(pool.property('MinSize') ?? 0, 'MinSize');
  if (prepared instanceof Opaque) return [unpriced('instanceHours', prepared.reason)];
  if (least instanceof Opaque) return [unpriced('instanceHours', least.reason)];
  // -1 stands for the group's own maximum and is no whole number here: it was refused above.
  const max = Math.max(prepared.max, least.max);
  const choices = launched.choices.map(({ instanceType }) => ({
    instanceType,
    units: { min: 0, plan: least.plan, max },
  }));
  const lines = chargeLaunched({ ...launched, choices, surge: 0 }, context);
  const running = literalText(pool.property('PoolState') ?? 'Stopped');
  if (running === 'Stopped' || running === 'Hibernated')
    return lines.filter((line) => !('dimension' in line) || !RUNNING_ONLY.has(line.dimension));
  return running === 'Running' ? lines : [unpriced('instanceHours', 'the state of the pool is not decided')];
}

/** Of a stopped instance EC2 bills the volumes and addresses that it keeps. */
const RUNNING_ONLY = new Set<string>([
  'instanceHours',
  'imageSoftwareFee',
  'detailedMonitoringMetrics',
  'cpuCreditVcpuHours',
]);
