import type { Charge } from '../bill/charge';

/** The AWS service codes that a contract's discount may name: those of everything that the price book prices. */
export const SERVICES = [
  'AmazonEC2',
  'AmazonVPC',
  'AmazonEKS',
  'AmazonCloudWatch',
  'AmazonDynamoDB',
  'AmazonECR',
  'AmazonECS',
  'AmazonEFS',
  'AmazonFSx',
  'AmazonPrometheus',
  'AmazonRoute53',
  'AmazonS3',
  'AmazonSageMaker',
  'AmazonSNS',
  'AmazonStates',
  'AWSDataTransfer',
  'AWSELB',
  'AWSEvents',
  'AWSLambda',
  'AWSQueueService',
  'AWSSecretsManager',
  'AWSSystemsManager',
  'awskms',
] as const;
export type Service = (typeof SERVICES)[number];

/** By the first part of an offer's item, which names the meter: "gp3" of "gp3:storage". */
const BY_METER: Readonly<Record<string, Service>> = {
  amp: 'AmazonPrometheus',
  applicationLoadBalancer: 'AWSELB',
  classicLoadBalancer: 'AWSELB',
  cloudwatch: 'AmazonCloudWatch',
  cpuCredits: 'AmazonEC2',
  dedicatedHost: 'AmazonEC2',
  dynamodb: 'AmazonDynamoDB',
  ebsSnapshot: 'AmazonEC2',
  ecr: 'AmazonECR',
  efs: 'AmazonEFS',
  eks: 'AmazonEKS',
  fargate: 'AmazonECS',
  gatewayEndpoint: 'AmazonVPC',
  gatewayLoadBalancer: 'AWSELB',
  gp2: 'AmazonEC2',
  gp3: 'AmazonEC2',
  instance: 'AmazonEC2',
  interfaceEndpoint: 'AmazonVPC',
  io1: 'AmazonEC2',
  io2: 'AmazonEC2',
  kms: 'awskms',
  lambda: 'AWSLambda',
  logs: 'AmazonCloudWatch',
  magnetic: 'AmazonEC2',
  nat: 'AmazonEC2',
  networkLoadBalancer: 'AWSELB',
  publicIpv4: 'AmazonVPC',
  route53: 'AmazonRoute53',
  s3: 'AmazonS3',
  sagemaker: 'AmazonSageMaker',
  scheduler: 'AWSEvents',
  secretsManager: 'AWSSecretsManager',
  sc1: 'AmazonEC2',
  sns: 'AmazonSNS',
  st1: 'AmazonEC2',
  stepFunctions: 'AmazonStates',
  transfer: 'AWSDataTransfer',
};

/**
 * The service whose discount a charge gets. Undefined when that is not known: a declared ceiling names no meter, and whether
 * a percentage reaches Capacity Blocks is for each contract to say.
 */
export function serviceOf(charge: Charge): Service | undefined {
  if (charge.basis === 'ceiling' || charge.offer.endsWith(':capacityBlock')) return undefined;
  return BY_METER[charge.offer.split(':')[0] ?? ''];
}
