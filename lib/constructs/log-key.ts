import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { Protection } from './protection';

export interface LogKeyProps {
  readonly cellId: string;
  readonly protection: Protection;
}

/** Encrypts the log groups of a cell. CloudWatch Logs may use it for groups of this account and region, and nothing else. */
export class LogKey extends Key {
  constructor(scope: Construct, id: string, { cellId, protection }: LogKeyProps) {
    super(scope, id, {
      description: `Logs of cell ${cellId}`,
      enableKeyRotation: true,
      removalPolicy: protection.removalPolicy,
    });
    letLogsUse(this);
  }
}

/** Lets CloudWatch Logs encrypt groups of the key's own account and region with it. */
export function letLogsUse(key: Key): void {
  const { region } = Stack.of(key);
  const groups = Stack.of(key).formatArn({ service: 'logs', resource: 'log-group:*' });
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      // In a key's own policy: this key.
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': groups } },
    }),
  );
}
