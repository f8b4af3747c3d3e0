import type { Tag } from '@aws-sdk/client-ec2';
import { isUnread, type Unread } from '../facts';
import type { QuotaKey } from '../quotas';
import { vcpuQuota } from '../vcpus';
import type { Clients } from './clients';
import { allPages } from './pages';

/** How much of a quota something in the account uses. */
interface Use {
  readonly quota: QuotaKey;
  readonly within: string;
  readonly amount: number;
}

/** Ours by its tag: counted already among the needs. */
type IsOurs = (tags: readonly Tag[] | undefined) => boolean;

const GIBIBYTES_PER_TEBIBYTE = 1024;
const RUNNING = [{ Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'shutting-down'] }];

/**
 * What the account uses beside the cells of a deployment, by quota. Instances and interfaces of other tools count, whatever
 * they are for.
 */
export async function readUsage(
  clients: Clients,
  cells: readonly string[],
): Promise<(quota: QuotaKey, within: string) => number | Unread> {
  const isOurs: IsOurs = (tags) =>
    (tags ?? []).some(({ Key, Value }) => Key === 'headroom:cell' && cells.includes(Value ?? ''));
  const [instances, vpcs, addresses, gateways, interfaces, volumes, clusters] = await Promise.all([
    instancesUsed(clients, isOurs),
    vpcsUsed(clients, isOurs),
    addressesUsed(clients, isOurs),
    gatewaysUsed(clients, isOurs),
    interfacesUsed(clients, isOurs),
    volumesUsed(clients, isOurs),
    clustersUsed(clients, cells),
  ]);
  const sources: Partial<Record<QuotaKey, readonly Use[] | Unread>> = {
    vpcs,
    elasticAddresses: addresses,
    natGateways: gateways,
    networkInterfaces: interfaces,
    gp3: volumes,
    clusters,
  };
  return (quota, within) => {
    const uses = sources[quota] ?? instances;
    if (isUnread(uses)) return uses;
    const here = uses.filter((use) => use.quota === quota && use.within === within);
    return here.reduce((sum, { amount }) => sum + amount, 0);
  };
}

type Uses = Promise<readonly Use[] | Unread>;

async function instancesUsed({ ec2 }: Clients, isOurs: IsOurs): Uses {
  const { DescribeInstancesCommand } = await import('@aws-sdk/client-ec2');
  return allPages(async (NextToken) => {
    const page = await ec2.send(
      new DescribeInstancesCommand({ Filters: RUNNING, MaxResults: 1000, ...token(NextToken) }),
    );
    const instances = page.Reservations?.flatMap(({ Instances = [] }) => Instances) ?? [];
    const uses = instances
      .filter(({ Tags, InstanceLifecycle }) => !isOurs(Tags) && InstanceLifecycle !== 'capacity-block')
      .map(({ InstanceType, InstanceLifecycle, CpuOptions }): Use => {
        const { CoreCount = Number.NaN, ThreadsPerCore = 1 } = CpuOptions ?? {};
        const market = InstanceLifecycle === 'spot' ? 'spot' : 'onDemand';
        return { quota: vcpuQuota(InstanceType ?? '', market), within: '', amount: CoreCount * ThreadsPerCore };
      });
    if (uses.some(({ amount }) => Number.isNaN(amount)))
      throw new Error('an instance does not say how many vCPUs it has');
    return { entries: page.Reservations === undefined ? undefined : uses, next: page.NextToken };
  });
}

async function vpcsUsed({ ec2 }: Clients, isOurs: IsOurs): Uses {
  const { DescribeVpcsCommand } = await import('@aws-sdk/client-ec2');
  return allPages(async (NextToken) => {
    const { Vpcs, NextToken: next } = await ec2.send(
      new DescribeVpcsCommand({ MaxResults: 1000, ...token(NextToken) }),
    );
    return { entries: others(Vpcs, isOurs, () => one('vpcs')), next };
  });
}

async function addressesUsed({ ec2 }: Clients, isOurs: IsOurs): Uses {
  const { DescribeAddressesCommand } = await import('@aws-sdk/client-ec2');
  return allPages(async () => {
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({}));
    return { entries: others(Addresses, isOurs, () => one('elasticAddresses')), next: undefined };
  });
}

async function gatewaysUsed({ ec2 }: Clients, isOurs: IsOurs): Uses {
  const { DescribeNatGatewaysCommand, DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
  const zones = await allPages(async (NextToken) => {
    const page = await ec2.send(new DescribeSubnetsCommand({ MaxResults: 1000, ...token(NextToken) }));
    return { entries: page.Subnets?.map((it) => [it.SubnetId, it.AvailabilityZone] as const), next: page.NextToken };
  });
  if (isUnread(zones)) return zones;
  const zoneOf = new Map(zones);
  return allPages(async (NextToken) => {
    const page = await ec2.send(new DescribeNatGatewaysCommand({ MaxResults: 1000, ...token(NextToken) }));
    const standing = page.NatGateways?.filter(({ State }) => State !== 'deleted' && State !== 'failed');
    return {
      entries: others(standing, isOurs, ({ SubnetId }) => ({
        ...one('natGateways'),
        within: zoneOf.get(SubnetId) ?? '',
      })),
      next: page.NextToken,
    };
  });
}

async function interfacesUsed({ ec2 }: Clients, isOurs: IsOurs): Uses {
  const { DescribeNetworkInterfacesCommand } = await import('@aws-sdk/client-ec2');
  return allPages(async (NextToken) => {
    const page = await ec2.send(new DescribeNetworkInterfacesCommand({ MaxResults: 1000, ...token(NextToken) }));
    const tagged = page.NetworkInterfaces?.map((it) => ({ ...it, Tags: it.TagSet }));
    return { entries: others(tagged, isOurs, () => one('networkInterfaces')), next: page.NextToken };
  });
}

async function volumesUsed({ ec2 }: Clients, isOurs: IsOurs): Uses {
  const { DescribeVolumesCommand } = await import('@aws-sdk/client-ec2');
  const Filters = [{ Name: 'volume-type', Values: ['gp3'] }];
  return allPages(async (NextToken) => {
    const page = await ec2.send(new DescribeVolumesCommand({ Filters, MaxResults: 500, ...token(NextToken) }));
    return {
      entries: others(page.Volumes, isOurs, ({ Size = Number.NaN }) => ({
        ...one('gp3'),
        amount: Size / GIBIBYTES_PER_TEBIBYTE,
      })),
      next: page.NextToken,
    };
  });
}

async function clustersUsed({ eks }: Clients, cells: readonly string[]): Uses {
  const { ListClustersCommand } = await import('@aws-sdk/client-eks');
  return allPages(async (nextToken) => {
    const page = await eks.send(new ListClustersCommand(nextToken === undefined ? {} : { nextToken }));
    const others = page.clusters?.filter((name) => !cells.includes(name));
    return { entries: others?.map(() => one('clusters')), next: page.nextToken };
  });
}

function others<It extends { readonly Tags?: Tag[] | undefined }>(
  found: readonly It[] | undefined,
  isOurs: IsOurs,
  use: (it: It) => Use,
): readonly Use[] | undefined {
  return found?.filter(({ Tags }) => !isOurs(Tags)).map(use);
}

function one(quota: QuotaKey): Use {
  return { quota, within: '', amount: 1 };
}

function token(NextToken: string | undefined): { readonly NextToken?: string } {
  return NextToken === undefined ? {} : { NextToken };
}
