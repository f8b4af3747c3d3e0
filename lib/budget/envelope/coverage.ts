import { type Exact, exact } from '../../units/exact';
import { hoursIn, type Interval, overlap } from '../../units/interval';
import { Usd } from '../../units/money';
import { fixed, mapRange, type Range } from '../../units/range';
import type { Charge } from '../bill/charge';
import { costWithin } from '../bill/cost-within';
import type { Books } from './books';
import { type Covering, cover, stepsOf, supplyOf } from './cover';
import { type CoverableUsage, durationCharges, onDemandCharges, usageDuring } from './coverable';

/** Usage that commitments cover during a stretch, at list price. */
export interface CoveredCost {
  readonly charge: Charge;
  /** Of what is surely covered. */
  readonly surely: Range<Usd>;
  /** With what may be covered too. */
  readonly possibly: Range<Usd>;
}

/** A stretch in which neither usage nor commitments change: every hour of it is alike. */
export interface CoveredStretch extends Interval {
  readonly hours: Exact;
  readonly costs: readonly CoveredCost[];
  /** What each commitment surely covers in the stretch: USD of a plan, units of a reservation. */
  readonly used: ReadonlyMap<string, Range<Exact>>;
}

/** Commitments applied to the bill's on-demand usage, hour by hour: once for each stretch of equal hours. */
export function coverageWithin(books: Books, span: Interval): readonly CoveredStretch[] {
  const { savingsPlans = [], reservedInstances = [] } = books.contract;
  if (savingsPlans.length === 0 && reservedInstances.length === 0) return [];
  const charges = onDemandCharges(books.bill.charges);
  return stretchesOf([...savingsPlans, ...reservedInstances, ...charges.map((charge) => charge.active)], span).map(
    (stretch) => coverStretch(books, charges, stretch),
  );
}

function coverStretch(books: Books, charges: readonly Charge[], stretch: Interval): CoveredStretch {
  const { savingsPlans = [], reservedInstances = [] } = books.contract;
  const holds = (term: Interval) => overlap(term, stretch) !== undefined;
  const reserved = reservedInstances.filter(holds);
  const plans = savingsPlans.filter(holds);
  const usages = usageDuring(charges, stretch, books);
  const steps = stepsOf(reserved, plans, usages);
  const supply = supplyOf(reserved, plans);
  const hours = hoursIn(stretch);
  const alike = fixed(undefined);
  const surely = mapRange(alike, (_, bound) => cover(steps, supply, bound, true));
  const possibly = mapRange(alike, (_, bound) => cover(steps, supply, bound, false));
  return {
    ...stretch,
    hours,
    costs: [
      ...usages.map((usage) => ({
        charge: usage.charge,
        surely: listCost(usage, surely, hours),
        possibly: listCost(usage, possibly, hours),
      })),
      ...(plans.some(({ type }) => type === 'compute') ? perhapsCovered(books, stretch) : []),
    ],
    used: new Map(
      [...supply.keys()].map((id) => [id, mapRange(surely, ({ used }) => (used.get(id) ?? exact(0)).mul(hours))]),
    ),
  };
}

/** Toward a floor, which must not be too high. */
function perhapsCovered({ bill }: Books, stretch: Interval): readonly CoveredCost[] {
  return durationCharges(bill.charges).map((charge) => ({
    charge,
    surely: fixed(Usd.zero),
    possibly: costWithin(charge, stretch),
  }));
}

function listCost(usage: CoverableUsage, covering: Range<Covering>, hours: Exact): Range<Usd> {
  return mapRange(covering, ({ covered }) => Usd.of(usage.unitPrice.mul(covered.get(usage) ?? exact(0)).mul(hours)));
}

/** A span, cut wherever one of many intervals begins or ends. */
export function stretchesOf(intervals: readonly Interval[], span: Interval): readonly Interval[] {
  const cuts = intervals.flatMap(({ start, end }) => [start, end]).filter((at) => span.start < at && at < span.end);
  const starts = [span.start, ...[...new Set(cuts)].sort()];
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? span.end }));
}
