import { Problem } from '../../problem';
import { exact } from '../../units/exact';
import { faultOfCommitments } from './check-commitments';
import { type Contract, type ContractPeriod, OUTSIDE } from './contract';
import { contractSchema } from './contract-schema';
import { readJson } from './read-json';

/**
 * contract.json text into a contract.
 *
 * Every field that says how money is counted (`measure`, `counts`) is required; unknown fields are refused; a field that
 * this version cannot turn into money is refused when it is not empty, because ignoring it would give a wrong verdict.
 * Periods are in order and leave no gap: ends are exclusive, while AWS prints inclusive end dates, and a gap of one day is
 * that mistake. A ceiling may lie below the commitment: it is this app's approval, the commitment is the company's promise.
 *
 * @throws Problem InvalidContract, one sentence that names the field and never an amount.
 */
export function parseContract(text: string): Contract {
  const contract: Contract = withoutAbsent(
    readJson(text, contractSchema, { name: 'the contract', code: 'InvalidContract' }),
  );
  checkPeriods(contract.periods);
  checkReferences(contract);
  checkAssumptions(contract);
  checkBlocks(contract);
  const fault = faultOfCommitments(contract);
  if (fault !== undefined) refuse(fault);
  refuseUnjudged(contract);
  refuseUndisclosable(contract);
  return contract;
}

/** An upfront fee is a line of the bill, and the bill is in USD. */
function refuseUndisclosable({ disclose, capacityBlocks }: Contract): void {
  if (disclose || capacityBlocks.length === 0) return;
  refuse(
    'lists capacityBlocks with disclose false, and their upfront fees would stand in the bill; set disclose to true',
  );
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
  refuseTwins(contract.baseline, (row) => row.id, 'baseline id');
  refuseTwins([...contract.capacityReservations, ...contract.capacityBlocks], (row) => row.id, 'reservation id');
  refuseTwins(
    contract.discounts.flatMap((discount) => discount.services),
    (service) => service,
    'discounted service',
  );
  refuseTwins(contract.rates ?? [], (row) => `${row.instanceType} ${row.purchase} in ${row.region}`, 'rate for');
  const stray = contract.baseline.find((row) => !contract.periods.some((period) => period.id === row.period));
  if (stray !== undefined) {
    const known = contract.periods.map((period) => period.id).join(', ');
    refuse(`has a baseline ${stray.id} for the unknown period ${JSON.stringify(stray.period)}; name one of ${known}`);
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

function refuseUnjudged(contract: Contract): void {
  const unjudged = 'which this version cannot judge';
  const lists = ['plannedBlocks'] as const;
  const listed = lists.find((field) => (contract[field] ?? []).length > 0);
  if (listed !== undefined) {
    refuse(`lists ${listed}, ${unjudged}; enter what they cost in each period as a baseline and leave the list empty`);
  }
  if (contract.carryForward !== 'none') {
    refuse(
      `has carryForward ${contract.carryForward}, ${unjudged}; write "none" and put what is carried into the period's commitment`,
    );
  }
  const charged = (['support', 'tax'] as const).find((field) => contract.counts[field]);
  if (charged !== undefined) {
    refuse(`counts ${charged}, ${unjudged}; write false and enter the ${charged} of each period as a baseline`);
  }
  if (contract.measure === 'afterCommitmentDiscounts' && (contract.rates ?? []).length > 0) {
    refuse(
      `has rates beside measure afterCommitmentDiscounts, ${unjudged}; use measure net, or listGross without rates`,
    );
  }
}

function refuseTwins<T>(rows: readonly T[], keyOf: (row: T) => string, what: string): void {
  const keys = rows.map(keyOf);
  const twin = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twin !== undefined) refuse(`has the ${what} ${JSON.stringify(twin)} twice; keep one`);
}
