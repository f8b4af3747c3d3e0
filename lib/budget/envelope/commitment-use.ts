import { type Exact, exact, exactText } from '../../units/exact';
import { hoursIn, type Interval, overlap } from '../../units/interval';
import { fixed, mapRange, type Range } from '../../units/range';
import type { Books } from './books';
import { normalizationFactor, type ReservedInstanceRow, type SavingsPlanRow } from './commitments';
import { isFor, rateOf } from './cover';
import { durationCharges, isFargate, onDemandCharges, usageDuring } from './coverable';
import { coverageWithin } from './coverage';
import type { CommitmentUse, Finding } from './verdict';

/** Used and unused of every commitment that holds in a span, by id. */
export function commitmentUse(books: Books, span: Interval): readonly CommitmentUse[] {
  const { savingsPlans = [], reservedInstances = [] } = books.contract;
  const stretches = coverageWithin(books, span);
  const usedOf = (id: string) => stretches.reduce((sum, { used }) => plus(sum, used.get(id) ?? NOTHING), NOTHING);
  const uses = [
    ...savingsPlans.flatMap((plan) => {
      const committed = exact(plan.commitmentPerHour)
        .mul(exact(plan.share ?? '1'))
        .mul(hoursHeld(plan, span));
      return useOf(plan.id, 'savingsPlan', committed, usedOf(plan.id));
    }),
    ...reservedInstances.flatMap((row) => {
      const units = row.sizeFlexible ? exact(normalizationFactor(row.instanceType) ?? '1') : exact(1);
      const instances = mapRange(usedOf(row.id), (used) => used.div(units));
      return useOf(row.id, 'reservedInstance', exact(row.count).mul(hoursHeld(row, span)), instances);
    }),
  ];
  return uses.sort((a, b) => (a.id < b.id ? -1 : 1));
}

const NOTHING: Range<Exact> = fixed(exact(0));

function useOf(
  id: string,
  kind: CommitmentUse['kind'],
  committed: Exact,
  used: Range<Exact>,
): readonly CommitmentUse[] {
  if (committed.equals(0)) return [];
  return [
    {
      id,
      kind,
      unit: kind === 'savingsPlan' ? 'USD' : 'instance-hour',
      committed: exactText(committed),
      used: mapRange(used, exactText),
      unused: mapRange(used, (one) => exactText(committed.sub(one))),
    },
  ];
}

function hoursHeld(term: SavingsPlanRow | ReservedInstanceRow, span: Interval): Exact {
  const held = overlap(term, span);
  return held === undefined ? exact(0) : hoursIn(held);
}

/** Plans that could cover something that runs in the bill's window, but list no rate for it: nothing of it is covered. */
export function missingRates(books: Books): readonly Finding[] {
  const { window, charges } = books.bill;
  const used = usageDuring(onDemandCharges(charges), window, books);
  const elsewhereCovered = [
    ...(used.some((one) => isFargate(one) && !one.instances.max.equals(0)) ? ['Fargate'] : []),
    ...(durationCharges(charges).length > 0 ? ['Lambda'] : []),
  ];
  const plans = [...(books.contract.savingsPlans ?? [])].sort((a, b) => (a.id < b.id ? -1 : 1));
  return plans.flatMap((plan) => {
    if (overlap(plan, window) === undefined) return [];
    const missing = used
      .filter(
        (one) => !isFargate(one) && !one.instances.max.equals(0) && isFor(plan, one) && rateOf(plan, one) === undefined,
      )
      .map(({ instanceType, region }) => `${instanceType} in ${region}`);
    const names = [...new Set(missing)].sort();
    const others = plan.type === 'compute' ? elsewhereCovered : [];
    return [
      ...(names.length === 0 ? [] : [rateMissing(plan.id, names)]),
      ...others.map((what) => perhaps(plan.id, what)),
    ];
  });
}

function perhaps(id: string, what: string): Finding {
  return {
    rule: 'CommitmentRateMissing',
    severity: 'warning',
    period: null,
    stack: null,
    logicalId: null,
    sentence: `the Savings Plan ${id} may cover ${what}, for which a contract lists no rates: toward a ceiling it is at list price, and toward a floor as if it were covered`,
    remedy:
      'nothing, where both ways of counting are well inside the contract; else give the plan the share that is meant for instances',
  };
}

function rateMissing(id: string, names: readonly string[]): Finding {
  return {
    rule: 'CommitmentRateMissing',
    severity: 'warning',
    period: null,
    stack: null,
    logicalId: null,
    sentence: `the Savings Plan ${id} lists no rate for ${names.join(', ')}, so nothing of it is taken as covered, and a floor is judged as if the plan saved the most that plans do`,
    remedy: `add its rates with their source to the plan, as headroom prices refresh or DescribeSavingsPlanRates reads them`,
  };
}

function plus(a: Range<Exact>, b: Range<Exact>): Range<Exact> {
  return mapRange(a, (value, at) => value.add(b[at]));
}
