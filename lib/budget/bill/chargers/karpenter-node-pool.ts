import { instanceItem } from '../../prices/items';
import { unknownFields } from '../known-properties';
import { type KubernetesObject, objectsIn, objectsOf } from '../kubernetes-objects';
import { type Line, priced, unpriced } from '../line';
import { boundsOf, mayBeDedicated, type NodePoolBounds } from '../node-pool';
import { volumeLines } from '../node-volumes';
import type { Resource } from '../read-template';
import { field, flagOf, listOf, literalText, Opaque, type Value } from '../template-value';
import { type ChargerContext, exactly } from './charger';

const INSTANCES = 'instanceHours';
const NODE_CLASS = 'karpenter.k8s.aws/EC2NodeClass';

/** Fields that cost nothing, or that are billed or refused here (Karpenter 1.14, NodePools and NodeClasses). */
const KNOWN_POOL = new Set(['disruption', 'limits', 'replicas', 'template', 'weight']);
const KNOWN_CLASS = new Set([
  'amiFamily',
  'amiSelectorTerms',
  'associatePublicIPAddress',
  'blockDeviceMappings',
  'capacityReservationSelectorTerms',
  'connectionTracking',
  'detailedMonitoring',
  'instanceProfile',
  'instanceStorePolicy',
  'kubelet',
  'metadataOptions',
  'networkInterfaces',
  'placementGroupSelector',
  'role',
  'securityGroupSelectorTerms',
  'subnetSelectorTerms',
  'tags',
  'userData',
]);

/**
 * The nodes that Karpenter may start for a NodePool: none at min, the planned ones, and as many as its limits allow, each at
 * the on-demand price of the dearest type that it allows, whatever it really runs on: spot costs less, a reservation is
 * billed for itself. With their volumes, as the pool's EC2NodeClass maps them.
 */
export function chargeNodePool(resource: Resource, context: ChargerContext): readonly Line[] {
  const objects = objectsOf(resource, context.assembly);
  if (objects instanceof Opaque) return [unpriced(INSTANCES, objects.reason)];
  return objects.flatMap((pool) => poolLines(pool, context));
}

export function poolLines(pool: KubernetesObject, context: ChargerContext): readonly Line[] {
  const bounds = boundsOf(pool);
  if (bounds instanceof Opaque) return [unpriced(INSTANCES, bounds.reason)];
  const nodeClass = nodeClassOf(pool, context);
  if (nodeClass instanceof Opaque) return [unpriced(INSTANCES, nodeClass.reason)];
  return [
    ...instances(bounds, context),
    ...volumes(nodeClass, bounds),
    ...addresses(nodeClass),
    ...extras(pool, nodeClass, bounds),
  ];
}

/** The class that the pool names, of the same cluster, and only one. */
function nodeClassOf(pool: KubernetesObject, { assembly }: ChargerContext): Value {
  const name = field(pool.spec, 'template', 'spec', 'nodeClassRef', 'name');
  const found = objectsIn(assembly).filter(
    (one) => one.kind === NODE_CLASS && one.name === name && one.cluster === pool.cluster,
  );
  const [only] = found;
  return only === undefined || found.length > 1
    ? new Opaque(`the pool's EC2NodeClass ${literalText(name) ?? ''} is not among the manifests exactly once`)
    : only.spec;
}

function instances({ instanceTypes, nodes }: NodePoolBounds, context: ChargerContext): readonly Line[] {
  const type = context.dearest(instanceTypes);
  if (type === undefined) {
    return [unpriced(INSTANCES, `the price book has no price for ${instanceTypes.join(' or ')} here`)];
  }
  return [priced(INSTANCES, instanceItem(type, 'onDemand'), exactly(nodes))];
}

function volumes(nodeClass: Value, { nodes }: NodePoolBounds): readonly Line[] {
  const mappings = listOf(field(nodeClass, 'blockDeviceMappings'), 'blockDeviceMappings');
  if (mappings instanceof Opaque) {
    return [unpriced('volumeStorage', 'Karpenter decides the root volume; map it in the EC2NodeClass')];
  }
  if (!mappings.some((one) => field(one, 'deviceName') === '/dev/xvda')) {
    return [unpriced('volumeStorage', 'no mapping of the EC2NodeClass is for the root volume /dev/xvda')];
  }
  return volumeLines(mappings.map(asLaunchTemplate), nodes, 0);
}

/** A mapping of Karpenter's as a launch template has it: the same fields, other spellings, sizes with a unit. */
function asLaunchTemplate(mapping: Value): Value {
  const ebs = field(mapping, 'ebs');
  const fields = Object.keys(typeof ebs === 'object' && ebs !== null ? ebs : {});
  const named = fields.map((name) => [
    SPELLING[name] ?? `${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`,
    name === 'volumeSize' ? gibibytes(field(ebs, name)) : field(ebs, name),
  ]);
  return { DeviceName: field(mapping, 'deviceName'), Ebs: Object.fromEntries(named) };
}

const SPELLING: Readonly<Record<string, string>> = { kmsKeyID: 'KmsKeyId', snapshotID: 'SnapshotId' };

function gibibytes(size: Value): Value {
  const [, count = '', unit = ''] = /^(\d+)(Gi|Ti)$/.exec(literalText(size) ?? '') ?? [];
  if (count === '') return new Opaque('the volume size is not a whole number of Gi or Ti');
  return unit === 'Ti' ? Number(count) * 1024 : Number(count);
}

/** Subnets are found by tags once deployed, so that only a plain "no" is one. */
function addresses(nodeClass: Value): readonly Line[] {
  const stated = field(nodeClass, 'associatePublicIPAddress');
  if (stated !== undefined && flagOf(stated, 'associatePublicIPAddress') === false) return [];
  return [
    unpriced(
      'publicIpv4Hours',
      'nodes of the EC2NodeClass may get public addresses; set associatePublicIPAddress: false',
    ),
  ];
}

function extras(pool: KubernetesObject, nodeClass: Value, { instanceTypes }: NodePoolBounds): readonly Line[] {
  const lines: Line[] = [];
  if (flagOf(field(nodeClass, 'detailedMonitoring'), 'detailedMonitoring') !== false) {
    lines.push(unpriced('detailedMonitoring', 'detailed monitoring is billed by metric and not priced'));
  }
  if (mayBeDedicated(pool)) {
    lines.push(
      unpriced('dedicatedTenancy', 'a pod may ask the pool for dedicated instances; require the default tenancy'),
    );
  }
  if (!isEksImage(nodeClass)) {
    lines.push(
      unpriced('imageSoftware', 'what the software of the image costs is not known; only al2023 aliases are priced'),
    );
  }
  if (instanceTypes.some((type) => /^t\d/.test(type))) {
    lines.push(unpriced('cpuCredits', 'Karpenter starts burstable nodes that buy CPU credits without a limit'));
  }
  return [
    ...lines,
    ...unknownFields(pool.spec, 'pool', KNOWN_POOL),
    ...unknownFields(nodeClass, 'nodeClass', KNOWN_CLASS),
  ];
}

/** Amazon Linux 2023 of EKS, by alias: one root volume, no licence. */
function isEksImage(nodeClass: Value): boolean {
  const terms = listOf(field(nodeClass, 'amiSelectorTerms'), 'amiSelectorTerms');
  if (terms instanceof Opaque || terms.length === 0) return false;
  return terms.every((term) => /^al2023@/.test(literalText(field(term, 'alias')) ?? ''));
}
