import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Bill } from '../../lib/budget/bill/bill';
import { billTemplates } from '../../lib/budget/bill/bill-templates';
import { parseParameters } from '../../lib/budget/bill/parameters-file';
import { parseTemplate } from '../../lib/budget/bill/template-text';
import { judge } from '../../lib/budget/envelope/judge';
import { parseAssumptions } from '../../lib/budget/envelope/parse-assumptions';
import { parseContract } from '../../lib/budget/envelope/parse-contract';
import type { Verdict } from '../../lib/budget/envelope/verdict';
import { loadPriceBook, sealPriceBook } from '../../lib/budget/prices/load';
import type { PriceBook } from '../../lib/budget/prices/price-book';
import { anOffer } from '../budget/bill/billing';
import { stated } from '../budget/envelope/full-contract';

const ROOT = path.join(__dirname, '..', '..');
const ROOM = path.join(ROOT, 'test/fixtures/public-templates');
const read = (name: string) => fs.readFileSync(path.join(ROOM, name), 'utf8');

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One valid case, which the fuzzers break. */
export interface Case {
  readonly name: string;
  readonly text: string;
  readonly template: Json;
  readonly parameters: Readonly<Record<string, string>>;
}

const clone = loadPriceBook(fs.readFileSync(path.join(ROOT, 'lib/budget/prices/snapshots/2026-11-23.json'), 'utf8'));
/** Made-up prices where nobody has one with a source, so that every case is priced before it is broken. */
const MADE_UP = ['fsxLustre:persistent2:250', 'sagemaker:ml.g5.2xlarge:hosting', 'sagemaker:hostingData'] as const;
export const BOOK = sealPriceBook('2026-11-23', [
  ...clone.offers
    .filter(({ region }) => region === 'us-east-1')
    .filter(({ item }) => !MADE_UP.some((one) => one === item)),
  ...MADE_UP.map((item) => anOffer(item, '1.5')),
]);
export const ASSUMPTIONS = parseAssumptions(read('assumptions.json')).assumptions;

export const CASES: readonly Case[] = fs
  .readdirSync(ROOM)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => {
    const name = file.replace('.yaml', '');
    const text = read(file);
    const template = JSON.parse(JSON.stringify(parseTemplate(text, file))) as Json;
    return {
      name,
      text,
      template,
      parameters: Object.fromEntries(parseParameters(read(`${name}.parameters.json`), name)),
    };
  });

export const CONTRACT = stated({
  schemaVersion: 1,
  id: 'fuzzed',
  currency: 'USD',
  disclose: true,
  measure: 'listGross',
  periods: [
    {
      id: 'Y1',
      start: '2026-12-01',
      end: '2027-01-01',
      commitment: '1.00',
      ceiling: '1000000000.00',
      ceilingPerHour: 'none',
    },
  ],
  share: '1',
  floorGate: 'warn',
  carryForward: 'none',
  counts: { capacityBlocks: 'atPurchase', savingsPlanUpfront: 'amortized', support: false, tax: false },
  assumptions: ASSUMPTIONS,
});

export interface World {
  readonly template: unknown;
  readonly parameters: Readonly<Record<string, string>>;
  readonly book?: PriceBook;
  readonly contract?: unknown;
}

export function billIn({ template, parameters, book = BOOK, contract = CONTRACT }: World): Bill {
  const { assumptions, capacityBlocks, capacityReservations } = parseContract(JSON.stringify(contract));
  return billTemplates({
    stacks: [{ path: 'A', stackName: 'A', region: 'us-east-1', account: undefined, template, sha256: '', parameters }],
    window: { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' },
    asOf: '2026-11-23T00:00:00Z',
    priceBook: book,
    assumptions,
    ledger: { capacityBlocks, capacityReservations },
  });
}

export function verdictIn(world: World): Verdict {
  return judge({
    bill: billIn(world),
    contract: parseContract(JSON.stringify(world.contract ?? CONTRACT)),
    waivers: [],
    asOf: '2026-11-23',
    stacks: [{ path: 'A', sha256: 'a' }],
    sha256: { contract: 'c', waivers: null, assumptions: null },
    staleAfterDays: 10_000,
  });
}

const RANKS: readonly Verdict['status'][] = ['within', 'shortfall', 'over', 'infeasible', 'unpriced', 'failed'];

/** The worse, the greater. */
export function rankOf(verdict: Verdict): number {
  return RANKS.indexOf(verdict.status);
}
