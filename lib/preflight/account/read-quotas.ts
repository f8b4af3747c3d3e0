import { isUnread, type Unread } from '../facts';
import type { Clients } from './clients';
import { allPages } from './pages';

interface Listed {
  readonly code: string | undefined;
  readonly value: number | undefined;
}

/** Values of some quotas, by code: what applies to the account, else what AWS gives everybody. */
export async function readQuotas(
  clients: Clients,
  wanted: readonly Code[],
): Promise<ReadonlyMap<string, number | Unread>> {
  const services = [...new Set(wanted.map(({ service }) => service))];
  const codesOf = (service: string) => wanted.filter((it) => it.service === service).map(({ quota }) => quota);
  const read = await Promise.all(services.map((service) => ofService(clients, service, codesOf(service))));
  return new Map(read.flat());
}

interface Code {
  readonly service: string;
  readonly quota: string;
}

async function ofService(
  { quotas }: Clients,
  ServiceCode: string,
  codes: readonly string[],
): Promise<readonly (readonly [string, number | Unread])[]> {
  const { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand } = await import(
    '@aws-sdk/client-service-quotas'
  );
  const listing = (Command: typeof ListServiceQuotasCommand | typeof ListAWSDefaultServiceQuotasCommand) =>
    allPages<Listed>(async (NextToken) => {
      const input = { ServiceCode, ...(NextToken === undefined ? {} : { NextToken }) };
      const page = await quotas.send(new Command(input));
      return { entries: page.Quotas?.map((it) => ({ code: it.QuotaCode, value: it.Value })), next: page.NextToken };
    });
  const applied = await listing(ListServiceQuotasCommand);
  if (isUnread(applied)) return codes.map((code) => [code, applied]);
  const missing = codes.filter((code) => valueIn(applied, code) === undefined);
  // What was never raised may not be listed among the applied ones.
  const defaults = missing.length === 0 ? [] : await listing(ListAWSDefaultServiceQuotasCommand);
  return codes.flatMap((code): readonly (readonly [string, number | Unread])[] => {
    const value = valueIn(applied, code) ?? (isUnread(defaults) ? defaults : valueIn(defaults, code));
    return value === undefined ? [] : [[code, value]];
  });
}

function valueIn(listed: readonly Listed[], code: string): number | undefined {
  return listed.find((it) => it.code === code)?.value;
}
