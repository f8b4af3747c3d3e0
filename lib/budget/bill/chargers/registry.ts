import { free } from '../line';
import { chargeScraper } from './aps-scraper';
import { chargeWorkspace } from './aps-workspace';
import { chargeWorkGroup } from './athena-work-group';
import { chargeAutoScalingGroup } from './autoscaling-group';
import { chargeWarmPool } from './autoscaling-warm-pool';
import { chargeComputeEnvironment } from './batch-compute-environment';
import { chargeCdkProvider } from './cdk-provider';
import type { Charger } from './charger';
import { chargeNestedStack } from './cloudformation-stack';
import { chargeStackSet } from './cloudformation-stack-set';
import { chargeAlarm } from './cloudwatch-alarm';
import { chargeDashboard } from './cloudwatch-dashboard';
import { chargeTable } from './dynamodb-table';
import { chargeCapacityReservation } from './ec2-capacity-reservation';
import { chargeReservationFleet } from './ec2-capacity-reservation-fleet';
import { chargeElasticIp } from './ec2-eip';
import { chargeFleet, chargeSpotFleet } from './ec2-fleet';
import { chargeFlowLog } from './ec2-flow-log';
import { chargeHost } from './ec2-host';
import { chargeInstance } from './ec2-instance';
import { chargeInternetGateway } from './ec2-internet-gateway';
import { chargeNatGateway } from './ec2-nat-gateway';
import { chargeVolume } from './ec2-volume';
import { chargeVpc } from './ec2-vpc';
import { chargeVpcEndpoint } from './ec2-vpc-endpoint';
import { chargePullThroughCacheRule } from './ecr-pull-through-cache-rule';
import { chargeRegistryScanning } from './ecr-registry-scanning';
import { chargeRepository } from './ecr-repository';
import { chargeCapacityProvider } from './ecs-capacity-provider';
import { chargeEcsCluster } from './ecs-cluster';
import { chargeEcsService } from './ecs-tasks';
import { chargeElasticFileSystem } from './efs-file-system';
import { chargeAccessEntry } from './eks-access-entry';
import { chargeAddon } from './eks-addon';
import { chargeCluster } from './eks-cluster';
import { chargeFargateProfile } from './eks-fargate-profile';
import { chargeKubernetesObjects } from './eks-kubernetes-resource';
import { chargeNodegroup } from './eks-nodegroup';
import { chargeRule } from './events-rule';
import { FREE_TYPES } from './free-types';
import { chargeFileSystem } from './fsx-file-system';
import { chargeCatalogObject } from './glue-catalog';
import { chargeNodePool } from './karpenter-node-pool';
import { chargeKey } from './kms-key';
import { chargeFunction } from './lambda-function';
import { chargeEventSourceMapping, chargeFunctionVersion } from './lambda-version';
import { chargeClassicLoadBalancer, chargeLoadBalancer } from './load-balancer';
import { chargeLogGroup } from './logs-log-group';
import { chargeHostedZone } from './route53-hosted-zone';
import { chargeBucket } from './s3-bucket';
import { chargeSageMakerCluster } from './sagemaker-cluster';
import { chargeDomain } from './sagemaker-domain';
import { chargeEndpoint } from './sagemaker-endpoint';
import { chargeNotebook } from './sagemaker-notebook';
import { chargeScalableTarget } from './scalable-target';
import { chargeScalingPolicy } from './scaling-policy';
import { chargeSchedule } from './scheduler-schedule';
import { chargeRotationSchedule, chargeSecret } from './secretsmanager-secret';
import { chargeSubscription } from './sns-subscription';
import { chargeTopic } from './sns-topic';
import { chargeQueue } from './sqs-queue';
import { chargeParameter } from './ssm-parameter';
import { chargeStateMachine } from './stepfunctions-state-machine';

/** Types with a paid dimension, each with the function that finds its dimensions. */
export const PAID_TYPES: Readonly<Record<string, Charger>> = {
  'AWS::APS::Scraper': chargeScraper,
  'AWS::APS::Workspace': chargeWorkspace,
  'AWS::ApplicationAutoScaling::ScalableTarget': chargeScalableTarget,
  'AWS::ApplicationAutoScaling::ScalingPolicy': chargeScalingPolicy,
  'AWS::AutoScaling::AutoScalingGroup': chargeAutoScalingGroup,
  'AWS::AutoScaling::ScalingPolicy': chargeScalingPolicy,
  'AWS::AutoScaling::WarmPool': chargeWarmPool,
  'AWS::Batch::ComputeEnvironment': chargeComputeEnvironment,
  'AWS::CloudFormation::Stack': chargeNestedStack,
  'AWS::CloudFormation::StackSet': chargeStackSet,
  'AWS::CloudWatch::Alarm': chargeAlarm,
  'AWS::CloudWatch::Dashboard': chargeDashboard,
  'AWS::DynamoDB::Table': chargeTable,
  'AWS::EC2::CapacityReservation': chargeCapacityReservation,
  'AWS::EC2::CapacityReservationFleet': chargeReservationFleet,
  'AWS::EC2::EC2Fleet': chargeFleet,
  'AWS::EC2::EIP': chargeElasticIp,
  'AWS::EC2::FlowLog': chargeFlowLog,
  'AWS::EC2::Host': chargeHost,
  'AWS::EC2::Instance': chargeInstance,
  'AWS::EC2::InternetGateway': chargeInternetGateway,
  'AWS::EC2::NatGateway': chargeNatGateway,
  'AWS::EC2::SpotFleet': chargeSpotFleet,
  'AWS::EC2::VPC': chargeVpc,
  'AWS::EC2::VPCEndpoint': chargeVpcEndpoint,
  'AWS::EC2::Volume': chargeVolume,
  'AWS::ECR::PullThroughCacheRule': chargePullThroughCacheRule,
  'AWS::Athena::WorkGroup': chargeWorkGroup,
  'AWS::ECR::RegistryScanningConfiguration': chargeRegistryScanning,
  'AWS::Glue::Database': chargeCatalogObject,
  'AWS::Glue::Table': chargeCatalogObject,
  'AWS::ECR::Repository': chargeRepository,
  'AWS::ECS::CapacityProvider': chargeCapacityProvider,
  'AWS::ECS::Cluster': chargeEcsCluster,
  'AWS::ECS::Service': chargeEcsService,
  'AWS::EFS::FileSystem': chargeElasticFileSystem,
  'AWS::EKS::AccessEntry': chargeAccessEntry,
  'AWS::EKS::Addon': chargeAddon,
  'AWS::EKS::Cluster': chargeCluster,
  'AWS::EKS::FargateProfile': chargeFargateProfile,
  'AWS::EKS::Nodegroup': chargeNodegroup,
  'AWS::Events::Rule': chargeRule,
  'AWS::FSx::FileSystem': chargeFileSystem,
  'AWS::ElasticLoadBalancing::LoadBalancer': chargeClassicLoadBalancer,
  'AWS::ElasticLoadBalancingV2::LoadBalancer': chargeLoadBalancer,
  'AWS::KMS::Key': chargeKey,
  'AWS::KMS::ReplicaKey': chargeKey,
  'AWS::Lambda::Alias': chargeFunctionVersion,
  'AWS::Lambda::EventSourceMapping': chargeEventSourceMapping,
  'AWS::Lambda::Function': chargeFunction,
  'AWS::Lambda::Version': chargeFunctionVersion,
  'AWS::Logs::LogGroup': chargeLogGroup,
  'AWS::Route53::HostedZone': chargeHostedZone,
  'AWS::S3::Bucket': chargeBucket,
  'AWS::SNS::Subscription': chargeSubscription,
  'AWS::SNS::Topic': chargeTopic,
  'AWS::SQS::Queue': chargeQueue,
  'AWS::SSM::Parameter': chargeParameter,
  'AWS::SageMaker::Cluster': chargeSageMakerCluster,
  'AWS::SageMaker::Domain': chargeDomain,
  'AWS::SageMaker::Endpoint': chargeEndpoint,
  'AWS::SageMaker::NotebookInstance': chargeNotebook,
  'AWS::Scheduler::Schedule': chargeSchedule,
  'AWS::SecretsManager::RotationSchedule': chargeRotationSchedule,
  'AWS::SecretsManager::Secret': chargeSecret,
  'AWS::StepFunctions::StateMachine': chargeStateMachine,
  'Custom::AWSCDK-EKS-KubernetesResource': chargeKubernetesObjects,
  'Custom::CrossRegionExportReader': chargeCdkProvider,
  'Custom::ECRAutoDeleteImages': chargeCdkProvider,
  'Custom::S3AutoDeleteObjects': chargeCdkProvider,
  'Custom::VpcRestrictDefaultSG': chargeCdkProvider,
  'Kubernetes::karpenter.sh::NodePool': chargeNodePool,
};

/** The charger of a type; undefined when no rule turns the type into quantities. */
export function chargerOf(type: string): Charger | undefined {
  if (Object.hasOwn(PAID_TYPES, type)) return PAID_TYPES[type];
  if (!Object.hasOwn(FREE_TYPES, type)) return undefined;
  const reason = FREE_TYPES[type] ?? '';
  return () => [free(reason)];
}
