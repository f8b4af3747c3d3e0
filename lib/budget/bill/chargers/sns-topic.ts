import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { field, listOf, Opaque } from '../template-value';
import { chargeEndpoint } from './sns-subscription';

/** Publishing, and deliveries to the subscriptions written into the topic itself. */
export function chargeTopic(topic: Resource): readonly Line[] {
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
