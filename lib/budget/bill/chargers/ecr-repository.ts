import { unknownProperties } from '../known-properties';
import { type Line, usage } from '../line';
import type { Resource } from '../read-template';

/** Properties that cost nothing. Basic scanning is free; enhanced scanning is a setting of the registry. */
const KNOWN = new Set([
  'EmptyOnDelete',
  'EncryptionConfiguration',
  'ImageScanningConfiguration',
  'ImageTagMutability',
  'ImageTagMutabilityExclusionFilters',
  'LifecyclePolicy',
  'RepositoryName',
  'RepositoryPolicyText',
  'Tags',
]);

/** What it holds. Pulls within the region cost nothing; out of it they are transfer of whoever pulls. */
export function chargeRepository(repository: Resource): readonly Line[] {
  return [usage('repositoryGigabytes', 'ecr:storage'), ...unknownProperties(repository, 'repository', KNOWN)];
}
