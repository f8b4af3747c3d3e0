import { CfnCondition, Stack } from 'aws-cdk-lib';
import { CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnLogGroup } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { awsPolicy, meant } from './nag-findings';

const OF_THE_CDK = "the CDK's own kubectl provider is made this way, and stands in sandboxes alone";
const IN_VPC = ['service-role/AWSLambdaBasicExecutionRole', 'service-role/AWSLambdaVPCAccessExecutionRole'];
const CHARTS = 'AmazonEC2ContainerRegistryReadOnly';
const PUBLIC_CHARTS = 'AmazonElasticContainerRegistryPublicReadOnly';

/** Stands up for what rule packs find in the CDK's kubectl provider, each on the resource that has it. */
export function meantOfKubectl(provider: IConstruct): void {
  const handler = provider.node.findChild('Handler');
  for (const resource of provider.node.findAll()) {
    const isHandler = handler.node.findAll().includes(resource);
    for (const id of findingsOf(resource, isHandler)) meant(resource, id, OF_THE_CDK);
    if (resource instanceof CfnPolicy && !isHandler) meant(resource, anyVersionOf(handler), OF_THE_CDK);
  }
}

function findingsOf(resource: IConstruct, isHandler: boolean): readonly string[] {
  if (resource instanceof CfnFunction) {
    const shared = ['NIST.800.53.R5-LambdaConcurrency', 'NIST.800.53.R5-LambdaDLQ'];
    return isHandler ? [...shared, 'AwsSolutions-L1'] : shared;
  }
  if (resource instanceof CfnLogGroup) return ['NIST.800.53.R5-CloudWatchLogGroupEncrypted'];
  if (resource instanceof CfnPolicy) return ['NIST.800.53.R5-IAMNoInlinePolicy'];
  if (!(resource instanceof CfnRole)) return [];
  const policies = IN_VPC.map(awsPolicy);
  return isHandler ? [...policies, awsPolicy(CHARTS), ...publicCharts(resource)] : policies;
}

/** The provider's other function calls the handler in any version. */
function anyVersionOf(handler: IConstruct): string {
  const id = Stack.of(handler).getLogicalId(handler.node.defaultChild as CfnFunction);
  return `AwsSolutions-IAM5[Resource::<${id}.Arn>:*]`;
}

/** A policy that stands there in one partition only, as cdk-nag prints it. */
function publicCharts(role: CfnRole): readonly string[] {
  const conditions = role.node.scopes
    .flatMap((scope) => scope.node.children)
    .filter((one) => one instanceof CfnCondition);
  const arn = ['arn:', { Ref: 'AWS::Partition' }, `:iam::aws:policy/${PUBLIC_CHARTS}`];
  return conditions.map((condition) => {
    const name = Stack.of(condition).getLogicalId(condition);
    const either = [name, { 'Fn::Join': ['', arn] }, { Ref: 'AWS::NoValue' }];
    return `AwsSolutions-IAM4[Policy::${JSON.stringify({ 'Fn::If': either })}]`;
  });
}
