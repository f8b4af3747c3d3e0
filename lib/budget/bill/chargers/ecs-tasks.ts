import { exact } from '../../../units/exact';
import { mapRange, type Range } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { scaledBy, withinScaling } from '../scalable-target';
import { alternatives, countOf, field, listOf, literalText, Opaque, type Value } from '../template-value';
import { type ChargerContext, exactly } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AvailabilityZoneRebalancing',
  'CapacityProviderStrategy',
  'Cluster',
  'DeploymentConfiguration',
  'DeploymentController',
  'DesiredCount',
  'EnableECSManagedTags',
  'EnableExecuteCommand',
  'HealthCheckGracePeriodSeconds',
  'LaunchType',
  'LoadBalancers',
  'NetworkConfiguration',
  'PlacementConstraints',
  'PlacementStrategies',
  'PlatformVersion',
  'PropagateTags',
  'Role',
  'SchedulingStrategy',
  'ServiceName',
  'ServiceRegistries',
  'Tags',
  'TaskDefinition',
]);
const TASKS = 'fargateTasks';
/** Ephemeral storage that a task has without paying, in GiB (ECS developer guide). */
const INCLUDED_STORAGE = 20;

/** Tasks on Fargate by vCPU and gigabyte, between the bounds of what scales the service; on instances they cost nothing more. */
export function chargeEcsService(service: Resource, context: ChargerContext): readonly Line[] {
  return [...chargeTasks(service, context), ...unknownProperties(service, 'service', KNOWN)];
}

function chargeTasks(service: Resource, context: ChargerContext): readonly Line[] {
  const where = capacityOf(service, context);
  if (where instanceof Opaque) return [unpriced(TASKS, where.reason)];
  if (where === 'instances') return [free('its tasks run on instances that are billed by themselves')];
  const count = countOfTasks(service, context);
  if (count instanceof Opaque) return [unpriced(TASKS, count.reason)];
  const tasks = where === 'spot' ? { ...count, min: 0 } : count;
  const definition = service.property('TaskDefinition');
  const task = definition instanceof Opaque ? context.assembly.resourceAt(definition.target) : undefined;
  if (task?.type !== 'AWS::ECS::TaskDefinition')
    return [unpriced(TASKS, 'the task definition is not among these templates; refer to it by its Ref')];
  return [...taskLines(task, tasks, surgeOf(service, tasks)), ...addresses(service, tasks)];
}

/** Where the tasks run: the launch type, else the strategy, else what the cluster does by default. */
function capacityOf(service: Resource, { assembly }: ChargerContext): 'fargate' | 'spot' | 'instances' | Opaque {
  const stated = service.property('LaunchType');
  if (stated !== undefined) return ofLaunchType(literalText(stated));
  const own = service.property('CapacityProviderStrategy');
  if (own !== undefined) return ofStrategy(own);
  const cluster = service.property('Cluster');
  const resource = cluster instanceof Opaque ? assembly.resourceAt(cluster.target) : undefined;
  if (resource === undefined) return new Opaque('what the cluster runs tasks on is not in the template');
  const byDefault = resource.property('DefaultCapacityProviderStrategy');
  return byDefault === undefined ? 'instances' : ofStrategy(byDefault);
}

function ofLaunchType(type: string | undefined): 'fargate' | 'instances' | Opaque {
  if (type === 'FARGATE') return 'fargate';
  return type === 'EC2' ? 'instances' : new Opaque(`the launch type ${type ?? 'given'} is not priced`);
}

function ofStrategy(strategy: Value): 'fargate' | 'spot' | 'instances' | Opaque {
  const list = listOf(strategy, 'CapacityProviderStrategy');
  if (list instanceof Opaque) return list;
  const names = list.map((one) => literalText(field(one, 'CapacityProvider')));
  if (names.some((name) => name === 'FARGATE_SPOT')) return 'spot';
  if (names.some((name) => name === 'FARGATE')) return names.every((name) => name === 'FARGATE') ? 'fargate' : 'spot';
  // A name that is made at deployment is that of a capacity provider in a template: a group of instances.
  return 'instances';
}

function countOfTasks(service: Resource, { assembly }: ChargerContext): Range<number> | Opaque {
  if ((service.property('SchedulingStrategy') ?? 'REPLICA') !== 'REPLICA')
    return new Opaque('a daemon runs a task on every instance, and Fargate has none');
  const desired = countOf(service.property('DesiredCount') ?? 1, 'DesiredCount');
  const scaled = scaledBy(service, 'ecs', 'DesiredCount', literalText(service.property('ServiceName')), assembly);
  if (desired instanceof Opaque) return desired;
  return scaled instanceof Opaque ? scaled : withinScaling(desired, scaled);
}

function taskLines(task: Resource, tasks: Range<number>, surge: number): readonly Line[] {
  const cpuUnits = countOf(task.property('Cpu'), 'Cpu');
  const mebibytes = countOf(task.property('Memory'), 'Memory');
  if (cpuUnits instanceof Opaque) return [unpriced('fargateVcpus', cpuUnits.reason)];
  if (mebibytes instanceof Opaque) return [unpriced('fargateGigabytes', mebibytes.reason)];
  const platform = task.property('RuntimePlatform');
  const system = literalText(field(platform, 'OperatingSystemFamily') ?? 'LINUX');
  if (system !== 'LINUX') return [unpriced('fargateVcpus', 'only tasks on Linux are priced')];
  const arm = literalText(field(platform, 'CpuArchitecture') ?? 'X86_64') === 'ARM64';
  const storage = countOf(field(task.property('EphemeralStorage'), 'SizeInGiB') ?? INCLUDED_STORAGE, 'SizeInGiB');
  if (storage instanceof Opaque) return [unpriced('fargateEphemeralGigabytes', storage.reason)];
  const extra = Math.max(0, storage.max - INCLUDED_STORAGE);
  // 1,024 CPU units are a vCPU, and 1,024 MiB of memory are billed as a GB.
  const perTask = (units: Range<number>) => mapRange(tasks, (count, at) => exact(count * units[at]).div(1024));
  const more = (units: Range<number>) => exact(surge * units.max).div(1024);
  return [
    {
      kind: 'priced',
      dimension: 'fargateVcpus',
      item: arm ? 'fargate:armVcpu' : 'fargate:vcpu',
      quantity: perTask(cpuUnits),
      surge: more(cpuUnits),
    },
    {
      kind: 'priced',
      dimension: 'fargateGigabytes',
      item: arm ? 'fargate:armGigabyte' : 'fargate:gigabyte',
      quantity: perTask(mebibytes),
      surge: more(mebibytes),
    },
    ...(extra === 0
      ? []
      : [
          {
            kind: 'priced',
            dimension: 'fargateEphemeralGigabytes',
            item: 'fargate:ephemeralGigabyte',
            quantity: exactly(mapRange(tasks, (count) => count * extra)),
          } as const,
        ]),
  ];
}

/** Tasks more during a deployment: 200 % unless the configuration says otherwise (ECS developer guide). */
function surgeOf(service: Resource, tasks: Range<number>): number {
  const percent = countOf(
    field(service.property('DeploymentConfiguration'), 'MaximumPercent') ?? 200,
    'MaximumPercent',
  );
  return percent instanceof Opaque ? tasks.max : Math.floor((tasks.max * Math.max(0, percent.max - 100)) / 100);
}

function addresses(service: Resource, tasks: Range<number>): readonly Line[] {
  const assign = field(service.property('NetworkConfiguration'), 'AwsvpcConfiguration', 'AssignPublicIp') ?? 'DISABLED';
  const all = alternatives(assign).map(literalText);
  if (all.every((one) => one === 'DISABLED')) return [];
  if (!all.every((one) => one === 'ENABLED' || one === 'DISABLED'))
    return [unpriced('publicIpv4Hours', 'whether tasks get public addresses is not decided by the template')];
  const some = all.some((one) => one === 'DISABLED');
  return [
    {
      kind: 'priced',
      dimension: 'publicIpv4Hours',
      item: 'publicIpv4:hour',
      quantity: exactly(some ? { ...tasks, min: 0 } : tasks),
    },
  ];
}
