import { exact } from '../../units/exact';
import { earlier, type Instant, type Interval, instant } from '../../units/interval';
import { instanceItem } from '../prices/items';
import { priceOf } from '../prices/lookup';
import type { PriceBook } from '../prices/price-book';
import { type Accrual, BillWindow } from './accrual';
import type { Assumption } from './assumption';
import { Assumptions } from './assumptions';
import type { Bill, ResourceCount } from './bill';
import type { Charge, FreeLine, ResourceRef, UnpricedLine } from './charge';
import { chargeLedger } from './charge-ledger';
import { chargeLine, type Outcome } from './charge-lines';
import type { ChargerContext } from './chargers/charger';
import { chargerOf } from './chargers/registry';
import type { InstanceChoice } from './launched-instances';
import type { Ledger } from './ledger';
import { free, type Line, unpriced } from './line';
import { type Assembly, type Resource, readTemplates } from './read-template';
import { type ReservationShares, shareReservations } from './reservations';
import type { StackTemplate } from './stack-template';
import { endOfResource, teardownEnds } from './teardown';
import { totalsOf } from './totals';
import { USAGES } from './usages';

/** All that a bill is a pure function of. */
export interface BillInput {
  /** Every stack of the app, nested ones too: references between them resolve only here. */
  readonly stacks: readonly StackTemplate[];
  readonly window: Interval;
  readonly asOf: Instant;
  readonly priceBook: PriceBook;
  readonly assumptions: readonly Assumption[];
  readonly ledger: Ledger;
}

/** What was found out about one resource. */
interface Billed {
  readonly resource: ResourceRef;
  readonly outcomes: readonly Outcome[];
}

/**
 * Bills any CloudFormation templates. Closed world: every resource is priced, free by a rule, bounded by a declared ceiling,
 * or unpriced; what a template leaves open is counted at its bounds or not at all. The answer does not depend on the order
 * of stacks, resources or keys. A charger that throws is a defect and is not caught.
 */
export function billTemplates(input: BillInput): Bill {
  const { priceBook } = input;
  const window = new BillWindow(input.window);
  const asOf = instant(input.asOf);
  const assumptions = new Assumptions(input.assumptions, asOf);
  const assembly = readTemplates(input.stacks);
  const shares = shareReservations(assembly, input.ledger, input.window);
  const billed = billResources(assembly, { ...input, window, assumptions, shares });
  const ledger = chargeLedger(input.ledger, { priceBook, assumptions, window });
  const accruals = [...billed.flatMap(accrualsOf), ...ledger.accruals].sort((a, b) =>
    compareCharges(a.charge, b.charge),
  );
  const { assumedShareOfMax, ...totals } = totalsOf(accruals, input.window);
  return {
    schemaVersion: 1,
    asOf,
    currency: 'USD',
    priceBook: { sha256: priceBook.sha256, effectiveDate: priceBook.effectiveDate, oldestRow: oldestRow(accruals) },
    window: input.window,
    ...totals,
    resources: countResources(billed),
    charges: accruals.map(({ charge }) => charge),
    reservations: shares.uses,
    ...withheld(input.ledger),
    free: billed.flatMap(freeLine).sort(compareLines),
    unpriced: [...billed.flatMap(unpricedLines), ...ledger.unpriced, ...unreadable(assembly)].sort(compareLines),
    assumedShareOfMax,
  };
}

function withheld({ capacityBlocks, withholdsFees }: Ledger): Pick<Bill, 'withheldFees'> {
  return withholdsFees === true && capacityBlocks.length > 0 ? { withheldFees: capacityBlocks.length } : {};
}

interface Billing extends Omit<BillInput, 'assumptions' | 'window'> {
  readonly window: BillWindow;
  readonly assumptions: Assumptions;
  readonly shares: ReservationShares;
}

function billResources(assembly: Assembly, billing: Billing): readonly Billed[] {
  const ends = teardownEnds(assembly);
  const { start, end: last } = billing.window.interval;
  return assembly.stacks.flatMap(({ resources }) =>
    resources.map((resource) => {
      const active = { start, end: earlier(endOfResource(resource, ends) ?? last, last) };
      return billResource(resource, active, assembly, billing);
    }),
  );
}

function billResource(resource: Resource, active: Interval, assembly: Assembly, billing: Billing): Billed {
  const { stack, logicalId, type, created } = resource;
  const ref: ResourceRef = { stack: stack.path, logicalId, type };
  const pricing = { ...billing, resource: ref, region: stack.region, created, active };
  const lines = linesOf(resource, contextFor(resource, active, assembly, billing));
  return { resource: ref, outcomes: lines.map((line) => chargeLine(line, pricing)) };
}

function linesOf(resource: Resource, context: ChargerContext): readonly Line[] {
  const { created, type } = resource;
  if (created.decided && created.plan === false) return [free('its condition is false, so it is not created')];
  if (resource.rewritten !== undefined) return [unpriced('resource', resource.rewritten)];
  if (type === '') return [unpriced('resource', 'the resource names no type')];
  const charger = chargerOf(type);
  return charger === undefined ? [unpriced(type, `no rule turns ${type} into quantities`)] : charger(resource, context);
}

function contextFor(resource: Resource, active: Interval, assembly: Assembly, billing: Billing): ChargerContext {
  const { priceBook, assumptions, shares } = billing;
  const { path, region } = resource.stack;
  return {
    assembly,
    active,
    declared: (usage) => {
      const found = assumptions.find(usage, USAGES[usage], path);
      return found.kind === 'declared' ? found.quantity : undefined;
    },
    dearest: (instanceTypes) => dearest(instanceTypes, priceBook, region, active.start),
    costliest: (choices) => costliest(choices, priceBook, region, active.start),
    reservedShare: (group) => shares.shareOf(group),
  };
}

/** One type alone needs no comparison and keeps its own missing price. */
function dearest(instanceTypes: readonly string[], book: PriceBook, region: string, at: Instant): string | undefined {
  if (instanceTypes.length === 1) return instanceTypes[0];
  const found = instanceTypes.map((type) => ({
    type,
    price: priceOf(book, { region, item: instanceItem(type, 'onDemand') }, at),
  }));
  const priced = found.flatMap(({ type, price }) =>
    price.kind === 'found' ? [{ type, usd: exact(price.offer.usd) }] : [],
  );
  if (priced.length < found.length) return undefined;
  return priced.sort((a, b) => b.usd.compare(a.usd) || (a.type < b.type ? -1 : 1))[0]?.type;
}

/** By number × price at max; one type alone needs no comparison and keeps its own missing price. */
function costliest<T extends InstanceChoice>(
  choices: readonly T[],
  book: PriceBook,
  region: string,
  at: Instant,
): T | undefined {
  if (choices.length === 1) return choices[0];
  const found = choices.flatMap((choice) => {
    const price = priceOf(book, { region, item: instanceItem(choice.instanceType, 'onDemand') }, at);
    return price.kind === 'found' ? [{ choice, usd: exact(price.offer.usd).mul(exact(choice.units.max)) }] : [];
  });
  if (found.length < choices.length) return undefined;
  return found.sort((a, b) => b.usd.compare(a.usd) || (a.choice.instanceType < b.choice.instanceType ? -1 : 1))[0]
    ?.choice;
}

function accrualsOf({ outcomes }: Billed): readonly Accrual[] {
  return outcomes.flatMap((outcome) => (outcome.kind === 'accrued' ? outcome.accruals : []));
}

function unpricedLines({ resource, outcomes }: Billed): readonly UnpricedLine[] {
  return outcomes.flatMap((outcome) =>
    outcome.kind === 'unpriced' ? [{ ...resource, dimension: outcome.dimension, reason: outcome.reason }] : [],
  );
}

function freeLine(billed: Billed): readonly FreeLine[] {
  if (classOf(billed) !== 'free') return [];
  const rule = billed.outcomes.find((outcome) => outcome.kind === 'free');
  return [
    { ...billed.resource, reason: rule?.kind === 'free' ? rule.reason : 'nothing of it is billed in this window' },
  ];
}

/** A template that cannot be trusted as a whole, beside whatever its resources cost. */
function unreadable(assembly: Assembly): readonly UnpricedLine[] {
  return assembly.stacks.flatMap(({ stack, unreadable }) =>
    unreadable === undefined
      ? []
      : [{ stack: stack.path, logicalId: '', type: 'Template', dimension: 'template', reason: unreadable }],
  );
}

/** The worst of a resource's dimensions. */
function classOf({ outcomes }: Billed): 'unpriced' | 'bounded' | 'priced' | 'free' {
  if (outcomes.some(({ kind }) => kind === 'unpriced')) return 'unpriced';
  const accruals = outcomes.flatMap((outcome) => (outcome.kind === 'accrued' ? outcome.accruals : []));
  if (accruals.some(({ charge }) => charge.basis === 'ceiling')) return 'bounded';
  return accruals.length > 0 ? 'priced' : 'free';
}

function countResources(billed: readonly Billed[]): ResourceCount {
  const count = { total: billed.length, priced: 0, free: 0, bounded: 0, waived: 0, unpriced: 0 };
  for (const one of billed) count[classOf(one)] += 1;
  return count;
}

function oldestRow(accruals: readonly Accrual[]): Instant | null {
  const dates = accruals.flatMap(({ offer }) => offer?.retrieved ?? []);
  return dates.reduce<Instant | null>((oldest, date) => (oldest === null || date < oldest ? date : oldest), null);
}

function compareLines(a: ResourceRef & { dimension?: string }, b: ResourceRef & { dimension?: string }): number {
  return compareTexts([a.stack, a.logicalId, a.dimension ?? ''], [b.stack, b.logicalId, b.dimension ?? '']);
}

function compareCharges(a: Charge, b: Charge): number {
  const order = (charge: Charge) => [
    charge.stack,
    charge.logicalId,
    charge.dimension,
    charge.offer,
    charge.active.start,
  ];
  return compareTexts(order(a), order(b));
}

function compareTexts(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((text, index) => text !== b[index]);
  return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -1 : 1;
}
