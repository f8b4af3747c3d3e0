import { Problem } from '../../problem';
import { exact } from '../../units/exact';
import { faultOfCommitments } from './check-commitments';
import { type Contract, type ContractPeriod, EVERY_PERIOD, OUTSIDE } from './contract';
import { contractSchema } from './contract-schema';
import { readJson } from './read-json';

/**
 * contract.json text into a contract.
 *
 * Every field that says how money is counted (`measure`, `counts`) or judged is required, "none" or null where there is none, and
 * so is what other fields make needed; unknown fields are refused. `rows` is the number of entries of all lists, so that one that is
 * lost in an edit or a merge is noticed.
 * Periods are in order and leave no gap: ends are exclusive, while AWS prints inclusive end dates, and a gap of one day is
 * that mistake. A ceiling may lie below the commitment: it is this app's approval, the commitment is the company's promise.
 *
 * @throws Problem InvalidContract, one sentence that names the field and never an amount.
 */
export function parseContract(text: string): Contract {
  const { rows, ...read } = readJson(text, contractSchema, { name: 'the contract', code: 'InvalidContract' });
  const contract: Contract = withoutAbsent(read);
  checkPeriods(contract.periods);
  checkReferences(contract);
  checkAssumptions(contract);
  checkBlocks(contract);
  const fault = faultOfCommitments(contract);
  if (fault !== undefined) refuse(fault);
  checkCounting(contract);
  checkRows(rows, entriesIn(JSON.parse(text)));
  return contract;
}

function checkRows(stated: number | undefined, found: number): void {
  if (stated === undefined)
    refuse(`lacks rows, the number of entries of all its lists, by which one that is lost is noticed; write ${found}`);
  if (stated !== found)
    refuse(`states ${stated} rows and its lists have ${found} entries; restore what was lost, or write ${found}`);
}

/** How many entries all lists of a value have together, lists in lists included. */
export function entriesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.values(value).reduce<number>((sum, one) => sum + entriesIn(one), 0);
  return Array.isArray(value) ? value.length + inner : inner;
}

function refuse(sentence: string): never {
  throw new Problem('InvalidContract', `the contract ${sentence}`);
}

/** Optional fields are absent, not undefined: the contract survives JSON. */
function withoutAbsent(contract: Contract): Contract {
  return JSON.parse(JSON.stringify(contract)) as Contract;
}

function checkPeriods(periods: readonly ContractPeriod[]): void {
  refuseTwins(periods, (period) => period.id, 'period id');
  periods.forEach((period, index) => {
    if (period.id === OUTSIDE)
      refuse(`names a period "${OUTSIDE}", which means the time outside all periods; rename it`);
    if (period.id === EVERY_PERIOD)
      refuse(`names a period "${EVERY_PERIOD}", by which a waiver means all of them; rename it`);
    if (period.start >= period.end) {
      refuse(`has a period ${period.id} that does not start before it ends; correct its dates (the end is exclusive)`);
    }
    const next = periods[index + 1];
    if (next === undefined || next.start === period.end) return;
    if (next.start < period.start) refuse(`lists period ${next.id} after ${period.id}; list periods in order of time`);
    if (next.start < period.end)
      refuse(`has periods ${period.id} and ${next.id} that overlap; end one where the next starts`);
    refuse(
      `leaves a gap from ${period.end} to ${next.start} between periods ${period.id} and ${next.id}; ends are exclusive, so end ${period.id} where ${next.id} starts`,
    );
  });
}

function checkReferences(contract: Contract): void {
  const credits = contract.credits ?? [];
  refuseTwins(contract.baseline, (row) => row.id, 'baseline id');
  refuseTwins(credits, (row) => row.id, 'credit id');
  refuseTwins([...contract.capacityReservations, ...contract.capacityBlocks], (row) => row.id, 'reservation id');
  refuseTwins(
    contract.discounts.flatMap((discount) => discount.services),
    (service) => service,
    'discounted service',
  );
  refuseTwins(contract.rates ?? [], (row) => `${row.instanceType} ${row.purchase} in ${row.region}`, 'rate for');
  refuseStray(contract, contract.baseline, 'baseline');
  refuseStray(contract, credits, 'credit');
}

function refuseStray(
  { periods }: Contract,
  rows: readonly { readonly id: string; readonly period: string }[],
  what: string,
): void {
  const ids = periods.map(({ id }) => id);
  const stray = rows.find((row) => !ids.includes(row.period));
  if (stray !== undefined) {
    const unknown = JSON.stringify(stray.period);
    refuse(`has a ${what} ${stray.id} for the unknown period ${unknown}; name one of ${ids.join(', ')}`);
  }
}

function checkAssumptions(contract: Contract): void {
  refuseTwins(contract.assumptions, (row) => `${row.usage} in ${row.scope}`, 'assumption on');
  const unordered = contract.assumptions.find(
    (row) => exact(row.min).compare(exact(row.plan)) > 0 || exact(row.plan).compare(exact(row.max)) > 0,
  );
  if (unordered !== undefined) {
    refuse(`has an assumption on ${unordered.usage} in ${unordered.scope} out of order; min ≤ plan ≤ max is needed`);
  }
}

function checkBlocks(contract: Contract): void {
  const backwards = [...contract.capacityReservations, ...contract.capacityBlocks].find(
    (row) => row.end !== null && row.start >= row.end,
  );
  if (backwards !== undefined) {
    refuse(
      `has a reservation ${backwards.id} that does not start before it ends; correct its dates (the end is exclusive)`,
    );
  }
}

/** Fields that need each other: one without the other would be counted in a way that nobody stated. */
function checkCounting(contract: Contract): void {
  const { carryForward, carryForwardCapPercent, counts, baseline, periods, measure, rates = [] } = contract;
  if (carryForward !== 'none' && carryForwardCapPercent === undefined)
    refuse(`has carryForward ${carryForward} without carryForwardCapPercent; write "100" where nothing caps it`);
  const sold = baseline.find(({ category }) => category === 'marketplace');
  if (sold !== undefined && counts.marketplaceCapPercent === undefined)
    refuse(
      `has the Marketplace baseline ${sold.id} and no counts.marketplaceCapPercent; write the contract's, often "25"`,
    );
  for (const category of ['support', 'tax'] as const) {
    const bare = periods.find(
      (period) => !baseline.some((row) => row.period === period.id && row.category === category),
    );
    if (counts[category] && bare !== undefined)
      refuse(
        `counts ${category} and has none in period ${bare.id}; add a baseline of category ${category}, of "0" where there is none`,
      );
  }
  if (measure === 'afterCommitmentDiscounts' && rates.length > 0) {
    refuse(
      'has rates beside measure afterCommitmentDiscounts, which this version cannot judge; use measure net, or listGross without rates',
    );
  }
}

function refuseTwins<T>(rows: readonly T[], keyOf: (row: T) => string, what: string): void {
  const keys = rows.map(keyOf);
  const twin = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twin !== undefined) refuse(`has the ${what} ${JSON.stringify(twin)} twice; keep one`);
}
