import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { field, listOf, Opaque } from '../template-value';

/** Properties that cost nothing by themselves, or that are refused here. */
const KNOWN = new Set([
  'AccessControl',
  'BucketEncryption',
  'BucketName',
  'CorsConfiguration',
  'IntelligentTieringConfigurations',
  'InventoryConfigurations',
  'LifecycleConfiguration',
  'LoggingConfiguration',
  'NotificationConfiguration',
  'ObjectLockConfiguration',
  'ObjectLockEnabled',
  'OwnershipControls',
  'PublicAccessBlockConfiguration',
  'ReplicationConfiguration',
  'Tags',
  'VersioningConfiguration',
  'WebsiteConfiguration',
]);
const TRANSITIONS = ['NoncurrentVersionTransition', 'NoncurrentVersionTransitions', 'Transition', 'Transitions'];

/** Standard storage and requests by declared use; what moves objects to other classes or regions has no price here. */
export function chargeBucket(bucket: Resource): readonly Line[] {
  const elsewhere = ['IntelligentTieringConfigurations', 'ReplicationConfiguration', 'InventoryConfigurations'].filter(
    (name) => bucket.property(name) !== undefined,
  );
  return [
    usage('bucketGigabytes', 's3:storage'),
    usage('bucketPutRequests', 's3:putRequests'),
    usage('bucketGetRequests', 's3:getRequests'),
    ...elsewhere.map((name) => unpriced(`bucket${name}`, `${name} is billed apart and not priced`)),
    ...transitions(bucket),
    ...unknownProperties(bucket, 'bucket', KNOWN),
  ];
}

/** Expiring costs nothing; moving to another class is billed by the object, and what is kept there at another price. */
function transitions(bucket: Resource): readonly Line[] {
  const lifecycle = bucket.property('LifecycleConfiguration');
  if (lifecycle === undefined) return [];
  const rules = listOf(field(lifecycle, 'Rules') ?? [], 'Rules');
  const moves =
    rules instanceof Opaque || rules.some((rule) => TRANSITIONS.some((name) => field(rule, name) !== undefined));
  return moves
    ? [unpriced('bucketTransitions', 'moves to other storage classes are not priced; declare a ceiling')]
    : [];
}
