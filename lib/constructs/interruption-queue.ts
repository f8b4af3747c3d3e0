import { Aws, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { type EventPattern, Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { meant } from './nag-findings';

/** What tells of a node that will be gone, and the logical id of its rule (Karpenter 1.14, CloudFormation reference). */
const WARNINGS: Readonly<Record<string, EventPattern>> = {
  Health: { source: ['aws.health'], detailType: ['AWS Health Event'] },
  SpotInterruption: { source: ['aws.ec2'], detailType: ['EC2 Spot Instance Interruption Warning'] },
  Rebalance: { source: ['aws.ec2'], detailType: ['EC2 Instance Rebalance Recommendation'] },
  StateChange: { source: ['aws.ec2'], detailType: ['EC2 Instance State-change Notification'] },
  ReservationInterruption: {
    source: ['aws.ec2'],
    detailType: ['EC2 Capacity Reservation Instance Interruption Warning'],
  },
};

/** Warnings of AWS about instances, which Karpenter reads to drain a node before it is gone. */
export class InterruptionQueue extends Queue {
  constructor(scope: Construct, id: string, queueName: string) {
    super(scope, id, {
      queueName,
      // A warning that is five minutes old is about a node that is gone.
      retentionPeriod: Duration.minutes(5),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    meant(this, 'AwsSolutions-SQS3', 'a warning that cannot be read in time is worth nothing later');
    this.addToResourcePolicy(
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        principals: [new ServicePrincipal('events.amazonaws.com')],
        resources: [this.queueArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    for (const [name, eventPattern] of Object.entries(WARNINGS)) {
      new Rule(this, name, {
        description: `Tells Karpenter: ${eventPattern.detailType?.join(', ')}`,
        eventPattern,
        targets: [{ bind: () => ({ arn: this.queueArn }) }],
      });
    }
  }
}
