import { choicesOf, shareOf, surelyOnDemand } from '../capacity-split';
import { autoScalingSize, autoScalingSurge } from '../group-size';
import { unknownProperties } from '../known-properties';
import { launchDataOf } from '../launch-template';
import { chargeLaunched, type Launched, overlaid } from '../launched-instances';
import type { Line } from '../line';
import type { Assembly, Resource } from '../read-template';
import { field, listOf, literalText, Opaque, type Value } from '../template-value';
import type { ChargerContext } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AutoScalingGroupName',
  'AvailabilityZoneDistribution',
  'AvailabilityZoneImpairmentPolicy',
  'AvailabilityZones',
  'CapacityRebalance',
  'CapacityReservationSpecification',
  'Context',
  'Cooldown',
  'DefaultInstanceWarmup',
  'DesiredCapacity',
  'DesiredCapacityType',
  'HealthCheckGracePeriod',
  'HealthCheckType',
  'InstanceId',
  'InstanceLifecyclePolicy',
  'InstanceMaintenancePolicy',
  'LaunchConfigurationName',
  'LaunchTemplate',
  'LifecycleHookSpecificationList',
  'LoadBalancerNames',
  'MaxInstanceLifetime',
  'MaxSize',
  'MetricsCollection',
  'MinSize',
  'MixedInstancesPolicy',
  'NewInstancesProtectedFromScaleIn',
  'NotificationConfiguration',
  'NotificationConfigurations',
  'PlacementGroup',
  'ServiceLinkedRoleARN',
  'SkipZonalShiftValidation',
  'Tags',
  'TargetGroupARNs',
  'TerminationPolicies',
  'TrafficSources',
  'VPCZoneIdentifier',
]);

/** Instances between the group's smallest and largest size, of the dearest type that it may launch. */
export function chargeAutoScalingGroup(group: Resource, context: ChargerContext): readonly Line[] {
  return [
    ...chargeLaunched(launchedBy(group, context.assembly), context),
    ...unknownProperties(group, 'autoScalingGroup', KNOWN),
  ];
}

/** What a group launches; its warm pool launches the same. */
export function launchedBy(group: Resource, assembly: Assembly): Launched {
  const size = autoScalingSize(group, assembly);
  const policy = group.property('MixedInstancesPolicy');
  const data = launchOf(group, policy, assembly);
  const share = shareOf(field(policy, 'InstancesDistribution'));
  const known = !(size instanceof Opaque) && !(share instanceof Opaque) && !(data instanceof Opaque);
  return {
    choices: known
      ? choicesOf(
          field(policy, 'LaunchTemplate', 'Overrides'),
          requirementsOr(field(data, 'InstanceType'), data),
          surelyOnDemand(size, share),
        )
      : ([size, share, data].find((one) => one instanceof Opaque) ?? new Opaque('the group cannot be read')),
    surge: size instanceof Opaque ? 0 : autoScalingSurge(group, size.max),
    data,
    subnets: subnetsOf(group.property('VPCZoneIdentifier')),
  };
}

function requirementsOr(type: Value, data: Value): Value {
  return field(data, 'InstanceRequirements') === undefined
    ? type
    : new Opaque('the instance types are chosen by requirements, so nothing bounds their price');
}

/** A reservation that the group itself asks for overrules that of its launch template. */
function launchOf(group: Resource, policy: Value, assembly: Assembly): Value {
  const reservation = group.property('CapacityReservationSpecification');
  const own = reservation === undefined ? {} : { CapacityReservationSpecification: reservation };
  const mixed = field(policy, 'LaunchTemplate', 'LaunchTemplateSpecification');
  const specification = mixed ?? group.property('LaunchTemplate');
  if (policy instanceof Opaque) return policy;
  if (specification !== undefined) return overlaid(launchDataOf(specification, group, assembly), own);
  const configuration = group.property('LaunchConfigurationName');
  return configuration === undefined
    ? new Opaque('the group launches a copy of an instance that is not in the template')
    : overlaid(configurationData(configuration, assembly), own);
}

/** A launch configuration's properties under the names of LaunchTemplateData; detailed monitoring is its default. */
function configurationData(name: Value, assembly: Assembly): Value {
  const resource = name instanceof Opaque ? assembly.resourceAt(name.target) : undefined;
  if (resource?.type !== 'AWS::AutoScaling::LaunchConfiguration')
    return new Opaque('the launch configuration is not among these templates; refer to it by its Ref');
  const associate = resource.property('AssociatePublicIpAddress');
  const tenancy = resource.property('PlacementTenancy');
  const spot = resource.property('SpotPrice');
  return overlaid(undefined, {
    BlockDeviceMappings: resource.property('BlockDeviceMappings'),
    ImageId: resource.property('ImageId'),
    InstanceType: resource.property('InstanceType'),
    Monitoring: { Enabled: resource.property('InstanceMonitoring') ?? true },
    NetworkInterfaces: associate === undefined ? undefined : [{ AssociatePublicIpAddress: associate }],
    Placement: tenancy === undefined ? undefined : { Tenancy: tenancy },
    InstanceMarketOptions: spot === undefined ? undefined : { MarketType: 'spot' },
  });
}

/** A list, or a text that lists subnets with commas. */
function subnetsOf(identifier: Value): Value {
  const text = literalText(identifier);
  if (text !== undefined) return text.split(',');
  const list = listOf(identifier, 'VPCZoneIdentifier');
  return list;
}
