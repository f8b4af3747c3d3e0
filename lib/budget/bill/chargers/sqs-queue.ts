import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { flagOf } from '../template-value';

/** Properties that cost nothing, or whose cost lands in what is declared here, on another queue or on a key. */
const KNOWN = new Set([
  'DelaySeconds',
  'FifoQueue',
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'QueueName',
  'ReceiveMessageWaitTimeSeconds',
  'RedriveAllowPolicy',
  'RedrivePolicy',
  'SqsManagedSseEnabled',
  'Tags',
  'VisibilityTimeout',
]);

/** Requests alone are billed (SQS pricing); what asks an empty queue again and again asks most of them. */
export function chargeQueue(queue: Resource): readonly Line[] {
  const standard = flagOf(queue.property('FifoQueue'), 'FifoQueue') === false;
  return [
    standard ? usage('queueRequests', 'sqs:requests') : unpriced('queueRequests', 'only standard queues are priced'),
    ...unknownProperties(queue, 'queue', KNOWN),
  ];
}
