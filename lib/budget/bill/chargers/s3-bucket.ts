import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';

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
  ];
}
