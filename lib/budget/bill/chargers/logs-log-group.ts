import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import { receivesFlowLogsOnly } from '../log-writers';
import type { Resource } from '../read-template';
import type { ChargerContext } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'BearerTokenAuthenticationEnabled',
  'DataProtectionPolicy',
  'DeletionProtectionEnabled',
  'FieldIndexPolicies',
  'KmsKeyId',
  'LogGroupClass',
  'LogGroupName',
  'ResourcePolicyDocument',
  'RetentionInDays',
  'Tags',
]);

/** What is written to it, unless the flow logs that write it are billed for that, and what it holds. */
export function chargeLogGroup(group: Resource, context: ChargerContext): readonly Line[] {
  return [
    ...ingestion(group, context),
    usage('logStoredGigabytes', 'logs:stored'),
    ...(group.property('DataProtectionPolicy') === undefined
      ? []
      : [unpriced('logDataProtection', 'data protection is billed by the gigabytes that it scans and is not priced')]),
    ...unknownProperties(group, 'logGroup', KNOWN),
  ];
}

function ingestion(group: Resource, context: ChargerContext): readonly Line[] {
  if ((group.property('LogGroupClass') ?? 'STANDARD') !== 'STANDARD')
    return [unpriced('logIngestGigabytes', 'only the standard log class is priced')];
  return receivesFlowLogsOnly(group, context) ? [] : [usage('logIngestGigabytes', 'logs:ingest')];
}
