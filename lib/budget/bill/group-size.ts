import type { Range } from '../../units/range';
import type { Assembly, Resource } from './read-template';
import { rootOf, section } from './references';
import { countOf, field, isMap, literalText, Opaque } from './template-value';

/**
 * Size of an Auto Scaling group: min, desired (min where it is absent, as EC2 has it) and max, stretched by every scheduled
 * action on it. A predictive policy that may raise the maximum leaves it unbounded.
 */
export function autoScalingSize(group: Resource, assembly: Assembly): Range<number> | Opaque {
  const unit = group.property('DesiredCapacityType') ?? 'units';
  if (unit !== 'units') return new Opaque(`the capacity is counted in ${literalText(unit) ?? 'another unit'}`);
  const min = countOf(group.property('MinSize'), 'MinSize');
  const max = countOf(group.property('MaxSize'), 'MaxSize');
  if (min instanceof Opaque) return min;
  if (max instanceof Opaque) return max;
  const desired = countOf(group.property('DesiredCapacity') ?? min.plan, 'DesiredCapacity');
  if (desired instanceof Opaque) return desired;
  if (desired.plan > max.max || min.min > desired.plan)
    return new Opaque(`the sizes ${min.min}, ${desired.plan} and ${max.max} are not in order`);
  const whole = { min: min.min, plan: desired.plan, max: max.max };
  const breach = policiesOn(group, assembly).some(
    (policy) =>
      (field(policy.property('PredictiveScalingConfiguration'), 'MaxCapacityBreachBehavior') ?? 'HonorMaxCapacity') !==
      'HonorMaxCapacity',
  );
  if (breach) return new Opaque('a predictive scaling policy may raise the maximum of the group');
  return actionsOn(group, assembly).reduce<Range<number> | Opaque>(stretched, whole);
}

function stretched(size: Range<number> | Opaque, action: Resource): Range<number> | Opaque {
  if (size instanceof Opaque) return size;
  const bounds = (['MinSize', 'MaxSize', 'DesiredCapacity'] as const).map((name) =>
    action.property(name) === undefined ? undefined : countOf(action.property(name), `${name} of a scheduled action`),
  );
  const unknown = bounds.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return unknown;
  const known = bounds.filter((one): one is Range<number> => one !== undefined && !(one instanceof Opaque));
  return {
    min: Math.min(size.min, ...known.map(({ min }) => min)),
    plan: size.plan,
    max: Math.max(size.max, ...known.map(({ max }) => max)),
  };
}

function actionsOn(group: Resource, assembly: Assembly): readonly Resource[] {
  return concerning(group, 'AWS::AutoScaling::ScheduledAction', assembly);
}

function policiesOn(group: Resource, assembly: Assembly): readonly Resource[] {
  return concerning(group, 'AWS::AutoScaling::ScalingPolicy', assembly);
}

/** Actions or policies by the group that they name; one whose group cannot be read concerns every group. */
interface ByGroup {
  readonly of: ReadonlyMap<Resource | string, readonly Resource[]>;
  readonly every: readonly Resource[];
}

const KNOWN = new WeakMap<Assembly, Map<string, ByGroup>>();

function concerning(group: Resource, type: string, assembly: Assembly): readonly Resource[] {
  const known = KNOWN.get(assembly) ?? new Map<string, ByGroup>();
  KNOWN.set(assembly, known);
  const { of, every } = known.get(type) ?? byGroup(assembly.ofType(type), assembly);
  known.set(type, { of, every });
  const name = literalText(group.property('AutoScalingGroupName'));
  return [...(of.get(group) ?? []), ...(name === undefined ? [] : (of.get(name) ?? [])), ...every];
}

function byGroup(all: readonly Resource[], assembly: Assembly): ByGroup {
  const of = new Map<Resource | string, Resource[]>();
  const every: Resource[] = [];
  for (const one of all) {
    const name = one.property('AutoScalingGroupName');
    const key = name instanceof Opaque ? assembly.resourceAt(name.target) : literalText(name);
    const known = key === undefined ? every : of.get(key);
    if (known !== undefined) known.push(one);
    else if (key !== undefined) of.set(key, [one]);
  }
  return { of, every };
}

/** Most instances more at a time: what the maintenance policy allows, else the tenth that rebalancing may add (EC2 Auto Scaling guide). */
export function autoScalingSurge(group: Resource, largest: number): number {
  if (largest === 0) return 0;
  const healthy = countOf(
    field(group.property('InstanceMaintenancePolicy'), 'MaxHealthyPercentage') ?? 110,
    'MaxHealthyPercentage',
  );
  const percent = healthy instanceof Opaque ? 200 : Math.max(110, healthy.max);
  return Math.max(1, Math.ceil(((percent - 100) * largest) / 100), rollingUpdate(group));
}

/** A replacing update makes a second group while the first still stands. */
function rollingUpdate(group: Resource): number {
  const body = section(section(rootOf(group.stack), 'Resources'), group.logicalId);
  const replacing = section(section(body, 'UpdatePolicy'), 'AutoScalingReplacingUpdate');
  const max = countOf(group.property('MaxSize'), 'MaxSize');
  return isMap(replacing) && String(replacing.WillReplace) === 'true' && !(max instanceof Opaque) ? max.max : 0;
}
