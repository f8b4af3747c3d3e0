import { Problem } from '../../problem';
import { instant, monthAfter } from '../../units/interval';
import { grouped } from './grouped';
import type { ReadExport } from './read-export';

/**
 * Whether what was read can be added up.
 *
 * @throws Problem InvalidActuals: a file without charges, rows without a date or an amount, another currency, a category that
 *   no FOCUS has, the same charges twice, a part or a month that is missing.
 */
export function checkExports(exports: readonly ReadExport[]): void {
  if (exports.length === 0) throw refuse('no export was named; name its files or its folder');
  for (const one of exports) checkRows(one);
  checkTwice(exports);
  checkParts(exports);
  checkMonths(exports);
}

function checkRows({ name, charges }: ReadExport): void {
  if (charges.length === 0) throw refuse(`${name} holds no charges; leave it out, or fetch it again`);
  const unread = charges.reduce((sum, row) => sum + row.unread, 0);
  if (unread > 0) {
    const rows = unread === 1 ? '1 row' : `${unread} rows`;
    throw refuse(
      `${name} has ${rows} without a date, an account, a currency or an amount that can be read; fetch it again`,
    );
  }
  const foreign = charges.find(({ currency }) => currency !== 'USD');
  if (foreign !== undefined) {
    throw refuse(
      `${name} bills in ${foreign.currency}, and contracts here are in USD; amounts of two currencies are never added`,
    );
  }
  const other = charges.find(({ kind }) => kind.startsWith('?'));
  if (other !== undefined) {
    throw refuse(
      `${name} has the ChargeCategory ${JSON.stringify(other.kind.slice(1))}; FOCUS knows Usage, Purchase, Tax, Credit and Adjustment`,
    );
  }
  const odd = charges.find(
    ({ billingStart, billingEnd }) =>
      !billingStart.endsWith('-01') || monthAfter(instant(billingStart)).start !== instant(billingEnd),
  );
  if (odd !== undefined) {
    throw refuse(
      `${name} has a billing period from ${odd.billingStart} to ${odd.billingEnd}, which is no calendar month`,
    );
  }
}

/** Parts of one delivery share its months; two deliveries of a month hold the same charges twice. */
function checkTwice(exports: readonly ReadExport[]): void {
  const seen = new Map<string, ReadExport>();
  const once = (key: string, one: ReadExport): ReadExport | undefined => {
    const other = seen.get(key);
    seen.set(key, one);
    return other;
  };
  for (const one of exports) {
    const copy = once(one.sha256, one);
    if (copy !== undefined) throw refuse(`${one.name} and ${copy.name} have the same bytes; give each file once`);
    for (const month of monthsIn(one)) {
      const other = once(month, one);
      if (other === undefined || (other.delivery === one.delivery && other.part !== one.part)) continue;
      const [when, account] = month.split(' ');
      throw refuse(
        `${other.name} and ${one.name} both have charges of ${when} of account ${account}; give one delivery of each month (its parts lie in one folder and are numbered)`,
      );
    }
  }
}

function monthsIn({ charges }: ReadExport): readonly string[] {
  return [...new Set(charges.map(({ billingStart, account }) => `${billingStart.slice(0, 7)} ${account}`))];
}

function checkParts(exports: readonly ReadExport[]): void {
  for (const parts of grouped(exports, ({ delivery }) => delivery).values()) {
    const numbers = parts.flatMap(({ part }) => part ?? []).sort((a, b) => a - b);
    const gap = numbers.find((number, at) => at > 0 && number !== (numbers[at - 1] ?? 0) + 1);
    if (gap !== undefined && parts[0] !== undefined) {
      throw refuse(`part ${gap - 1} of the delivery of ${parts[0].name} is missing; give all of its parts`);
    }
  }
}

function checkMonths(exports: readonly ReadExport[]): void {
  const starts = exports.flatMap(({ charges }) => charges.map(({ billingStart }) => instant(billingStart)));
  const months = [...new Set(starts)].sort();
  const gap = months.slice(1).find((month, at) => monthAfter(months[at] ?? month).start !== month);
  if (gap === undefined) return;
  const last = months[months.indexOf(gap) - 1] ?? gap;
  throw refuse(
    `no file has charges of ${monthAfter(last).start.slice(0, 7)}, between months that have; give every month`,
  );
}

function refuse(sentence: string): Problem {
  return new Problem('InvalidActuals', sentence);
}
