import type { Exact } from '../../../units/exact';
import { exact } from '../../../units/exact';
import { fixed, type Range } from '../../../units/range';
import { type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { flagOf } from '../template-value';

/** Rotation adds a key's price for the first and the second new version, and nothing after (AWS KMS pricing). */
const ROTATED: Range<Exact> = { min: exact(1), plan: exact(1), max: exact(3) };

/** A key by the month, replicas too, and its requests; only symmetric keys have one request price. */
export function chargeKey(key: Resource): readonly Line[] {
  const rotates = flagOf(key.property('EnableKeyRotation'), 'EnableKeyRotation');
  const keys = priced('kmsKeys', 'kms:key', rotates === false ? fixed(exact(1)) : ROTATED);
  const symmetric = (key.property('KeySpec') ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT';
  return [
    keys,
    symmetric ? usage('kmsRequests', 'kms:requests') : unpriced('kmsRequests', 'only symmetric keys are priced'),
  ];
}
