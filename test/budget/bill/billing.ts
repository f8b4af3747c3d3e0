import type { Assumption } from '../../../lib/budget/bill/assumption';
import type { Bill } from '../../../lib/budget/bill/bill';
import { type BillInput, billTemplates } from '../../../lib/budget/bill/bill-templates';
import type { Charge } from '../../../lib/budget/bill/charge';
import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import { ITEMS, type Item, unitOf } from '../../../lib/budget/prices/items';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import type { Offer } from '../../../lib/budget/prices/price-book';

/** 744 hours, one calendar month: month-priced items cost exactly their price. */
export const DECEMBER = { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' };
export const AS_OF = '2026-11-23T00:00:00Z';

/** Round prices, so that totals can be worked by hand. */
const PRICES = {
  'instance:p5.48xlarge:onDemand': '55.04',
  'instance:g6.xlarge:onDemand': '0.8048',
  'instance:g6e.xlarge:onDemand': '1.861',
  'instance:m5.large:onDemand': '0.096',
  'instance:t3.medium:onDemand': '0.0416',
  'gp3:storage': '0.08',
  'gp3:iops': '0.005',
  'gp3:throughput': '0.04',
  'io2:storage': '0.125',
  'io2:iops': '0.065',
  'eks:cluster': '0.1',
  'eks:extendedSupport': '0.5',
  'eks:tier-xl': '1.65',
  'nat:hour': '0.045',
  'nat:gigabyte': '0.045',
  'transfer:interAz': '0.01',
  'transfer:internetEgress': '0.09',
  'publicIpv4:hour': '0.005',
  'interfaceEndpoint:hour': '0.01',
  'interfaceEndpoint:gigabyte': '0.01',
  'kms:key': '1.00',
  'kms:requests': '0.000003',
  'logs:ingest': '0.50',
  'logs:stored': '0.03',
  's3:storage': '0.023',
  's3:putRequests': '0.000005',
  's3:getRequests': '0.0000004',
  'sqs:requests': '0.0000004',
  'sns:requests': '0.0000005',
  'sns:email': '0.00002',
  'sns:http': '0.0000006',
  'scheduler:invocation': '0.000001',
  'cloudwatch:alarm': '0.10',
  'cloudwatch:highResolutionAlarm': '0.30',
  'cloudwatch:dashboard': '3',
  'amp:ingestedSamples': '0.00000009',
  'amp:querySamples': '0.0000000001',
  'amp:storage': '0.03',
  'amp:collector': '0.04',
  'amp:collectedSamples': '0.000000003',
  'ecr:storage': '0.10',
} satisfies Partial<Record<Item, string>>;

export function anOffer(item: Item, usd: string, override: Partial<Offer> = {}): Offer {
  const unit = unitOf(item) ?? ITEMS['nat:hour'];
  const dates = { effectiveDate: '2026-07-20T00:00:00Z', retrieved: '2026-07-20T00:00:00Z' };
  return { region: 'us-east-1', item, unit, usd, ...dates, source: 'a test', ...override };
}

export const OFFERS = Object.entries(PRICES).map(([item, usd]) => anOffer(item as Item, usd));
export const BOOK = sealPriceBook('2026-11-23', OFFERS);

export type Resources = Readonly<Record<string, unknown>>;

export function aStack(resources: Resources, override: Partial<StackTemplate> & { root?: object } = {}): StackTemplate {
  const { root, ...rest } = override;
  const template = { Resources: resources, ...root };
  return { path: 'A', stackName: 'A', region: 'us-east-1', account: undefined, template, sha256: '', ...rest };
}

export function anAssumption(usage: string, max: string, override: Partial<Assumption> = {}): Assumption {
  const range = { min: '0', plan: '0', max };
  return { usage, scope: '**', unit: 'GB/month', owner: 'platform', expires: '2027-06-01', ...range, ...override };
}

export function bill(stacks: readonly StackTemplate[], override: Partial<BillInput> = {}): Bill {
  const ledger = { capacityReservations: [], capacityBlocks: [] };
  return billTemplates({
    stacks,
    window: DECEMBER,
    asOf: AS_OF,
    priceBook: BOOK,
    assumptions: [],
    ledger,
    ...override,
  });
}

/** The bill of one stack with these resources. */
export function billOf(resources: Resources, override: Partial<BillInput> = {}): Bill {
  return bill([aStack(resources)], override);
}

/** Window totals of a bill's charges, by dimension: what a test compares with arithmetic on paper. */
export function totals(of: Bill, logicalId?: string): Readonly<Record<string, string>> {
  return byDimension(of, logicalId, ({ windowTotal: { min, plan, max } }) =>
    min === max ? max : [min, plan, max].join(' | '),
  );
}

/** Quantities of a bill's charges, by dimension. */
export function quantities(of: Bill, logicalId?: string): Readonly<Record<string, string>> {
  return byDimension(of, logicalId, ({ quantity: { min, plan, max } }) => [min, plan, max].join(' | '));
}

function byDimension(of: Bill, logicalId: string | undefined, show: (charge: Charge) => string) {
  const charges = of.charges.filter((charge) => logicalId === undefined || charge.logicalId === logicalId);
  return Object.fromEntries(charges.map((charge) => [charge.dimension, show(charge)]));
}

/** Reasons why dimensions are unpriced, by dimension. */
export function reasons(of: Bill): Readonly<Record<string, string>> {
  return Object.fromEntries(of.unpriced.map(({ dimension, reason }) => [dimension, reason]));
}

/** A launch template with one gp3 root volume and no public address, and a group that uses it. */
export function aGroup(
  properties: Readonly<Record<string, unknown>> = {},
  launch: Readonly<Record<string, unknown>> = {},
): Resources {
  return {
    Launch: {
      Type: 'AWS::EC2::LaunchTemplate',
      Properties: {
        LaunchTemplateData: {
          InstanceType: 'g6.xlarge',
          BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 200, VolumeType: 'gp3' } }],
          NetworkInterfaces: [{ DeviceIndex: 0, AssociatePublicIpAddress: false }],
          ...launch,
        },
      },
    },
    Group: {
      Type: 'AWS::EKS::Nodegroup',
      Properties: {
        AmiType: 'AL2023_x86_64_NVIDIA',
        ScalingConfig: { MinSize: 1, DesiredSize: 2, MaxSize: 3 },
        Subnets: [{ Ref: 'SubnetA' }],
        UpdateConfig: { UpdateStrategy: 'MINIMAL' },
        LaunchTemplate: { Id: { Ref: 'Launch' }, Version: { 'Fn::GetAtt': ['Launch', 'LatestVersionNumber'] } },
        ...properties,
      },
    },
    SubnetA: { Type: 'AWS::EC2::Subnet', Properties: { CidrBlock: '10.0.0.0/24' } },
  };
}
