import { exact } from '../../../units/exact';
import { mapRange, type Range } from '../../../units/range';
import { sageMakerItem } from '../../prices/items';
import { unknownFields, unknownProperties } from '../known-properties';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { countOf, field, listOf, Opaque, textsOf, type Value } from '../template-value';
import { exactly } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AutoScaling',
  'ClusterName',
  'ClusterRole',
  'InstanceGroups',
  'NodeProvisioningMode',
  'NodeRecovery',
  'Orchestrator',
  'RestrictedInstanceGroups',
  'Tags',
  'VpcConfig',
]);
const KNOWN_GROUP = new Set([
  'CurrentCount',
  'ExecutionRole',
  'ImageId',
  'InstanceCount',
  'InstanceGroupName',
  'InstanceStorageConfigs',
  'InstanceType',
  'KubernetesConfig',
  'LifeCycleConfig',
  'MinInstanceCount',
  'OnStartDeepHealthChecks',
  'OverrideVpcConfig',
  'ScheduledUpdateConfig',
  'ThreadsPerCore',
  'TrainingPlanArn',
]);

/** Instances and volumes of every group of a HyperPod cluster. */
export function chargeSageMakerCluster(cluster: Resource): readonly Line[] {
  const groups = listOf(cluster.property('InstanceGroups') ?? [], 'InstanceGroups');
  const lines =
    groups instanceof Opaque
      ? [unpriced('clusterInstanceHours', groups.reason)]
      : groups.flatMap((group, index) => chargeGroup(group, groups.length === 1 ? '' : `${index}`));
  return [...lines, ...apart(cluster), ...unknownProperties(cluster, 'cluster', KNOWN)];
}

function chargeGroup(group: Value, suffix: string): readonly Line[] {
  const hours = `clusterInstanceHours${suffix}`;
  if (group instanceof Opaque) return [unpriced(hours, group.reason)];
  const types = textsOf(field(group, 'InstanceType'), 'InstanceType');
  const count = countOf(field(group, 'InstanceCount'), 'InstanceCount');
  if (types instanceof Opaque) return [unpriced(hours, types.reason)];
  if (count instanceof Opaque) return [unpriced(hours, count.reason)];
  if (types.length > 1) return [unpriced(hours, 'the instance type is not decided by the template')];
  const planned = field(group, 'TrainingPlanArn') !== undefined;
  return [
    planned
      ? unpriced(hours, 'the group runs on a training plan, which is paid upfront and is not in the template')
      : priced(hours, sageMakerItem(types[0] ?? '', 'cluster'), exactly(count)),
    ...storage(field(group, 'InstanceStorageConfigs'), suffix, count),
    ...unknownFields(group, 'instanceGroup', KNOWN_GROUP),
  ];
}

function storage(stated: Value, suffix: string, count: Range<number>): readonly Line[] {
  const dimension = `clusterStorage${suffix}`;
  const configs = listOf(stated ?? [], 'InstanceStorageConfigs');
  if (configs instanceof Opaque) return [unpriced(dimension, configs.reason)];
  const sizes = configs.map((one) => countOf(field(one, 'EbsVolumeConfig', 'VolumeSizeInGB'), 'VolumeSizeInGB'));
  const unknown = sizes.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return [unpriced(dimension, unknown.reason)];
  const known = sizes.filter((one): one is Range<number> => !(one instanceof Opaque));
  if (known.length === 0) return [];
  const quantity = mapRange(count, (nodes, at) => exact(nodes * known.reduce((sum, one) => sum + one[at], 0)));
  return [priced(dimension, 'sagemaker:clusterStorage', quantity)];
}

function apart(cluster: Resource): readonly Line[] {
  return (['AutoScaling', 'NodeProvisioningMode', 'RestrictedInstanceGroups'] as const)
    .filter((name) => cluster.property(name) !== undefined)
    .map((name) => unpriced(`cluster${name}`, `nothing bounds what ${name} starts; declare a ceiling`));
}
