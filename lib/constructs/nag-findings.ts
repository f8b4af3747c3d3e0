import { Aws, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Says that a finding of cdk-nag is meant, and why. It stands on the construct that has the finding, never wider: an
 * acknowledgement on a stack would hide the next finding too. It changes no template.
 */
export function meant(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** cdk-nag's id for a policy of AWS's own on a role. */
export function awsPolicy(name: string): string {
  return `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`;
}

/** cdk-nag's id for a wildcard in the resources of a policy: the ARN as it prints pseudo parameters. */
export function wildcardIn(arn: string): string {
  const printed = arn.replaceAll(Aws.PARTITION, '<AWS::Partition>').replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>');
  return `AwsSolutions-IAM5[Resource::${printed}]`;
}
