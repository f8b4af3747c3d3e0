import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'DeliverCrossAccountRole',
  'DeliverLogsPermissionArn',
  'DestinationOptions',
  'LogDestination',
  'LogDestinationType',
  'LogFormat',
  'LogGroupName',
  'MaxAggregationInterval',
  'ResourceId',
  'ResourceType',
  'Tags',
  'TrafficType',
]);

/** Flow logs are billed by what they ingest; a log group that receives nothing else bills only storage. */
export function chargeFlowLog(flowLog: Resource): readonly Line[] {
  return [...ingestion(flowLog), ...unknownProperties(flowLog, 'flowLog', KNOWN)];
}

function ingestion(flowLog: Resource): readonly Line[] {
  const destination = flowLog.property('LogDestinationType') ?? 'cloud-watch-logs';
  return destination === 'cloud-watch-logs'
    ? [usage('flowLogGigabytes', 'logs:ingest')]
    : [unpriced('flowLogGigabytes', 'delivery outside CloudWatch Logs is not priced')];
}
