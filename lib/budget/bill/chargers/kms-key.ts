import { exact } from '../../../units/exact';
import { type Instant, type Interval, plusHours } from '../../../units/interval';
import { fixed, mapRange } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { type Line, type PricedLine, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { countOf, flagOf, Opaque } from '../template-value';
import type { ChargerContext } from './charger';

const HOURS_A_DAY = 24;
/** Days between automatic rotations, and the least and the most of them that AWS allows (AWS KMS developer guide). */
const ROTATION_DAYS = { least: 90, usual: 365, most: 2560 };
/** Rotation adds a key's price for the first and the second new version, and nothing after (AWS KMS pricing). */
const PAID_ROTATIONS = 2;

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'BypassPolicyLockoutSafetyCheck',
  'Description',
  'EnableKeyRotation',
  'Enabled',
  'KeyPolicy',
  'KeySpec',
  'KeyUsage',
  'MultiRegion',
  'Origin',
  'PendingWindowInDays',
  'PrimaryKeyArn',
  'RotationPeriodInDays',
  'Tags',
]);

/** A key by the month, replicas too, and its requests; only symmetric keys have one request price. */
export function chargeKey(key: Resource, { active }: ChargerContext): readonly Line[] {
  const symmetric = (key.property('KeySpec') ?? 'SYMMETRIC_DEFAULT') === 'SYMMETRIC_DEFAULT';
  return [
    ...keyMonths(key, active),
    symmetric ? usage('kmsRequests', 'kms:requests') : unpriced('kmsRequests', 'only symmetric keys are priced'),
    ...unknownProperties(key, 'key', KNOWN),
  ];
}

function keyMonths(key: Resource, active: Interval): readonly PricedLine[] {
  const rotates = flagOf(key.property('EnableKeyRotation'), 'EnableKeyRotation');
  if (rotates === false) return [priced('kmsKeys', 'kms:key', fixed(exact(1)))];
  const days = daysBetween(key);
  const atMin = rotates === true ? rotations(active.start, days.min) : [];
  // Where nobody can tell whether it rotates, the plan is that it does.
  const atPlan = rotations(active.start, days.plan);
  return spans(active, [...atMin, ...atPlan]).map((during) => ({
    ...priced('kmsKeys', 'kms:key', {
      min: exact(versions(atMin, during)),
      plan: exact(versions(atPlan, during)),
      // A key that is there already may be of any age, and anybody may rotate it on demand.
      max: exact(1 + PAID_ROTATIONS),
    }),
    during,
  }));
}

/** Days that are certain to pass at most, and those that are planned; a period that cannot be read is at its bounds. */
function daysBetween(key: Resource): { readonly min: number; readonly plan: number } {
  const { least, usual, most } = ROTATION_DAYS;
  const stated = countOf(key.property('RotationPeriodInDays') ?? usual, 'RotationPeriodInDays');
  if (stated instanceof Opaque) return { min: most, plan: least };
  const days = mapRange(stated, (count) => Math.min(most, Math.max(least, count)));
  return { min: days.max, plan: days.plan };
}

/** When the paid rotations of a key are due that is made at an instant. */
function rotations(from: Instant, days: number): readonly Instant[] {
  return Array.from({ length: PAID_ROTATIONS }, (_, done) => plusHours(from, (done + 1) * days * HOURS_A_DAY));
}

function versions(rotated: readonly Instant[], { start }: Interval): number {
  return 1 + rotated.filter((at) => at <= start).length;
}

/** An interval cut at instants. */
function spans({ start, end }: Interval, cuts: readonly Instant[]): readonly Interval[] {
  const starts = [...new Set([start, ...cuts.filter((at) => start < at && at < end)])].sort();
  return starts.map((at, index) => ({ start: at, end: starts[index + 1] ?? end }));
}
