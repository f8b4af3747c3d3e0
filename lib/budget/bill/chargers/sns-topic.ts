import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { field, listOf, Opaque } from '../template-value';
import { chargeEndpoint } from './sns-subscription';

/** Properties that cost nothing, or that are billed here. */
const KNOWN = new Set([
  'ContentBasedDeduplication',
  'DisplayName',
  'FifoThroughputScope',
  'FifoTopic',
  'KmsMasterKeyId',
  'SignatureVersion',
  'Subscription',
  'Tags',
  'TopicName',
]);

/** Publishing, and deliveries to the subscriptions written into the topic itself. */
export function chargeTopic(topic: Resource): readonly Line[] {
  return [...messages(topic), ...unknownProperties(topic, 'topic', KNOWN)];
}

function messages(topic: Resource): readonly Line[] {
  const standard = (topic.property('FifoTopic') ?? false) === false;
  const published = standard
    ? usage('snsRequests', 'sns:requests')
    : unpriced('snsRequests', 'only standard topics are priced');
  const inline = topic.property('Subscription');
  if (inline === undefined) return [published];
  const subscriptions = listOf(inline, 'Subscription');
  if (subscriptions instanceof Opaque) return [published, unpriced('snsDeliveries', subscriptions.reason)];
  return [published, ...subscriptions.map((one) => chargeEndpoint(field(one, 'Protocol')))];
}
