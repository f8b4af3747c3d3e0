import { unknownProperties } from '../known-properties';
import { free, type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { literalText, type Value } from '../template-value';

/** Properties that cost nothing, or that are billed here; filters on the message itself (`FilterPolicyScope`) are billed by the gigabyte. */
const KNOWN = new Set([
  'DeliveryPolicy',
  'Endpoint',
  'FilterPolicy',
  'Protocol',
  'RawMessageDelivery',
  'RedrivePolicy',
  'Region',
  'SubscriptionRoleArn',
  'TopicArn',
]);

/** Deliveries to one endpoint. */
export function chargeSubscription(subscription: Resource): readonly Line[] {
  return [chargeEndpoint(subscription.property('Protocol')), ...unknownProperties(subscription, 'subscription', KNOWN)];
}

/** By protocol: SQS and Lambda take deliveries for nothing, phones are billed by country. */
export function chargeEndpoint(protocol: Value): Line {
  const name = literalText(protocol);
  if (name === 'sqs' || name === 'lambda') return free('deliveries to SQS and Lambda cost nothing');
  if (name === 'email' || name === 'email-json') return usage('snsEmails', 'sns:email');
  if (name === 'http' || name === 'https') return usage('snsHttpDeliveries', 'sns:http');
  return unpriced('snsDeliveries', `deliveries by ${name ?? 'this protocol'} are not priced`);
}
