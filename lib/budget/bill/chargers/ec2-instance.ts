import { fixed } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { launchDataOf } from '../launch-template';
import { chargeLaunched, type InstanceChoice, overlaid } from '../launched-instances';
import type { Line } from '../line';
import type { Resource } from '../read-template';
import { field, isMap, Opaque, textsOf, type Value } from '../template-value';
import type { ChargerContext } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AdditionalInfo',
  'Affinity',
  'AvailabilityZone',
  'BlockDeviceMappings',
  'CpuOptions',
  'CreditSpecification',
  'DisableApiTermination',
  'EbsOptimized',
  'EnclaveOptions',
  'HibernationOptions',
  'HostId',
  'HostResourceGroupArn',
  'IamInstanceProfile',
  'ImageId',
  'InstanceInitiatedShutdownBehavior',
  'InstanceType',
  'Ipv6AddressCount',
  'Ipv6Addresses',
  'KernelId',
  'KeyName',
  'LaunchTemplate',
  'MetadataOptions',
  'Monitoring',
  'NetworkInterfaces',
  'PlacementGroupName',
  'PrivateDnsNameOptions',
  'PrivateIpAddress',
  'PropagateTagsToVolumeOnCreation',
  'RamdiskId',
  'SecurityGroupIds',
  'SecurityGroups',
  'SourceDestCheck',
  'SsmAssociations',
  'SubnetId',
  'Tags',
  'Tenancy',
  'UserData',
  'Volumes',
]);

/** EC2's own default (AWS::EC2::Instance, CloudFormation reference). */
const DEFAULT_TYPE = 'm1.small';

/** One instance with its root volume, mappings and address; volumes that are attached to it are resources of their own. */
export function chargeInstance(instance: Resource, context: ChargerContext): readonly Line[] {
  const data = dataOf(instance, context);
  const types = textsOf(field(data, 'InstanceType') ?? DEFAULT_TYPE, 'InstanceType');
  const choices = types instanceof Opaque ? types : types.map(oneOf);
  const subnets = subnetsOf(instance, data);
  return [
    ...chargeLaunched({ choices, surge: 0, data, subnets }, context),
    ...unknownProperties(instance, 'instance', KNOWN),
  ];
}

function oneOf(instanceType: string): InstanceChoice {
  return { instanceType, units: fixed(1) };
}

/** The instance's own properties over those of its launch template, with the names of LaunchTemplateData. */
function dataOf(instance: Resource, { assembly }: ChargerContext): Value {
  const specification = instance.property('LaunchTemplate');
  const under = specification === undefined ? {} : launchDataOf(specification, instance, assembly);
  const monitoring = instance.property('Monitoring');
  const credits = field(instance.property('CreditSpecification'), 'CPUCredits');
  const placement = placementOf(instance);
  return overlaid(under, {
    BlockDeviceMappings: instance.property('BlockDeviceMappings'),
    NetworkInterfaces: instance.property('NetworkInterfaces'),
    ImageId: instance.property('ImageId'),
    InstanceType: instance.property('InstanceType'),
    Monitoring: monitoring === undefined ? undefined : { Enabled: monitoring },
    CreditSpecification: credits === undefined ? undefined : { CpuCredits: credits },
    Placement: placement,
  });
}

function placementOf(instance: Resource): Value {
  const names = ['Affinity', 'HostId', 'HostResourceGroupArn', 'Tenancy'];
  const stated = names
    .map((name) => [name, instance.property(name)] as const)
    .filter(([, value]) => value !== undefined);
  return stated.length === 0 ? undefined : Object.fromEntries(stated);
}

function subnetsOf(instance: Resource, data: Value): Value {
  const own = instance.property('SubnetId');
  if (own !== undefined) return [own];
  const interfaces = field(data, 'NetworkInterfaces');
  const first = Array.isArray(interfaces) ? (interfaces as readonly Value[])[0] : undefined;
  const subnet = isMap(first) ? field(first as Value, 'SubnetId') : undefined;
  return subnet === undefined ? undefined : [subnet];
}
