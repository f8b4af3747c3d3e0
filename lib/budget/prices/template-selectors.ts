import type { Selector } from './price-list-rows';
import type { TEMPLATE_ITEMS } from './template-items';

const GIGABYTE_MONTHS = { 'gb-mo': 1, 'gb-month': 1 } as const;
const GIGABYTES = { gb: 1, gigabytes: 1 } as const;
const HOURS = { hrs: 1, hr: 1, hour: 1, hours: 1 } as const;
const REQUESTS = { requests: 1, request: 1 } as const;
const CAPACITY_UNIT_HOURS = { 'lcu-hrs': 1, 'lcu-hr': 1, ...HOURS } as const;

const ebs = (volumeApiName: string, usage: string): Selector => ({
  serviceCode: 'AmazonEC2',
  filters: { productFamily: 'Storage', volumeApiName },
  usageTypes: [usage],
  units: GIGABYTE_MONTHS,
});
const credits = (family: string): Selector => ({
  serviceCode: 'AmazonEC2',
  filters: { productFamily: 'CPU Credits' },
  usageTypes: [`CPUCredits:${family}`],
  units: { 'vcpu-hours': 1, 'vcpu-hour': 1 },
});
const one = (serviceCode: string, usage: string, units: Selector['units'], productFamily?: string): Selector => ({
  serviceCode,
  filters: productFamily === undefined ? {} : { productFamily },
  usageTypes: [usage],
  units,
});
const UNCONFIRMED = {
  notRead: 'where the Price List has it was not confirmed; add the row to the book by hand',
} as const;

/** Where each of these items stands in the Price List; usage types as public price readers have them (2026-11-23). */
export const TEMPLATE_SELECTORS: Readonly<
  Record<keyof typeof TEMPLATE_ITEMS, Selector | { readonly notRead: string }>
> = {
  'gp2:storage': ebs('gp2', 'EBS:VolumeUsage.gp2'),
  'io1:storage': ebs('io1', 'EBS:VolumeUsage.piops'),
  'io1:iops': {
    serviceCode: 'AmazonEC2',
    filters: { productFamily: 'System Operation', volumeApiName: 'io1' },
    usageTypes: ['EBS:VolumeP-IOPS.piops'],
    units: { 'iops-mo': 1, 'iops-month': 1 },
  },
  'st1:storage': ebs('st1', 'EBS:VolumeUsage.st1'),
  'sc1:storage': ebs('sc1', 'EBS:VolumeUsage.sc1'),
  'magnetic:storage': ebs('standard', 'EBS:VolumeUsage'),
  'magnetic:requests': UNCONFIRMED,
  'cpuCredits:t2': credits('t2'),
  'cpuCredits:t3': credits('t3'),
  'cpuCredits:t4g': credits('t4g'),
  'cloudwatch:metric': one('AmazonCloudWatch', 'CW:MetricMonitorUsage', { metrics: 1, metric: 1 }, 'Metric'),
  'classicLoadBalancer:hour': one('AWSELB', 'LoadBalancerUsage', HOURS, 'Load Balancer'),
  'classicLoadBalancer:gigabyte': one('AWSELB', 'DataProcessing-Bytes', GIGABYTES, 'Load Balancer'),
  'gatewayLoadBalancer:hour': one('AWSELB', 'LoadBalancerUsage', HOURS, 'Load Balancer-Gateway'),
  'gatewayLoadBalancer:capacityUnit': one('AWSELB', 'LCUUsage', CAPACITY_UNIT_HOURS, 'Load Balancer-Gateway'),
  'gatewayEndpoint:hour': one('AmazonVPC', 'VpcEndpoint-GWLBE-Hours', HOURS, 'VpcEndpoint'),
  'gatewayEndpoint:gigabyte': one('AmazonVPC', 'VpcEndpoint-GWLBE-Bytes', GIGABYTES, 'VpcEndpoint'),
  'efs:standardStorage': one('AmazonEFS', 'TimedStorage-ByteHrs', GIGABYTE_MONTHS, 'Storage'),
  'efs:oneZoneStorage': one('AmazonEFS', 'TimedStorage-Z-ByteHrs', GIGABYTE_MONTHS, 'Storage'),
  'efs:infrequentStorage': one('AmazonEFS', 'IATimedStorage-ByteHrs', GIGABYTE_MONTHS, 'Storage'),
  'efs:infrequentAccess': UNCONFIRMED,
  'efs:provisionedThroughput': one(
    'AmazonEFS',
    'ProvisionedTP-MiBpsHrs',
    { 'mibps-mo': 1, 'mibps-month': 1 },
    'Provisioned Throughput',
  ),
  'efs:elasticRead': UNCONFIRMED,
  'efs:elasticWrite': UNCONFIRMED,
  'fargate:vcpu': one('AmazonECS', 'Fargate-vCPU-Hours:perCPU', HOURS),
  'fargate:gigabyte': one('AmazonECS', 'Fargate-GB-Hours', HOURS),
  'fargate:armVcpu': one('AmazonECS', 'Fargate-ARM-vCPU-Hours:perCPU', HOURS),
  'fargate:armGigabyte': one('AmazonECS', 'Fargate-ARM-GB-Hours', HOURS),
  'fargate:ephemeralGigabyte': one('AmazonECS', 'Fargate-EphemeralStorage-GB-Hours', HOURS),
  'lambda:requests': one('AWSLambda', 'Request', REQUESTS, 'Serverless'),
  'lambda:gigabyteSeconds': one(
    'AWSLambda',
    'Lambda-GB-Second',
    { 'lambda-gb-second': 1, 'gb-second': 1, seconds: 1 },
    'Serverless',
  ),
  'lambda:armGigabyteSeconds': one(
    'AWSLambda',
    'Lambda-GB-Second-ARM',
    { 'lambda-gb-second': 1, 'gb-second': 1, seconds: 1 },
    'Serverless',
  ),
  'stepFunctions:transitions': one('AmazonStates', 'StateTransition', { statetransitions: 1, statetransition: 1 }),
  'stepFunctions:expressRequests': UNCONFIRMED,
  'stepFunctions:expressGigabyteHours': UNCONFIRMED,
  'secretsManager:secret': one('AWSSecretsManager', 'AWSSecretsManager-Secrets', { secrets: 1, secret: 1 }),
  'secretsManager:requests': one('AWSSecretsManager', 'AWSSecretsManagerAPIRequest', {
    'api requests': 1,
    'api request': 1,
    ...REQUESTS,
  }),
  'route53:hostedZone': { notRead: 'Route 53 is billed in no region' },
  'route53:queries': { notRead: 'Route 53 is billed in no region' },
  'dynamodb:writeRequests': one('AmazonDynamoDB', 'WriteRequestUnits', { writerequestunits: 1, ...REQUESTS }),
  'dynamodb:readRequests': one('AmazonDynamoDB', 'ReadRequestUnits', { readrequestunits: 1, ...REQUESTS }),
  'dynamodb:writeCapacity': one('AmazonDynamoDB', 'WriteCapacityUnit-Hrs', { 'writecapacityunit-hrs': 1, ...HOURS }),
  'dynamodb:readCapacity': one('AmazonDynamoDB', 'ReadCapacityUnit-Hrs', { 'readcapacityunit-hrs': 1, ...HOURS }),
  'dynamodb:storage': one('AmazonDynamoDB', 'TimedStorage-ByteHrs', GIGABYTE_MONTHS),
  'dynamodb:continuousBackup': UNCONFIRMED,
  'dynamodb:streamReads': UNCONFIRMED,
  'sagemaker:hostingStorage': UNCONFIRMED,
  'sagemaker:notebookStorage': UNCONFIRMED,
  'sagemaker:clusterStorage': UNCONFIRMED,
  'sagemaker:hostingData': UNCONFIRMED,
};
