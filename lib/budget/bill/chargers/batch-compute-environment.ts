import { exact } from '../../../units/exact';
import type { Range } from '../../../units/range';
import { vcpusOf } from '../instance-vcpus';
import { unknownFields, unknownProperties } from '../known-properties';
import { launchDataOf } from '../launch-template';
import { chargeLaunched, type InstanceChoice, overlaid } from '../launched-instances';
import { free, type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { countOf, field, listOf, literalText, Opaque, textsOf, type Value } from '../template-value';
import type { ChargerContext } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'ComputeEnvironmentName',
  'ComputeResources',
  'Context',
  'EksConfiguration',
  'ReplaceComputeEnvironment',
  'ServiceRole',
  'State',
  'Tags',
  'Type',
  'UnmanagedvCpus',
  'UpdatePolicy',
]);
const KNOWN_RESOURCES = new Set([
  'AllocationStrategy',
  'BidPercentage',
  'DesiredvCpus',
  'Ec2Configuration',
  'Ec2KeyPair',
  'ImageId',
  'InstanceRole',
  'InstanceTypes',
  'LaunchTemplate',
  'MaxvCpus',
  'MinvCpus',
  'PlacementGroup',
  'SecurityGroupIds',
  'SpotIamFleetRole',
  'Subnets',
  'Tags',
  'Type',
  'UpdateToLatestImageVersion',
]);
/** The most memory that a task on Fargate can have for each of its vCPUs, in GB (ECS developer guide, task sizes). */
const FARGATE_GIGABYTES_PER_VCPU = 8;

/** Between MinvCpus and MaxvCpus, in instances of the dearest type that Batch may choose, or in Fargate's vCPUs. */
export function chargeComputeEnvironment(environment: Resource, context: ChargerContext): readonly Line[] {
  const resources = environment.property('ComputeResources');
  const type = literalText(environment.property('Type'));
  const unknown = [
    ...unknownProperties(environment, 'computeEnvironment', KNOWN),
    ...unknownFields(resources, 'computeResources', KNOWN_RESOURCES),
  ];
  if (type?.toUpperCase() === 'UNMANAGED')
    return [free('its instances are launched by somebody else, and billed there'), ...unknown];
  const kind = literalText(field(resources, 'Type'));
  if (kind === 'FARGATE' || kind === 'FARGATE_SPOT') return [...fargate(resources), ...unknown];
  if (kind !== 'EC2' && kind !== 'SPOT')
    return [unpriced('instanceHours', 'the kind of compute resources is not decided by the template'), ...unknown];
  return [...instances(environment, resources, kind, context), ...unknown];
}

function fargate(resources: Value): readonly Line[] {
  const most = countOf(field(resources, 'MaxvCpus'), 'MaxvCpus');
  if (most instanceof Opaque) return [unpriced('fargateVcpus', most.reason)];
  // Nothing says how many jobs are queued: the plan is that all may run.
  const upTo = (units: number) => ({ min: exact(0), plan: exact(units), max: exact(units) });
  return [
    priced('fargateVcpus', 'fargate:vcpu', upTo(most.max)),
    priced('fargateGigabytes', 'fargate:gigabyte', upTo(most.max * FARGATE_GIGABYTES_PER_VCPU)),
  ];
}

function instances(environment: Resource, resources: Value, kind: string, context: ChargerContext): readonly Line[] {
  const specification = field(resources, 'LaunchTemplate');
  const under = specification === undefined ? {} : launchDataOf(specification, environment, context.assembly);
  const data = overlaid(under, {
    ImageId: imageOf(resources, under),
    InstanceMarketOptions: kind === 'SPOT' ? { MarketType: 'spot' } : undefined,
  });
  const choices = choicesOf(resources);
  return chargeLaunched({ choices, surge: 0, data, subnets: field(resources, 'Subnets') }, context);
}

function imageOf(resources: Value, under: Value): Value {
  const configured = listOf(field(resources, 'Ec2Configuration') ?? [], 'Ec2Configuration');
  const overriding = configured instanceof Opaque ? configured : configured.map((one) => field(one, 'ImageIdOverride'));
  const [first] = overriding instanceof Opaque ? [overriding] : overriding.filter((one) => one !== undefined);
  return first ?? field(resources, 'ImageId') ?? (under instanceof Opaque ? undefined : field(under, 'ImageId'));
}

function choicesOf(resources: Value): readonly InstanceChoice[] | Opaque {
  const least = countOf(field(resources, 'MinvCpus') ?? 0, 'MinvCpus');
  const most = countOf(field(resources, 'MaxvCpus'), 'MaxvCpus');
  if (least instanceof Opaque) return least;
  if (most instanceof Opaque) return most;
  const desired = countOf(field(resources, 'DesiredvCpus') ?? least.plan, 'DesiredvCpus');
  if (desired instanceof Opaque) return desired;
  const names = instanceTypes(field(resources, 'InstanceTypes'));
  if (names instanceof Opaque) return names;
  // Other strategies than BEST_FIT may exceed MaxvCpus by one instance (Batch user guide, allocation strategies).
  const beyond = literalText(field(resources, 'AllocationStrategy') ?? 'BEST_FIT') === 'BEST_FIT' ? 0 : 1;
  const vcpus: Range<number> = { min: least.min, plan: Math.min(desired.plan, most.max), max: most.max };
  const choices = names.map((instanceType) => ofType(instanceType, vcpus, beyond));
  const unknown = choices.find((one) => one instanceof Opaque);
  return unknown instanceof Opaque ? unknown : choices.flatMap((one) => (one instanceof Opaque ? [] : [one]));
}

function ofType(instanceType: string, vcpus: Range<number>, beyond: number): InstanceChoice | Opaque {
  const each = vcpusOf(instanceType);
  if (each === undefined)
    return new Opaque(`${instanceType} is a family, or a type whose vCPUs are not known; name instance types`);
  const units = (count: number) => Math.ceil(count / each);
  const most = beyond === 0 ? units(vcpus.max) : Math.floor(vcpus.max / each) + (vcpus.max === 0 ? 0 : beyond);
  const max = Math.max(most, units(vcpus.plan));
  return { instanceType, units: { min: units(vcpus.min), plan: units(vcpus.plan), max } };
}

function instanceTypes(stated: Value): readonly string[] | Opaque {
  const list = listOf(stated, 'InstanceTypes');
  if (list instanceof Opaque) return list;
  const texts = list.map((one) => textsOf(one, 'an instance type'));
  const unknown = texts.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return unknown;
  const names = [...new Set(texts.flatMap((one) => (one instanceof Opaque ? [] : one)))];
  return names.length === 0 ? new Opaque('InstanceTypes names no type') : names;
}
