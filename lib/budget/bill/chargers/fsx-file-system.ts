import type { Item } from '../../prices/items';
import { unknownFields, unknownProperties } from '../known-properties';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { countOf, field, literalText, Opaque, type Value } from '../template-value';
import { exactly } from './charger';

const STORAGE = 'lustreStorage';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'FileSystemType',
  'FileSystemTypeVersion',
  'KmsKeyId',
  'LustreConfiguration',
  'NetworkType',
  'SecurityGroupIds',
  'StorageCapacity',
  'StorageType',
  'SubnetIds',
  'Tags',
]);
const KNOWN_FIELDS = new Set([
  'AutomaticBackupRetentionDays',
  'CopyTagsToBackups',
  'DailyAutomaticBackupStartTime',
  'DataCompressionType',
  'DeploymentType',
  'EfaEnabled',
  'MetadataConfiguration',
  'PerUnitStorageThroughput',
  'WeeklyMaintenanceStartTime',
]);

/** Storage of a persistent SSD file system by what it reads in a second for each tebibyte. */
const ITEM_OF: Readonly<Record<string, Item>> = {
  '125': 'fsxLustre:persistent2:125',
  '250': 'fsxLustre:persistent2:250',
  '500': 'fsxLustre:persistent2:500',
  '1000': 'fsxLustre:persistent2:1000',
};

/**
 * A file system for Lustre by its gibibytes, which include its throughput, and its metadata where that grows with them. Other
 * kinds of file system, and what is sold beside storage, have no price here.
 */
export function chargeFileSystem(fileSystem: Resource): readonly Line[] {
  if (literalText(fileSystem.property('FileSystemType')) !== 'LUSTRE') {
    return [unpriced('fileSystem', 'only file systems for Lustre are priced')];
  }
  const lustre = fileSystem.property('LustreConfiguration');
  if (lustre instanceof Opaque) return [unpriced(STORAGE, lustre.reason)];
  return [
    storage(fileSystem, lustre),
    ...besideStorage(lustre),
    ...unknownFields(lustre, 'lustre', KNOWN_FIELDS),
    ...unknownProperties(fileSystem, 'fileSystem', KNOWN),
  ];
}

function storage(fileSystem: Resource, lustre: Value): Line {
  const deployment = literalText(field(lustre, 'DeploymentType'));
  const medium = literalText(fileSystem.property('StorageType') ?? 'SSD');
  const item = ITEM_OF[literalText(field(lustre, 'PerUnitStorageThroughput')) ?? ''];
  if (deployment !== 'PERSISTENT_2' || medium !== 'SSD' || item === undefined) {
    return unpriced(STORAGE, 'only PERSISTENT_2 on SSD with 125, 250, 500 or 1000 MB/s for each TiB is priced');
  }
  const gibibytes = countOf(fileSystem.property('StorageCapacity'), 'StorageCapacity');
  return gibibytes instanceof Opaque ? unpriced(STORAGE, gibibytes.reason) : priced(STORAGE, item, exactly(gibibytes));
}

function besideStorage(lustre: Value): readonly Line[] {
  const backups = field(lustre, 'AutomaticBackupRetentionDays') ?? 0;
  const metadata = field(lustre, 'MetadataConfiguration');
  const automatic = metadata === undefined || literalText(field(metadata, 'Mode')) === 'AUTOMATIC';
  const efa = literalText(field(lustre, 'EfaEnabled') ?? false) !== 'false';
  return [
    ...(literalText(backups) === '0'
      ? []
      : [unpriced('lustreBackups', 'what its backups hold is not in the template')]),
    ...(automatic ? [] : [unpriced('lustreMetadata', 'metadata operations that are bought apart have no price here')]),
    ...(efa ? [unpriced('lustreEfa', 'no source says whether EFA costs extra')] : []),
  ];
}
