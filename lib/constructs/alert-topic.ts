import { createHash } from 'node:crypto';
import { Aws, CfnOutput, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { Cell } from '../workload/cell';
import { letLogsUse } from './log-key';
import type { Protection } from './protection';

/** The services that write to the topic. */
const WRITERS = ['cloudwatch', 'aps', 'budgets'] as const;

export interface AlertTopicProps {
  readonly cell: Pick<Cell, 'id' | 'profile'>;
  readonly emails: readonly string[];
  readonly protection: Protection;
}

/** Name of the topic of a cell's alerts. Literal, so that other stacks can name it without holding on to this one. */
export function alertTopicName(cell: Pick<Cell, 'id'>): string {
  return `${cell.id}-alerts`;
}

/**
 * Where everything that watches a cell writes to, over TLS alone. In production under a key of its own: the key of AWS for
 * SNS lets CloudWatch, Prometheus and Budgets write nothing.
 */
export class AlertTopic extends Construct {
  readonly topic: Topic;
  readonly key: Key | undefined;

  constructor(scope: Construct, id: string, { cell, emails, protection }: AlertTopicProps) {
    super(scope, id);
    this.key = cell.profile === 'production' ? this.createKey(cell, protection) : undefined;
    this.topic = new Topic(this, 'Topic', {
      topicName: alertTopicName(cell),
      displayName: `Alerts of cell ${cell.id}`,
      enforceSSL: true,
      ...(this.key === undefined ? {} : { masterKey: this.key }),
    });
    for (const service of WRITERS) this.topic.addToResourcePolicy(this.publishing(service));
    for (const endpoint of emails) {
      const { topic } = this;
      new Subscription(this, `Email-${digestOf(endpoint)}`, { topic, protocol: SubscriptionProtocol.EMAIL, endpoint });
    }
    new CfnOutput(this, 'Arn', { description: hearing(emails), value: this.topic.topicArn });
  }

  private publishing(service: (typeof WRITERS)[number]): PolicyStatement {
    return new PolicyStatement({
      sid: `Publish${service.charAt(0).toUpperCase()}${service.slice(1)}`,
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal(`${service}.amazonaws.com`)],
      actions: service === 'aps' ? ['sns:Publish', 'sns:GetTopicAttributes'] : ['sns:Publish'],
      resources: [this.topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    });
  }

  /** The services ask for data keys in the topic's name, and no documented condition narrows that for all three. */
  private createKey(cell: Pick<Cell, 'id'>, { removalPolicy }: Protection): Key {
    const key = new Key(this, 'Key', {
      description: `Alerts and metrics logs of cell ${cell.id}`,
      enableKeyRotation: true,
      removalPolicy,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'PublishEncrypted',
        effect: Effect.ALLOW,
        principals: WRITERS.map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    letLogsUse(key);
    return key;
  }
}

/** A topic that nobody subscribes to looks exactly like one that works. */
function hearing(emails: readonly string[]): string {
  return emails.length === 0
    ? 'Nobody hears of alarms and spend until whoever is on call subscribes to this topic'
    : `Alarms and spend go to this topic, and to ${emails.length} address(es) once the mail of SNS is confirmed`;
}

/**
 * Tells a subscription by its address. By its place in the list, an address that moves up would be subscribed a second time,
 * which SNS takes for the same, and then unsubscribed.
 */
function digestOf(address: string): string {
  return createHash('sha256').update(address).digest('hex').slice(0, 8);
}

/** The topic of a cell's alerts by its name alone, for a stack of the same account and region. */
export function alertTopicArn(scope: Construct, cell: Pick<Cell, 'id'>): string {
  return Stack.of(scope).formatArn({ service: 'sns', resource: alertTopicName(cell) });
}
