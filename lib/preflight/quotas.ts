import type { Sourced } from '../catalog/sourced';

/** A service quota of an account in a region. Codes are Service Quotas' own. */
export interface Quota extends Sourced {
  readonly name: string;
  /** Undefined where no source gives one: then nobody can say that the quota is met. */
  readonly code?: { readonly service: 'ec2' | 'vpc' | 'eks' | 'ebs'; readonly quota: string };
  /** `each`: every cluster or group by itself; `sum`: everything in the account and region together; `zone`: in each zone. */
  readonly counts: 'sum' | 'zone' | 'each';
  readonly unit: 'vCPUs' | 'TiB' | 'nodes' | 'things';
  /** Of a new account, where a source says so. */
  readonly newAccount?: number;
  /** What a reader must know before relying on the row. */
  readonly note?: string;
}

const BY_REPOSITORIES = {
  source: 'three and more independent public repositories, one of them a live ListServiceQuotas run (reference c.4)',
  asOf: '2026-11-23',
};
const EKS_GUIDE = {
  source: 'Amazon EKS User Guide, service quotas; codes as in public quota listings',
  asOf: '2026-11-23',
};
const LISTING = { source: 'public listings of AWS default service quotas', asOf: '2026-11-23' };

const ec2 = (quota: string) => ({ service: 'ec2', quota }) as const;
const vpc = (quota: string) => ({ service: 'vpc', quota }) as const;
const eks = (quota: string) => ({ service: 'eks', quota }) as const;
const VCPUS = { ...BY_REPOSITORIES, counts: 'sum', unit: 'vCPUs' } as const;

/** By what draws on it. A new account has about no accelerators: those rows name no default. */
export const QUOTAS = {
  onDemandStandard: {
    ...VCPUS,
    name: 'On-Demand Standard (A, C, D, H, I, M, R, T, Z)',
    code: ec2('L-1216C47A'),
    newAccount: 5,
  },
  onDemandG: { ...VCPUS, name: 'On-Demand G and VT', code: ec2('L-DB2E81BA') },
  onDemandP: { ...VCPUS, name: 'On-Demand P', code: ec2('L-417A185B') },
  onDemandInf: { ...VCPUS, name: 'On-Demand Inf', code: ec2('L-1945791B') },
  onDemandTrn: { ...VCPUS, name: 'On-Demand Trn', code: ec2('L-2C3B7624') },
  spotStandard: { ...VCPUS, name: 'Spot Standard (A, C, D, H, I, M, R, T, Z)', code: ec2('L-34B43A08') },
  spotG: { ...VCPUS, name: 'Spot G and VT', code: ec2('L-3819A6DF') },
  spotP: { ...VCPUS, name: 'Spot P4, P3 and P2', code: ec2('L-7212CCBC') },
  spotP5: { ...VCPUS, name: 'Spot P5 (p5, p5e, p5en)', code: ec2('L-C4BD4855') },
  spotP6: {
    ...VCPUS,
    name: 'Spot P6',
    note: 'sources do not agree which quota spot p6 instances count against; one says L-7212CCBC',
  },
  spotInf: { ...VCPUS, name: 'Spot Inf', code: ec2('L-B5D1601B') },
  spotTrn: { ...VCPUS, name: 'Spot Trn', code: ec2('L-6B0D517C') },
  unknownFamily: { ...VCPUS, name: 'vCPUs of a family whose quota is not in our sources' },
  capacityBlockInstances: {
    ...LISTING,
    name: 'Capacity Block instances',
    counts: 'sum',
    unit: 'nodes',
    note: 'no source gives its code; a block that is bought has passed it (64 instances a block, 256 an organisation)',
  },
  networkInterfaces: {
    ...LISTING,
    name: 'network interfaces per region',
    code: vpc('L-DF5E4CA3'),
    counts: 'sum',
    unit: 'things',
    newAccount: 5000,
  },
  gp3: {
    ...LISTING,
    name: 'gp3 storage',
    code: { service: 'ebs', quota: 'L-7A658B76' },
    counts: 'sum',
    unit: 'TiB',
    newAccount: 50,
  },
  elasticAddresses: {
    ...BY_REPOSITORIES,
    name: 'Elastic IP addresses',
    code: ec2('L-0263D0A3'),
    counts: 'sum',
    unit: 'things',
    newAccount: 5,
  },
  vpcs: {
    ...BY_REPOSITORIES,
    name: 'VPCs per region',
    code: vpc('L-F678F1CE'),
    counts: 'sum',
    unit: 'things',
    newAccount: 5,
  },
  natGateways: {
    ...BY_REPOSITORIES,
    name: 'NAT gateways per zone',
    code: vpc('L-FE5A380F'),
    counts: 'zone',
    unit: 'things',
    newAccount: 5,
  },
  clusters: {
    ...BY_REPOSITORIES,
    name: 'EKS clusters',
    code: eks('L-1194D53C'),
    counts: 'sum',
    unit: 'things',
    newAccount: 100,
  },
  nodeGroups: {
    ...EKS_GUIDE,
    name: 'node groups per cluster',
    code: eks('L-6D54EA21'),
    counts: 'each',
    unit: 'things',
    newAccount: 30,
  },
  nodesPerGroup: {
    ...EKS_GUIDE,
    name: 'nodes per node group',
    code: eks('L-BD136A63'),
    counts: 'each',
    unit: 'nodes',
    newAccount: 450,
  },
} as const satisfies Readonly<Record<string, Quota>>;

export type QuotaKey = keyof typeof QUOTAS;

export function quotaOf(key: QuotaKey): Quota {
  return QUOTAS[key];
}
