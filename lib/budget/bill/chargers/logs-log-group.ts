import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';

/** What is written to it and what it holds. */
export function chargeLogGroup(group: Resource): readonly Line[] {
  const standard = (group.property('LogGroupClass') ?? 'STANDARD') === 'STANDARD';
  const ingested = standard
    ? usage('logIngestGigabytes', 'logs:ingest')
    : unpriced('logIngestGigabytes', 'only the standard log class is priced');
  return [ingested, usage('logStoredGigabytes', 'logs:stored')];
}
