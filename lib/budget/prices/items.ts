import type { BillingUnit } from './price-book';
import { TEMPLATE_ITEMS } from './template-items';

/**
 * Names of what AWS meters: the only copy. An item is `<what>:<dimension>`, an instance `instance:<type>:<purchase>`.
 * Where the list has tiers, the item is the first and dearest one: a tier is shared by the whole organisation.
 */
export const ITEMS = {
  'gp3:storage': 'gigabyte-month',
  'gp3:iops': 'iops-month',
  'gp3:throughput': 'mebibyte-per-second-month',
  'io2:storage': 'gigabyte-month',
  'io2:iops': 'iops-month',
  'ebsSnapshot:storage': 'gigabyte-month',
  'eks:cluster': 'hour',
  'eks:extendedSupport': 'hour',
  'eks:tier-xl': 'hour',
  'eks:tier-2xl': 'hour',
  'eks:tier-4xl': 'hour',
  'eks:tier-8xl': 'hour',
  'eks:fargateVcpu': 'hour',
  'eks:fargateGigabyte': 'hour',
  'nat:hour': 'hour',
  'nat:gigabyte': 'gigabyte',
  'publicIpv4:hour': 'hour',
  'interfaceEndpoint:hour': 'hour',
  'interfaceEndpoint:gigabyte': 'gigabyte',
  'applicationLoadBalancer:hour': 'hour',
  'applicationLoadBalancer:capacityUnit': 'hour',
  'networkLoadBalancer:hour': 'hour',
  'networkLoadBalancer:capacityUnit': 'hour',
  'transfer:interAz': 'gigabyte',
  'transfer:internetEgress': 'gigabyte',
  'kms:key': 'month',
  'kms:requests': 'request',
  'logs:ingest': 'gigabyte',
  'logs:stored': 'gigabyte-month',
  'logs:insightsScan': 'gigabyte',
  'cloudwatch:alarm': 'month',
  'cloudwatch:highResolutionAlarm': 'month',
  'cloudwatch:dashboard': 'month',
  'amp:ingestedSamples': 'sample',
  'amp:querySamples': 'sample',
  'amp:storage': 'gigabyte-month',
  'amp:collector': 'hour',
  'amp:collectedSamples': 'sample',
  'ecr:storage': 'gigabyte-month',
  'fsxLustre:persistent2:125': 'gigabyte-month',
  'fsxLustre:persistent2:250': 'gigabyte-month',
  'fsxLustre:persistent2:500': 'gigabyte-month',
  'fsxLustre:persistent2:1000': 'gigabyte-month',
  's3:storage': 'gigabyte-month',
  's3:putRequests': 'request',
  's3:getRequests': 'request',
  'sqs:requests': 'request',
  'sns:requests': 'request',
  'sns:email': 'request',
  'sns:http': 'request',
  'scheduler:invocation': 'request',
  'ssm:advancedParameter': 'month',
  ...TEMPLATE_ITEMS,
} as const satisfies Readonly<Record<string, BillingUnit>>;

export type ServiceItem = keyof typeof ITEMS;
export type InstancePurchase = 'onDemand' | 'capacityBlock';
export type InstanceItem = `instance:${string}:${InstancePurchase}`;
/** What a rate is bought under: an EC2 instance plan is for one family in one region, a compute plan for everything. */
export interface SavingsPlan {
  readonly type: 'compute' | 'ec2Instance';
  readonly term: '1yr' | '3yr';
  readonly payment: 'noUpfront' | 'partialUpfront' | 'allUpfront';
}
export type SavingsPlanItem =
  `savingsPlan:${SavingsPlan['type']}:${SavingsPlan['term']}:${SavingsPlan['payment']}:${string}`;
/** What a SageMaker instance is rented for; each use has a price of its own. */
export type SageMakerUse = 'hosting' | 'notebook' | 'cluster';
export type SageMakerItem = `sagemaker:ml.${string}:${SageMakerUse}`;
/** One hour of a dedicated host of an instance family. */
export type HostItem = `dedicatedHost:${string}`;
export type Item = ServiceItem | InstanceItem | SavingsPlanItem | SageMakerItem | HostItem;

/** The item of one instance hour, Linux, shared tenancy. */
export function instanceItem(instanceType: string, purchase: InstancePurchase): InstanceItem {
  return `instance:${instanceType}:${purchase}`;
}

/** The item of one SageMaker instance hour, "ml.g5.xlarge". */
export function sageMakerItem(instanceType: string, use: SageMakerUse): SageMakerItem {
  return `sagemaker:ml.${instanceType.replace(/^ml\./, '')}:${use}`;
}

/** The item of one hour of a dedicated host, by family ("m5"). */
export function hostItem(family: string): HostItem {
  return `dedicatedHost:${family}`;
}

/** The item of the commitment that one instance hour uses up under a Savings Plan, Linux, shared tenancy. */
export function savingsPlanItem({ type, term, payment }: SavingsPlan, instanceType: string): SavingsPlanItem {
  return `savingsPlan:${type}:${term}:${payment}:${instanceType}`;
}

const SAVINGS_PLAN =
  /^savingsPlan:(compute|ec2Instance):(1yr|3yr):(noUpfront|partialUpfront|allUpfront)(?::[a-z0-9-]+\.[a-z0-9-]+)?$/;

/** The plan of an item, or of a plan's own name "compute:1yr:noUpfront" after "savingsPlan:"; undefined for anything else. */
export function savingsPlanOf(item: string): SavingsPlan | undefined {
  const [, type, term, payment] = SAVINGS_PLAN.exec(item) ?? [];
  return type === undefined ? undefined : ({ type, term, payment } as SavingsPlan);
}

/** Capacity is never free: a price of zero for it is a hole in the list, not a gift. */
export function isCapacity(item: string): boolean {
  return /^(instance|savingsPlan|sagemaker:ml\.|dedicatedHost)/.test(item);
}

/** What an item is charged per; undefined for a name outside the scheme. */
export function unitOf(item: string): BillingUnit | undefined {
  if (/^instance:[a-z0-9-]+\.[a-z0-9-]+:(onDemand|capacityBlock)$/.test(item)) return 'hour';
  if (/^sagemaker:ml\.[a-z0-9-]+\.[a-z0-9-]+:(hosting|notebook|cluster)$/.test(item)) return 'hour';
  if (/^dedicatedHost:[a-z0-9-]+$/.test(item)) return 'hour';
  if (savingsPlanOf(item) !== undefined && item.split(':').length === 5) return 'hour';
  return Object.hasOwn(ITEMS, item) ? ITEMS[item as ServiceItem] : undefined;
}
