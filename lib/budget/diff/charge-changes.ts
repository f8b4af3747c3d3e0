import { type Exact, exact, exactText } from '../../units/exact';
import { type Interval, overlap } from '../../units/interval';
import { mapRange, type Range } from '../../units/range';
import type { Charge } from '../bill/charge';
import { LEDGER } from '../bill/charge-ledger';
import { isDueIn, timeFactor } from '../bill/cost-within';
import { type ByCause, CAUSES, type Cause, type ChargeChange } from './bill-diff';
import type { ComparedBill } from './parse-bill';

type Amounts = Range<Exact>;
type Causes = Record<Cause, Amounts>;

const NOTHING: Amounts = { min: exact(0), plan: exact(0), max: exact(0) };

/**
 * Every paid dimension that costs another amount than before, and why.
 *
 * A change is taken apart in steps, each exact: the old quantities at the old prices over the new time (calendar), then at the
 * new prices (price book), then the new quantities (quantity, or contract where the contract declares them). So the causes add
 * up to the difference, whatever changed at once. Something that is priced as another thing is one removed and one added.
 */
export function changesBetween(from: ComparedBill, to: ComparedBill): readonly ChargeChange[] {
  const [before, after] = [byKey(from), byKey(to)];
  const places = { from: resourcesOf(from), to: resourcesOf(to) };
  return [...new Set([...before.keys(), ...after.keys()])]
    .flatMap((key) => changeOf(before.get(key) ?? [], after.get(key) ?? [], { from, to, places }))
    .sort(byDifference);
}

interface Context {
  readonly from: ComparedBill;
  readonly to: ComparedBill;
  readonly places: { readonly from: ReadonlySet<string>; readonly to: ReadonlySet<string> };
}

/** What became of one line; none when nothing did. A line may stand on a bill several times, one after another or at once. */
function changeOf(old: readonly Charge[], fresh: readonly Charge[], context: Context): readonly ChargeChange[] {
  const some = fresh[0] ?? old[0];
  if (some === undefined) return [];
  const [before, after] = [totalOf(old, context.from.window), totalOf(fresh, context.to.window)];
  const causes = paired(without(old, fresh), without(fresh, old))
    .map(([was, is]) => causesOf(was, is, context))
    .reduce(plus, none());
  if (CAUSES.every((cause) => isNothing(causes[cause]))) return [];
  const { stack, logicalId, type, dimension, offer } = some;
  const change = old.length === 0 ? 'added' : fresh.length === 0 ? 'removed' : 'changed';
  return [
    {
      stack,
      logicalId,
      type,
      dimension,
      offer,
      change,
      before: texts(before),
      after: texts(after),
      by: textsOf(causes),
    },
  ];
}

function causesOf(old: readonly Charge[], fresh: readonly Charge[], context: Context): Causes {
  if (old.length > 0 && fresh.length > 0) return stepsBetween(old, fresh, context);
  const [before, after] = [totalOf(old, context.from.window), totalOf(fresh, context.to.window)];
  const [some] = [...fresh, ...old];
  return some === undefined ? none() : wholly(some, before, after, context);
}

/** The charges but for those that the other side has too, each as often as it has them. */
function without(charges: readonly Charge[], others: readonly Charge[]): readonly Charge[] {
  const left = others.map(identity);
  return charges.filter((charge) => {
    const at = left.indexOf(identity(charge));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function identity({ quantity, unitPrice, active, dueAt, windowTotal }: Charge): string {
  const { min, plan, max } = quantity;
  const { min: least, plan: planned, max: most } = windowTotal;
  return JSON.stringify([min, plan, max, unitPrice, active.start, active.end, dueAt ?? null, least, planned, most]);
}

type Chain = readonly Charge[];

/** Sequences in which each charge follows the one before, in order; old ones with new ones, those left over alone. */
function paired(old: readonly Charge[], fresh: readonly Charge[]): readonly (readonly [Chain, Chain])[] {
  const [was, is] = [chainsOf(old), chainsOf(fresh)];
  const longest = was.length > is.length ? was : is;
  return longest.map((_, at) => [was[at] ?? [], is[at] ?? []] as const);
}

function chainsOf(charges: readonly Charge[]): readonly Chain[] {
  const chains: Charge[][] = [];
  const place = (charge: Charge) => `${charge.active.start} ${charge.dueAt ?? ''} ${identity(charge)}`;
  for (const charge of [...charges].sort((a, b) => (place(a) < place(b) ? -1 : 1))) {
    const follows = chains.find((chain) => (chain.at(-1)?.active.end ?? '') <= charge.active.start);
    if (follows === undefined || charge.unit === 'once') chains.push([charge]);
    else follows.push(charge);
  }
  return chains;
}

/** Old quantities and prices over new time, then new prices, then new quantities. */
function stepsBetween(old: readonly Charge[], fresh: readonly Charge[], { from, to }: Context): Causes {
  const was = totalOf(old, from.window);
  const pieces = fresh.flatMap((charge) => piecesOf(charge, old));
  const moved = sum(pieces.map(({ old: then, charge }) => cost(then, then.unitPrice, charge, to.window)));
  const repriced = sum(pieces.map(({ old: then, charge }) => cost(then, charge.unitPrice, charge, to.window)));
  const now = totalOf(fresh, to.window);
  const quantity = fresh.some(isTheContracts) ? 'contract' : 'quantity';
  return {
    ...none(),
    calendar: minus(moved, was),
    priceBook: minus(repriced, moved),
    [quantity]: minus(now, repriced),
  };
}

/** A new charge, cut where the old price or quantity changed, each piece with the old charge that held then or nearest to it. */
function piecesOf(
  charge: Charge,
  old: readonly Charge[],
): readonly { readonly charge: Charge; readonly old: Charge }[] {
  if (charge.unit === 'once') {
    const [only] = old;
    return only === undefined ? [] : [{ charge, old: only }];
  }
  return old.flatMap((then, at) => {
    const start = at === 0 ? charge.active.start : then.active.start;
    const end = old[at + 1]?.active.start ?? charge.active.end;
    const active = start < end ? overlap({ start, end }, charge.active) : undefined;
    return active === undefined ? [] : [{ charge: { ...charge, active }, old: then }];
  });
}

function cost({ quantity }: Pick<Charge, 'quantity'>, price: string, time: Charge, window: Interval): Amounts {
  const factor = time.unit === 'once' ? exact(isDueIn(time, window) ? 1 : 0) : (timeFactor(time, window) ?? exact(0));
  const rate = exact(price).mul(factor);
  return mapRange(quantity, (units) => exact(units).mul(rate));
}

/** Added or removed: by the contract where the resource stays and only what it declares comes or goes. */
function wholly(charge: Charge, before: Amounts, after: Amounts, { places }: Context): Causes {
  const place = placeOf(charge);
  const stays = places.from.has(place) && places.to.has(place);
  const cause = charge.stack === LEDGER || (stays && charge.basis !== 'price') ? 'contract' : 'quantity';
  return { ...none(), [cause]: minus(after, before) };
}

/** What is owned stands in the contract, and so does what no template shows. */
function isTheContracts({ stack, basis }: Charge): boolean {
  return stack === LEDGER || basis !== 'price';
}

function byKey({ charges }: ComparedBill): ReadonlyMap<string, readonly Charge[]> {
  const groups = new Map<string, Charge[]>();
  for (const charge of charges) {
    const { dimension, offer, unit, basis, region } = charge;
    const key = JSON.stringify([placeOf(charge), dimension, offer, unit, basis, region ?? null]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [charge]);
    else group.push(charge);
  }
  return groups;
}

/** Every resource of a bill that costs something. */
function resourcesOf({ charges }: ComparedBill): ReadonlySet<string> {
  return new Set(charges.map(placeOf));
}

function placeOf({ stack, logicalId }: Pick<Charge, 'stack' | 'logicalId'>): string {
  return JSON.stringify([stack, logicalId]);
}

function totalOf(charges: readonly Charge[], window: Interval): Amounts {
  return sum(charges.map((charge) => cost(charge, charge.unitPrice, charge, window)));
}

function sum(amounts: readonly Amounts[]): Amounts {
  return amounts.reduce((total, one) => mapRange(total, (usd, bound) => usd.add(one[bound])), NOTHING);
}

function minus(a: Amounts, b: Amounts): Amounts {
  return mapRange(a, (usd, bound) => usd.sub(b[bound]));
}

function plus(a: Causes, b: Causes): Causes {
  const added = (cause: Cause) => sum([a[cause], b[cause]]);
  return {
    quantity: added('quantity'),
    priceBook: added('priceBook'),
    calendar: added('calendar'),
    contract: added('contract'),
  };
}

function none(): Causes {
  return { quantity: NOTHING, priceBook: NOTHING, calendar: NOTHING, contract: NOTHING };
}

function isNothing({ min, plan, max }: Amounts): boolean {
  return [min, plan, max].every((usd) => usd.equals(0));
}

function texts(amounts: Amounts): Range<string> {
  return mapRange(amounts, exactText);
}

function textsOf(causes: Causes): ByCause {
  return {
    quantity: texts(causes.quantity),
    priceBook: texts(causes.priceBook),
    calendar: texts(causes.calendar),
    contract: texts(causes.contract),
  };
}

/** Largest difference at max first; ties by place, so that order never matters. */
function byDifference(a: ChargeChange, b: ChargeChange): number {
  const size = ({ before, after }: ChargeChange) => exact(after.max).sub(exact(before.max)).abs();
  const place = ({ stack, logicalId, dimension, offer, change }: ChargeChange) =>
    [stack, logicalId, dimension, offer, change].join(' ');
  return size(b).compare(size(a)) || (place(a) < place(b) ? -1 : 1);
}
