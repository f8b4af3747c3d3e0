import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';

/** Flow logs are billed by what they ingest; a log group that receives nothing else bills only storage. */
export function chargeFlowLog(flowLog: Resource): readonly Line[] {
  const destination = flowLog.property('LogDestinationType') ?? 'cloud-watch-logs';
  return destination === 'cloud-watch-logs'
    ? [usage('flowLogGigabytes', 'logs:ingest')]
    : [unpriced('flowLogGigabytes', 'delivery outside CloudWatch Logs is not priced')];
}
