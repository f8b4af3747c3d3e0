import { ITEMS, type Item, instanceItem, type ServiceItem, unitOf } from './items';
import type { BillingUnit } from './price-book';
import type { ListedProduct } from './price-list';
import { TEMPLATE_SELECTORS } from './template-selectors';

/** How one item is found in the Price List: by which query, and which row of its answer. */
export interface Selector {
  /** The Price List's own code, e.g. "AmazonEC2"; data transfer, for one, has a service of its own. */
  readonly serviceCode: string;
  /** The attribute that holds the region. @default "regionCode" */
  readonly regionField?: 'fromRegionCode';
  /** Asked of the server as TERM_MATCH, and matched again in what it returns. */
  readonly filters: Readonly<Record<string, string>>;
  /** Matched in the answer alone. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Usage types without their region prefix, the first that is listed counts. Whole, never by tail. */
  readonly usageTypes: readonly string[];
  /** Listed unit in lower case → how many of the book's units one of it holds. Any other unit is refused. */
  readonly units: Readonly<Record<string, number>>;
}

/** One row of the book that the Price List is asked for. */
export interface ListRow {
  readonly region: string;
  readonly item: Item;
  readonly unit: BillingUnit;
  readonly selector: Selector;
}

const HOURS = { hrs: 1, hr: 1, hour: 1, hours: 1 } as const;
const GIGABYTES = { gb: 1, gigabytes: 1 } as const;
const GIGABYTE_MONTHS = { 'gb-mo': 1, 'gb-month': 1 } as const;
const IOPS_MONTHS = { 'iops-mo': 1, 'iops-month': 1 } as const;
const CAPACITY_UNIT_HOURS = { 'lcu-hrs': 1, 'lcu-hr': 1, 'nlcu-hrs': 1, 'nlcu-hr': 1, ...HOURS } as const;
const REQUESTS = { requests: 1, request: 1 } as const;
const NOTIFICATIONS = { notifications: 1, notification: 1, ...REQUESTS } as const;
const ALARMS = { alarms: 1, alarm: 1 } as const;
/** Advertised per MiBps-month (0.04) and listed per GiBps-month (40.96). */
const THROUGHPUT_MONTHS = { 'gibps-mo': 1024, 'mibps-mo': 1 } as const;

const ec2 = (productFamily: string, rest: Readonly<Record<string, string>> = {}) =>
  ({ serviceCode: 'AmazonEC2', filters: { productFamily, ...rest } }) as const;
const eks = { serviceCode: 'AmazonEKS', filters: {} } as const;
const vpcEndpoint = {
  serviceCode: 'AmazonVPC',
  filters: { productFamily: 'VpcEndpoint' },
  attributes: { operation: 'VpcEndpoint' },
} as const;
const elb = (kind: string) => ({ serviceCode: 'AWSELB', filters: { productFamily: `Load Balancer-${kind}` } }) as const;
const transfer = (transferType: string) =>
  ({ serviceCode: 'AWSDataTransfer', regionField: 'fromRegionCode', filters: { transferType } }) as const;
const cloudWatch = (productFamily: string) =>
  ({ serviceCode: 'AmazonCloudWatch', filters: { productFamily } }) as const;
const amp = { serviceCode: 'AmazonPrometheus', filters: {} } as const;
const AMP_UNITS = 'the unit that the Price List counts samples in has not been seen';
const AMP_COLLECTOR = "the usage types of AMP's collector have not been seen";
const FSX_USAGE_TYPES = "FSx's usage types have not been seen";
const s3 = (filters: Readonly<Record<string, string>>) => ({ serviceCode: 'AmazonS3', filters }) as const;
const sns = (productFamily: string) => ({ serviceCode: 'AmazonSNS', filters: { productFamily } }) as const;

/**
 * Where each service item stands in the Price List, or why it is not read from there. Usage types, families and units as
 * public price readers and quoted offer files have them (2026-09 to 2026-11); what does not match in a region is a fault of
 * that row, and the book keeps what it had.
 */
const SELECTORS: Readonly<Record<ServiceItem, Selector | { readonly notRead: string }>> = {
  ...TEMPLATE_SELECTORS,
  'gp3:storage': {
    ...ec2('Storage', { volumeApiName: 'gp3' }),
    usageTypes: ['EBS:VolumeUsage.gp3'],
    units: GIGABYTE_MONTHS,
  },
  'gp3:iops': {
    ...ec2('System Operation', { volumeApiName: 'gp3' }),
    usageTypes: ['EBS:VolumeP-IOPS.gp3'],
    units: IOPS_MONTHS,
  },
  'gp3:throughput': {
    ...ec2('Provisioned Throughput', { volumeApiName: 'gp3' }),
    usageTypes: ['EBS:VolumeP-Throughput.gp3'],
    units: THROUGHPUT_MONTHS,
  },
  'io2:storage': {
    ...ec2('Storage', { volumeApiName: 'io2' }),
    usageTypes: ['EBS:VolumeUsage.io2'],
    units: GIGABYTE_MONTHS,
  },
  'io2:iops': {
    ...ec2('System Operation', { volumeApiName: 'io2' }),
    usageTypes: ['EBS:VolumeP-IOPS.io2'],
    units: IOPS_MONTHS,
  },
  'ebsSnapshot:storage': { ...ec2('Storage Snapshot'), usageTypes: ['EBS:SnapshotUsage'], units: GIGABYTE_MONTHS },
  'eks:cluster': { ...eks, usageTypes: ['AmazonEKS-Hours:perCluster'], units: HOURS },
  'eks:extendedSupport': { ...eks, usageTypes: ['AmazonEKS-Hours:extendedSupport'], units: HOURS },
  'eks:tier-xl': { ...eks, usageTypes: ['AmazonEKS-Hours:XL-ProvisionedTier'], units: HOURS },
  'eks:tier-2xl': { ...eks, usageTypes: ['AmazonEKS-Hours:2XL-ProvisionedTier'], units: HOURS },
  'eks:tier-4xl': { ...eks, usageTypes: ['AmazonEKS-Hours:4XL-ProvisionedTier'], units: HOURS },
  'eks:tier-8xl': { ...eks, usageTypes: ['AmazonEKS-Hours:8XL-ProvisionedTier'], units: HOURS },
  'eks:fargateVcpu': { ...eks, usageTypes: ['Fargate-vCPU-Hours:perCPU'], units: HOURS },
  'eks:fargateGigabyte': { ...eks, usageTypes: ['Fargate-GB-Hours'], units: HOURS },
  // Zonal gateways are what the stacks build; some lists have their hours under the regional name alone.
  'nat:hour': { ...ec2('NAT Gateway'), usageTypes: ['NatGateway-Hours', 'RegionalNatGateway-Hours'], units: HOURS },
  'nat:gigabyte': {
    ...ec2('NAT Gateway'),
    usageTypes: ['NatGateway-Bytes', 'RegionalNatGateway-Bytes'],
    units: GIGABYTES,
  },
  'publicIpv4:hour': {
    serviceCode: 'AmazonVPC',
    filters: { group: 'VPCPublicIPv4Address' },
    usageTypes: ['PublicIPv4:InUseAddress'],
    units: HOURS,
  },
  'interfaceEndpoint:hour': { ...vpcEndpoint, usageTypes: ['VpcEndpoint-Hours'], units: HOURS },
  'interfaceEndpoint:gigabyte': { ...vpcEndpoint, usageTypes: ['VpcEndpoint-Bytes'], units: GIGABYTES },
  'applicationLoadBalancer:hour': { ...elb('Application'), usageTypes: ['LoadBalancerUsage'], units: HOURS },
  'applicationLoadBalancer:capacityUnit': {
    ...elb('Application'),
    usageTypes: ['LCUUsage'],
    units: CAPACITY_UNIT_HOURS,
  },
  'networkLoadBalancer:hour': { ...elb('Network'), usageTypes: ['LoadBalancerUsage'], units: HOURS },
  'networkLoadBalancer:capacityUnit': { ...elb('Network'), usageTypes: ['LCUUsage'], units: CAPACITY_UNIT_HOURS },
  'transfer:interAz': {
    ...transfer('IntraRegion'),
    usageTypes: ['DataTransfer-Regional-Bytes'],
    units: GIGABYTES,
  },
  'transfer:internetEgress': {
    ...transfer('AWS Outbound'),
    usageTypes: ['DataTransfer-Out-Bytes'],
    units: GIGABYTES,
  },
  'kms:key': { serviceCode: 'awskms', filters: {}, usageTypes: ['KMS-Keys'], units: { keys: 1, key: 1 } },
  'kms:requests': { serviceCode: 'awskms', filters: {}, usageTypes: ['KMS-Requests'], units: REQUESTS },
  'logs:ingest': { ...cloudWatch('Data Payload'), usageTypes: ['DataProcessing-Bytes'], units: GIGABYTES },
  'logs:stored': { ...cloudWatch('Storage Snapshot'), usageTypes: ['TimedStorage-ByteHrs'], units: GIGABYTE_MONTHS },
  'logs:insightsScan': { ...cloudWatch('Data Payload'), usageTypes: ['DataScanned-Bytes'], units: GIGABYTES },
  'cloudwatch:alarm': { ...cloudWatch('Alarm'), usageTypes: ['CW:AlarmMonitorUsage'], units: ALARMS },
  'cloudwatch:highResolutionAlarm': {
    ...cloudWatch('Alarm'),
    usageTypes: ['CW:HighResAlarmMonitorUsage'],
    units: ALARMS,
  },
  'cloudwatch:dashboard': { notRead: 'listed for the whole account, without a region' },
  'amp:ingestedSamples': { notRead: AMP_UNITS },
  'amp:querySamples': { notRead: AMP_UNITS },
  'amp:storage': { ...amp, usageTypes: ['AMP:MetricStorageByteHrs'], units: GIGABYTE_MONTHS },
  'amp:collector': { notRead: AMP_COLLECTOR },
  'amp:collectedSamples': { notRead: AMP_COLLECTOR },
  'ecr:storage': {
    serviceCode: 'AmazonECR',
    filters: { productFamily: 'EC2 Container Registry' },
    usageTypes: ['TimedStorage-ByteHrs'],
    units: GIGABYTE_MONTHS,
  },
  's3:storage': {
    ...s3({ productFamily: 'Storage', volumeType: 'Standard' }),
    usageTypes: ['TimedStorage-ByteHrs'],
    units: GIGABYTE_MONTHS,
  },
  's3:putRequests': {
    ...s3({ productFamily: 'API Request', group: 'S3-API-Tier1' }),
    usageTypes: ['Requests-Tier1'],
    units: REQUESTS,
  },
  's3:getRequests': {
    ...s3({ productFamily: 'API Request', group: 'S3-API-Tier2' }),
    usageTypes: ['Requests-Tier2'],
    units: REQUESTS,
  },
  'sqs:requests': { notRead: 'the usage type of standard queues in the Price List has not been seen' },
  'sns:requests': { ...sns('API Request'), usageTypes: ['Requests-Tier1'], units: REQUESTS },
  'sns:email': { ...sns('Message Delivery'), usageTypes: ['DeliveryAttempts-SMTP'], units: NOTIFICATIONS },
  'sns:http': { ...sns('Message Delivery'), usageTypes: ['DeliveryAttempts-HTTP'], units: NOTIFICATIONS },
  'scheduler:invocation': {
    serviceCode: 'AWSEvents',
    filters: {},
    usageTypes: ['ScheduledInvocation'],
    units: { invocations: 1, invocation: 1, ...REQUESTS },
  },
  'fsxLustre:persistent2:125': { notRead: FSX_USAGE_TYPES },
  'fsxLustre:persistent2:250': { notRead: FSX_USAGE_TYPES },
  'fsxLustre:persistent2:500': { notRead: FSX_USAGE_TYPES },
  'fsxLustre:persistent2:1000': { notRead: FSX_USAGE_TYPES },
  'ssm:advancedParameter': { notRead: 'listed per parameter-hour, and the book prices it per month' },
};

/** An on-demand instance hour: Linux, shared tenancy, running. The block row of the same usage type costs 0.00. */
const INSTANCE_FILTERS = {
  productFamily: 'Compute Instance',
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  licenseModel: 'No License required',
  capacitystatus: 'Used',
  marketoption: 'OnDemand',
} as const;

/** What the Price List is asked for: every service item and every instance type, on demand, in every region. */
export function rowsToRead(regions: readonly string[], instanceTypes: readonly string[]): readonly ListRow[] {
  const ofRegion = (region: string): readonly ListRow[] => [
    ...instanceTypes.map((type) => instanceRow(region, type)),
    ...Object.entries(SELECTORS).flatMap(([item, selector]) =>
      'notRead' in selector ? [] : [{ region, item: item as ServiceItem, unit: ITEMS[item as ServiceItem], selector }],
    ),
  ];
  return regions.flatMap(ofRegion);
}

/** Why an item of the book is never read; undefined when it is. */
export function notReadReason(item: string): string | undefined {
  if (/^instance:.+:capacityBlock$/.test(item)) return 'Capacity Block rates are not in the Price List';
  if (/^(sagemaker:ml\.|dedicatedHost:)/.test(item))
    return 'where the Price List has it was not confirmed; add the row by hand';
  const selector = Object.hasOwn(SELECTORS, item) ? SELECTORS[item as ServiceItem] : undefined;
  if (selector !== undefined) return 'notRead' in selector ? selector.notRead : undefined;
  return unitOf(item) === undefined ? 'no item that the Price List is asked for' : undefined;
}

/** Where a price that is missing can be had: the service and usage type under which `prices refresh` reads it, or by hand. */
export function whereToFind(item: string, region: string): string {
  const type = /^instance:(.+):onDemand$/.exec(item)?.[1];
  if (type !== undefined) {
    return `headroom prices refresh --region ${region} --instance-type ${type} reads AmazonEC2 BoxUsage:${type}`;
  }
  const why = notReadReason(item);
  if (why !== undefined) return `it is not read from the Price List (${why})`;
  const selector = Object.hasOwn(SELECTORS, item) ? SELECTORS[item as ServiceItem] : undefined;
  if (selector === undefined || 'notRead' in selector) return 'headroom prices refresh --savings-plan reads it';
  const { serviceCode, usageTypes } = selector;
  return `headroom prices refresh --region ${region} reads ${serviceCode} ${usageTypes.join(' or ')}`;
}

/** Whether a listed product is what a row asks for, under one of its usage types. */
export function matches(row: ListRow, usage: string, { serviceCode, product }: ListedProduct): boolean {
  const { selector } = row;
  const listed: Readonly<Record<string, string | undefined>> = {
    ...product.attributes,
    productFamily: product.productFamily,
  };
  const wanted = { ...queryFilters(row), ...selector.attributes };
  return (
    serviceCode === selector.serviceCode &&
    Object.entries(wanted).every(([field, value]) => listed[field] === value) &&
    withoutRegionPrefix(listed.usagetype ?? '', row.region) === usage
  );
}

/** What the server is asked to match, the region with it. */
export function queryFilters({ region, selector }: ListRow): Readonly<Record<string, string>> {
  return { [selector.regionField ?? 'regionCode']: region, ...selector.filters };
}

/** "NatGateway-Hours or RegionalNatGateway-Hours in us-west-2". */
export function usagesOf({ region, selector }: ListRow): string {
  return `${selector.usageTypes.join(' or ')} in ${region}`;
}

/**
 * "USW2-BoxUsage:p5.48xlarge" → "BoxUsage:p5.48xlarge". A region's prefix is three letters and a digit, "EU" for the first
 * European one, or the region's own name (KMS); "TS-", "IA-" and "Outposts-" are other products.
 */
export function withoutRegionPrefix(usageType: string, region: string): string {
  const own = `${region}-`;
  return usageType.startsWith(own) ? usageType.slice(own.length) : usageType.replace(/^(?:[A-Z]{3}\d|EU)-/, '');
}

function instanceRow(region: string, instanceType: string): ListRow {
  return {
    region,
    item: instanceItem(instanceType, 'onDemand'),
    unit: 'hour',
    selector: {
      serviceCode: 'AmazonEC2',
      filters: INSTANCE_FILTERS,
      attributes: { instanceType, operation: 'RunInstances' },
      usageTypes: [`BoxUsage:${instanceType}`],
      units: HOURS,
    },
  };
}
