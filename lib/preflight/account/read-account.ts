import type { Patience } from '../../budget/prices/refresh/patience';
import { type AccountFacts, isUnread, type ReservationFacts, type SubnetFacts, type Unread } from '../facts';
import type { Need } from '../need';
import { quotaOf } from '../quotas';
import { type Clients, clientsFor } from './clients';
import { allPages, unreadFor } from './pages';
import { readQuotas } from './read-quotas';
import { readUsage } from './read-usage';

/**
 * Asks an account, in one region, for everything that some needs depend on. Reads, never changes. What does not answer is
 * said so, one thing at a time; it throws nothing.
 *
 * @param needs of this account and region
 * @param cells ids of the deployment's cells: what carries their tag is not somebody else's
 */
export async function readAccount(
  region: string,
  needs: readonly Need[],
  cells: readonly string[],
  patience: Partial<Patience> = {},
): Promise<AccountFacts> {
  const clients = await clientsFor(region, patience);
  try {
    const codes = needs.flatMap((need) => (need.kind === 'quota' ? (quotaOf(need.quota).code ?? []) : []));
    const [quotas, used, offerings, bootstrapVersions, subnets, reservations] = await Promise.all([
      readQuotas(clients, codes),
      readUsage(clients, cells),
      readOfferings(clients, needs),
      readBootstrap(clients, needs),
      readSubnets(clients, needs),
      readReservations(clients, needs),
    ]);
    return { quotas, used, offerings, bootstrapVersions, subnets, reservations };
  } finally {
    for (const client of Object.values(clients)) client.destroy();
  }
}

async function readOfferings({ ec2 }: Clients, needs: readonly Need[]): Promise<ReadonlySet<string> | Unread> {
  const { DescribeInstanceTypeOfferingsCommand } = await import('@aws-sdk/client-ec2');
  const wanted = needs.flatMap((need) => (need.kind === 'offering' ? need : []));
  if (wanted.length === 0) return new Set();
  const Filters = [
    { Name: 'instance-type', Values: [...new Set(wanted.map(({ instanceType }) => instanceType))] },
    { Name: 'location', Values: [...new Set(wanted.map(({ zone }) => zone))] },
  ];
  const found = await allPages(async (NextToken) => {
    const input = {
      LocationType: 'availability-zone',
      Filters,
      ...(NextToken === undefined ? {} : { NextToken }),
    } as const;
    const page = await ec2.send(new DescribeInstanceTypeOfferingsCommand(input));
    return {
      entries: page.InstanceTypeOfferings?.map(({ InstanceType, Location }) => `${InstanceType} ${Location}`),
      next: page.NextToken,
    };
  });
  return isUnread(found) ? found : new Set(found);
}

async function readBootstrap({ ssm }: Clients, needs: readonly Need[]): Promise<AccountFacts['bootstrapVersions']> {
  const { GetParameterCommand } = await import('@aws-sdk/client-ssm');
  const found = new Map<string, number | undefined | Unread>();
  for (const need of needs) {
    if (need.kind !== 'bootstrap') continue;
    try {
      const { Parameter } = await ssm.send(new GetParameterCommand({ Name: need.parameter }));
      const version = Number(Parameter?.Value);
      found.set(need.parameter, Number.isInteger(version) ? version : { unread: `it holds ${Parameter?.Value}` });
    } catch (thrown) {
      const isAbsent = (thrown as Error).name === 'ParameterNotFound';
      found.set(need.parameter, isAbsent ? undefined : unreadFor(thrown));
    }
  }
  return found;
}

async function readSubnets({ ec2 }: Clients, needs: readonly Need[]): Promise<AccountFacts['subnets']> {
  const { DescribeSubnetsCommand } = await import('@aws-sdk/client-ec2');
  const ids = needs.flatMap((need) => (need.kind === 'subnet' ? need.subnetId : []));
  if (ids.length === 0) return new Map();
  // By a filter: asked by id, one unknown subnet would hide the others.
  const found = await allPages(async (NextToken) => {
    const Filters = [{ Name: 'subnet-id', Values: ids }];
    const page = await ec2.send(
      new DescribeSubnetsCommand({ Filters, ...(NextToken === undefined ? {} : { NextToken }) }),
    );
    const entries = page.Subnets?.map(
      ({ SubnetId = '', AvailabilityZone = '', VpcId = '', AvailableIpAddressCount = 0 }): [string, SubnetFacts] => [
        SubnetId,
        { zone: AvailabilityZone, vpcId: VpcId, freeAddresses: AvailableIpAddressCount },
      ],
    );
    return { entries, next: page.NextToken };
  });
  return isUnread(found) ? found : new Map(found);
}

async function readReservations({ ec2 }: Clients, needs: readonly Need[]): Promise<AccountFacts['reservations']> {
  if (!needs.some(({ kind }) => kind === 'reservation')) return new Map();
  const { DescribeCapacityReservationsCommand } = await import('@aws-sdk/client-ec2');
  // All of them: asked by id, one unknown reservation would hide the others.
  const found = await allPages(async (NextToken) => {
    const page = await ec2.send(new DescribeCapacityReservationsCommand(NextToken === undefined ? {} : { NextToken }));
    const entries = page.CapacityReservations?.map((it): [string, ReservationFacts] => [
      it.CapacityReservationId ?? '',
      {
        state: it.State ?? 'in an unknown state',
        type: it.ReservationType ?? 'default',
        instanceType: it.InstanceType ?? '',
        zone: it.AvailabilityZone ?? '',
        instances: it.TotalInstanceCount ?? 0,
      },
    ]);
    return { entries, next: page.NextToken };
  });
  return isUnread(found) ? found : new Map(found);
}
