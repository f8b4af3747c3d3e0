import { exact } from '../../../units/exact';
import { mapRange, type Range } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { free, type Line, unpriced } from '../line';
import type { Assembly, Resource } from '../read-template';
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

type Place = 'fargate' | 'spot' | 'instances';

/** Where the tasks run: the launch type, else the strategy, else what the cluster does by default. */
function capacityOf(service: Resource, { assembly }: ChargerContext): Place | Opaque {
  const stated = service.property('LaunchType');
  if (stated !== undefined) return ofLaunchType(literalText(stated));
  const own = service.property('CapacityProviderStrategy');
  if (!isEmpty(own)) return ofStrategies([own], assembly);
  const cluster = service.property('Cluster');
  const resource = cluster instanceof Opaque ? assembly.resourceAt(cluster.target) : undefined;
  if (resource?.type !== 'AWS::ECS::Cluster')
    return new Opaque('what the cluster runs tasks on is not in the template');
  return ofStrategies(defaultsOf(resource, assembly), assembly);
}

/** A cluster's default strategies: its own, and those of associations with it, or with one that nobody can tell. */
function defaultsOf(cluster: Resource, assembly: Assembly): readonly Value[] {
  const associations = assembly.ofType('AWS::ECS::ClusterCapacityProviderAssociations').filter((one) => {
    const of = one.property('Cluster');
    const target = of instanceof Opaque ? assembly.resourceAt(of.target) : undefined;
    if (target !== undefined) return target === cluster;
    const [named, own] = [literalText(of), cluster.property('ClusterName')];
    return named === undefined || literalText(own) === named || (own !== undefined && literalText(own) === undefined);
  });
  return [cluster, ...associations].map((one) => one.property('DefaultCapacityProviderStrategy'));
}

function isEmpty(strategy: Value): boolean {
  return strategy === undefined || (Array.isArray(strategy) && strategy.length === 0);
}

function ofLaunchType(type: string | undefined): 'fargate' | 'instances' | Opaque {
  if (type === 'FARGATE') return 'fargate';
  return type === 'EC2' ? 'instances' : new Opaque(`the launch type ${type ?? 'given'} is not priced`);
}

/** Without any strategy a cluster runs tasks on the instances that are registered with it. */
function ofStrategies(strategies: readonly Value[], assembly: Assembly): Place | Opaque {
  const places: Place[] = [];
  for (const strategy of strategies.filter((one) => !isEmpty(one))) {
    const list = listOf(strategy, 'CapacityProviderStrategy');
    if (list instanceof Opaque) return list;
    for (const one of list.flatMap((entry) => alternatives(field(entry, 'CapacityProvider')))) {
      const place = ofProvider(one, assembly);
      if (place instanceof Opaque) return place;
      places.push(place);
    }
  }
  const [first = 'instances'] = places;
  // Spot, and a part that may run elsewhere, count nothing at min and as on demand above.
  return places.every((place) => place === first) ? first : 'spot';
}

/** A capacity provider that is named is a group of instances, here or elsewhere, and billed there. */
function ofProvider(provider: Value, assembly: Assembly): Place | Opaque {
  const name = literalText(provider);
  if (name === 'FARGATE') return 'fargate';
  if (name === 'FARGATE_SPOT') return 'spot';
  const target = provider instanceof Opaque ? assembly.resourceAt(provider.target) : undefined;
  return name !== undefined || target?.type === 'AWS::ECS::CapacityProvider'
    ? 'instances'
    : new Opaque('which capacity provider runs the tasks is not decided by the template');
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
