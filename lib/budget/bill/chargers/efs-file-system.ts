import { exact } from '../../../units/exact';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { countOf, field, literalText, Opaque } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AvailabilityZoneName',
  'BackupPolicy',
  'BypassPolicyLockoutSafetyCheck',
  'Encrypted',
  'FileSystemPolicy',
  'FileSystemProtection',
  'FileSystemTags',
  'KmsKeyId',
  'LifecyclePolicies',
  'PerformanceMode',
  'ProvisionedThroughputInMibps',
  'ReplicationConfiguration',
  'ThroughputMode',
]);

/** What it holds, in each class, and the throughput that is paid for. */
export function chargeElasticFileSystem(system: Resource): readonly Line[] {
  const oneZone = system.property('AvailabilityZoneName') !== undefined;
  const tiered = system.property('LifecyclePolicies') !== undefined;
  return [
    usage('efsStandardGigabytes', oneZone ? 'efs:oneZoneStorage' : 'efs:standardStorage'),
    ...(tiered
      ? [
          // The class of one zone is cheaper: the price of the regional one bounds it.
          usage('efsInfrequentGigabytes', 'efs:infrequentStorage'),
          usage('efsInfrequentAccessGigabytes', 'efs:infrequentAccess'),
        ]
      : []),
    ...throughput(system),
    ...apart(system),
    ...unknownProperties(system, 'fileSystem', KNOWN),
  ];
}

function throughput(system: Resource): readonly Line[] {
  const mode = literalText(system.property('ThroughputMode') ?? 'bursting');
  if (mode === 'bursting') return [];
  if (mode === 'elastic')
    return [usage('efsReadGigabytes', 'efs:elasticRead'), usage('efsWriteGigabytes', 'efs:elasticWrite')];
  if (mode !== 'provisioned') return [unpriced('efsThroughput', 'the throughput mode is not decided by the template')];
  const mebibytes = countOf(system.property('ProvisionedThroughputInMibps'), 'ProvisionedThroughputInMibps');
  if (mebibytes instanceof Opaque) return [unpriced('efsThroughput', mebibytes.reason)];
  // What the stored data includes is free, and at min it may be all of it.
  const quantity = { min: exact(0), plan: exact(mebibytes.plan), max: exact(mebibytes.max) };
  return [priced('efsThroughput', 'efs:provisionedThroughput', quantity)];
}

function apart(system: Resource): readonly Line[] {
  const lines: Line[] = [];
  if ((field(system.property('BackupPolicy'), 'Status') ?? 'DISABLED') !== 'DISABLED')
    lines.push(unpriced('efsBackups', 'automatic backups are billed by AWS Backup and not priced; declare a ceiling'));
  if (system.property('ReplicationConfiguration') !== undefined)
    lines.push(unpriced('efsReplication', 'the replica is billed elsewhere and not priced; declare a ceiling'));
  return lines;
}
