import { free } from '../line';
import { chargeScraper } from './aps-scraper';
import { chargeWorkspace } from './aps-workspace';
import type { Charger } from './charger';
import { chargeNestedStack } from './cloudformation-stack';
import { chargeAlarm } from './cloudwatch-alarm';
import { chargeDashboard } from './cloudwatch-dashboard';
import { chargeCapacityReservation } from './ec2-capacity-reservation';
import { chargeElasticIp } from './ec2-eip';
import { chargeFlowLog } from './ec2-flow-log';
import { chargeInternetGateway } from './ec2-internet-gateway';
import { chargeNatGateway } from './ec2-nat-gateway';
import { chargeVpc } from './ec2-vpc';
import { chargeVpcEndpoint } from './ec2-vpc-endpoint';
import { chargePullThroughCacheRule } from './ecr-pull-through-cache-rule';
import { chargeRegistryScanning } from './ecr-registry-scanning';
import { chargeRepository } from './ecr-repository';
import { chargeAddon } from './eks-addon';
import { chargeCluster } from './eks-cluster';
import { chargeNodegroup } from './eks-nodegroup';
import { FREE_TYPES } from './free-types';
import { chargeFileSystem } from './fsx-file-system';
import { chargeKey } from './kms-key';
import { chargeLogGroup } from './logs-log-group';
import { chargeBucket } from './s3-bucket';
import { chargeSchedule } from './scheduler-schedule';
import { chargeSubscription } from './sns-subscription';
import { chargeTopic } from './sns-topic';
import { chargeParameter } from './ssm-parameter';

/** Types with a paid dimension, each with the function that finds its dimensions. */
export const PAID_TYPES: Readonly<Record<string, Charger>> = {
  'AWS::APS::Scraper': chargeScraper,
  'AWS::APS::Workspace': chargeWorkspace,
  'AWS::CloudFormation::Stack': chargeNestedStack,
  'AWS::CloudWatch::Alarm': chargeAlarm,
  'AWS::CloudWatch::Dashboard': chargeDashboard,
  'AWS::EC2::CapacityReservation': chargeCapacityReservation,
  'AWS::EC2::EIP': chargeElasticIp,
  'AWS::EC2::FlowLog': chargeFlowLog,
  'AWS::EC2::InternetGateway': chargeInternetGateway,
  'AWS::EC2::NatGateway': chargeNatGateway,
  'AWS::EC2::VPC': chargeVpc,
  'AWS::EC2::VPCEndpoint': chargeVpcEndpoint,
  'AWS::ECR::PullThroughCacheRule': chargePullThroughCacheRule,
  'AWS::ECR::RegistryScanningConfiguration': chargeRegistryScanning,
  'AWS::ECR::Repository': chargeRepository,
  'AWS::EKS::Addon': chargeAddon,
  'AWS::EKS::Cluster': chargeCluster,
  'AWS::EKS::Nodegroup': chargeNodegroup,
  'AWS::FSx::FileSystem': chargeFileSystem,
  'AWS::KMS::Key': chargeKey,
  'AWS::KMS::ReplicaKey': chargeKey,
  'AWS::Logs::LogGroup': chargeLogGroup,
  'AWS::S3::Bucket': chargeBucket,
  'AWS::SNS::Subscription': chargeSubscription,
  'AWS::SNS::Topic': chargeTopic,
  'AWS::SSM::Parameter': chargeParameter,
  'AWS::Scheduler::Schedule': chargeSchedule,
};

/** The charger of a type; undefined when no rule turns the type into quantities. */
export function chargerOf(type: string): Charger | undefined {
  if (Object.hasOwn(PAID_TYPES, type)) return PAID_TYPES[type];
  if (!Object.hasOwn(FREE_TYPES, type)) return undefined;
  const reason = FREE_TYPES[type] ?? '';
  return () => [free(reason)];
}
