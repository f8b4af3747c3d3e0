import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import type { ServiceItem } from '../../prices/items';
import { extendedSupportFrom } from '../eks-versions';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import { holdsControlPlaneLogs } from '../log-writers';
import type { Resource } from '../read-template';
import { alternatives, field, flagOf, literalText, Opaque, textsOf } from '../template-value';
import type { ChargerContext } from './charger';

const ONE = fixed(exact(1));

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AccessConfig',
  'BootstrapSelfManagedAddons',
  'ComputeConfig',
  'ControlPlaneScalingConfig',
  'DeletionProtection',
  'EncryptionConfig',
  'Force',
  'KubernetesNetworkConfig',
  'Logging',
  'Name',
  'OutpostConfig',
  'RemoteNetworkConfig',
  'ResourcesVpcConfig',
  'RoleArn',
  'StorageConfig',
  'Tags',
  'UpgradePolicy',
  'Version',
  'ZonalShiftConfig',
]);

/** Cluster hours, the extended-support surcharge from its date on, the provisioned control plane, and control-plane logs. */
export function chargeCluster(cluster: Resource, context: ChargerContext): readonly Line[] {
  return [
    priced('clusterHours', 'eks:cluster', ONE),
    ...extendedSupport(cluster, context),
    ...controlPlaneTier(cluster),
    ...controlPlaneLogs(cluster, context),
    ...unbounded(cluster),
    ...unknownProperties(cluster, 'cluster', KNOWN),
  ];
}

function extendedSupport(cluster: Resource, { active }: ChargerContext): readonly Line[] {
  const dimension = 'extendedSupportHours';
  const policy = textsOf(field(cluster.property('UpgradePolicy'), 'SupportType') ?? 'EXTENDED', 'SupportType');
  if (policy instanceof Opaque) return [unpriced(dimension, policy.reason)];
  if (policy.every((type) => type === 'STANDARD')) return [];
  const version = literalText(cluster.property('Version'));
  if (version === undefined)
    return [unpriced(dimension, 'the Kubernetes version is not literal, so its support may end at any time')];
  const from = extendedSupportFrom(version);
  if (from === undefined)
    return [unpriced(dimension, `the end of standard support of Kubernetes ${version} is not known`)];
  if (from >= active.end) return [];
  const line = priced(dimension, 'eks:extendedSupport', ONE);
  return [from <= active.start ? line : { ...line, during: { start: from, end: active.end } }];
}

const TIERS: Readonly<Record<string, ServiceItem>> = {
  'tier-xl': 'eks:tier-xl',
  'tier-2xl': 'eks:tier-2xl',
  'tier-4xl': 'eks:tier-4xl',
  'tier-8xl': 'eks:tier-8xl',
};

function controlPlaneTier(cluster: Resource): readonly Line[] {
  const tier = field(cluster.property('ControlPlaneScalingConfig'), 'Tier') ?? 'standard';
  if (tier === 'standard') return [];
  const item = TIERS[literalText(tier) ?? ''];
  return item === undefined
    ? [unpriced('controlPlaneTierHours', 'the tier of the provisioned control plane has no item')]
    : [priced('controlPlaneTierHours', item, ONE)];
}

function controlPlaneLogs(cluster: Resource, context: ChargerContext): readonly Line[] {
  const types = field(cluster.property('Logging'), 'ClusterLogging', 'EnabledTypes');
  const off = alternatives(types).every((list) => list === undefined || (Array.isArray(list) && list.length === 0));
  if (off || cluster.property('Logging') === undefined) return [];
  // The group that receives them bills their ingestion then.
  return holdsControlPlaneLogs(cluster, context) ? [] : [usage('controlPlaneLogGigabytes', 'logs:ingest')];
}

function unbounded(cluster: Resource): readonly Line[] {
  const lines: Line[] = [];
  if (flagOf(field(cluster.property('ComputeConfig'), 'Enabled'), 'ComputeConfig.Enabled') !== false) {
    lines.push(
      unpriced('autoModeNodes', 'EKS Auto Mode starts nodes without a limit; bound them or declare a ceiling'),
    );
  }
  if (flagOf(field(cluster.property('StorageConfig'), 'BlockStorage', 'Enabled'), 'BlockStorage') !== false) {
    lines.push(unpriced('autoModeVolumes', 'EKS Auto Mode makes volumes without a limit; declare a ceiling'));
  }
  const balancing = field(cluster.property('KubernetesNetworkConfig'), 'ElasticLoadBalancing', 'Enabled');
  if (flagOf(balancing, 'ElasticLoadBalancing') !== false) {
    lines.push(
      unpriced('autoModeLoadBalancers', 'EKS Auto Mode makes load balancers without a limit; declare a ceiling'),
    );
  }
  if (cluster.property('RemoteNetworkConfig') !== undefined) {
    lines.push(unpriced('hybridNodeHours', 'hybrid nodes are billed by vCPU and are not in the template'));
  }
  if (cluster.property('OutpostConfig') !== undefined)
    lines.push(unpriced('outpostHours', 'clusters on Outposts are not priced'));
  return lines;
}
