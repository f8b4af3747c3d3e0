import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { hostItem } from '../../prices/items';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { literalText } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AutoPlacement',
  'AvailabilityZone',
  'HostMaintenance',
  'HostRecovery',
  'InstanceFamily',
  'InstanceType',
  'Tags',
]);

/** A dedicated host by the hour, whatever runs on it. */
export function chargeHost(host: Resource): readonly Line[] {
  const family =
    literalText(host.property('InstanceFamily')) ?? literalText(host.property('InstanceType'))?.split('.')[0];
  const hours =
    family === undefined || !/^[a-z0-9-]+$/.test(family)
      ? unpriced('hostHours', 'the instance family of the host is not literal')
      : priced('hostHours', hostItem(family), fixed(exact(1)));
  return [hours, ...unknownProperties(host, 'host', KNOWN)];
}
