import { exact } from '../../../units/exact';
import { mapRange } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import { volumeParts } from '../node-volumes';
import type { Resource } from '../read-template';
import { countOf, Opaque, type Value } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AutoEnableIO',
  'AvailabilityZone',
  'Encrypted',
  'Iops',
  'KmsKeyId',
  'MultiAttachEnabled',
  'OutpostArn',
  'Size',
  'SnapshotId',
  'Tags',
  'Throughput',
  'VolumeInitializationRate',
  'VolumeType',
]);

/** Storage by the GiB, and IOPS and throughput beyond what the type includes. */
export function chargeVolume(volume: Resource): readonly Line[] {
  return [...storage(volume), ...apart(volume), ...unknownProperties(volume, 'volume', KNOWN)];
}

function storage(volume: Resource): readonly Line[] {
  const type = volume.property('VolumeType');
  if (type === 'standard') return magnetic(volume.property('Size'));
  const ebs = { VolumeType: type, Iops: volume.property('Iops'), Throughput: volume.property('Throughput') };
  const parts = volumeParts(ebs, volume.property('Size'));
  if (parts instanceof Opaque) return [unpriced('volumeStorage', parts.reason)];
  return parts
    .filter(({ units }) => units.max > 0)
    .map(({ dimension, item, units }) =>
      priced(
        dimension,
        item,
        mapRange(units, (count) => exact(count)),
      ),
    );
}

function magnetic(size: Value): readonly Line[] {
  const gibibytes = countOf(size, 'Size');
  const requests = usage('magneticVolumeRequests', 'magnetic:requests');
  return gibibytes instanceof Opaque
    ? [unpriced('volumeStorage', gibibytes.reason), requests]
    : [
        priced(
          'volumeStorage',
          'magnetic:storage',
          mapRange(gibibytes, (count) => exact(count)),
        ),
        requests,
      ];
}

function apart(volume: Resource): readonly Line[] {
  const lines: Line[] = [];
  if (volume.property('VolumeInitializationRate') !== undefined)
    lines.push(unpriced('volumeInitialization', 'initialization at a rate is billed by gigabyte and not priced'));
  if (volume.property('OutpostArn') !== undefined)
    lines.push(unpriced('outpostStorage', 'volumes on Outposts are not priced'));
  return lines;
}
