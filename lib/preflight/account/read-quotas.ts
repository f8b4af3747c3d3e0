import { isUnread, type Unread } from '../facts';
import type { Clients } from './clients';
import { allPages } from './pages';

interface Listed {
  readonly code: string | undefined;
  readonly value: number | undefined;
}

/** Values of the quotas of some services, by code: what applies to the account, else what AWS gives everybody. */
export async function readQuotas(
  { quotas }: Clients,
  services: readonly string[],
  codes: readonly string[],
): Promise<ReadonlyMap<string, number | Unread>> {
  const { ListAWSDefaultServiceQuotasCommand, ListServiceQuotasCommand } = await import(
    '@aws-sdk/client-service-quotas'
  );
  const found = new Map<string, number | Unread>();
  for (const ServiceCode of services) {
    const listing = (Command: typeof ListServiceQuotasCommand | typeof ListAWSDefaultServiceQuotasCommand) =>
      allPages<Listed>(async (NextToken) => {
        const input = { ServiceCode, ...(NextToken === undefined ? {} : { NextToken }) };
        const page = await quotas.send(new Command(input));
        return { entries: page.Quotas?.map((it) => ({ code: it.QuotaCode, value: it.Value })), next: page.NextToken };
      });
    const applied = await listing(ListServiceQuotasCommand);
    const missing = isUnread(applied) || codes.some((code) => !applied.some((it) => it.code === code));
    // What was never raised may not be listed among the applied ones.
    const defaults = missing && !isUnread(applied) ? await listing(ListAWSDefaultServiceQuotasCommand) : [];
    for (const listed of [defaults, applied]) put(found, listed, codes);
  }
  return found;
}

function put(found: Map<string, number | Unread>, listed: readonly Listed[] | Unread, codes: readonly string[]): void {
  if (isUnread(listed)) {
    for (const code of codes) if (!found.has(code)) found.set(code, listed);
    return;
  }
  for (const { code, value } of listed) {
    if (code !== undefined && value !== undefined && codes.includes(code)) found.set(code, value);
  }
}
