import type { Charge } from '../bill/charge';

/** The AWS service codes that a contract's discount may name: those of everything that the price book prices. */
export const SERVICES = [
  'AmazonEC2',
  'AmazonVPC',
  'AmazonEKS',
  'AmazonCloudWatch',
  'AmazonECR',
  'AmazonFSx',
  'AmazonPrometheus',
  'AmazonS3',
  'AmazonSageMaker',
  'AmazonSNS',
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
  cloudwatch: 'AmazonCloudWatch',
  ebsSnapshot: 'AmazonEC2',
  ecr: 'AmazonECR',
  eks: 'AmazonEKS',
  gp3: 'AmazonEC2',
  instance: 'AmazonEC2',
  interfaceEndpoint: 'AmazonVPC',
  io2: 'AmazonEC2',
  kms: 'awskms',
  logs: 'AmazonCloudWatch',
  nat: 'AmazonEC2',
  networkLoadBalancer: 'AWSELB',
  publicIpv4: 'AmazonVPC',
  s3: 'AmazonS3',
  scheduler: 'AWSEvents',
  sns: 'AmazonSNS',
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
