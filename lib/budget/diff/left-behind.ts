import { type Interval, later } from '../../units/interval';
import { Usd } from '../../units/money';
import { mapRange, type Range } from '../../units/range';
import type { Charge } from '../bill/charge';
import { costWithin } from '../bill/cost-within';
import type { StackTemplate } from '../bill/stack-template';
import type { LeftBehind } from './bill-diff';
import type { ComparedBill } from './parse-bill';

interface Side {
  readonly bill: ComparedBill;
  readonly stacks: readonly StackTemplate[];
}

const KEPT = ['Retain', 'RetainExceptOnCreate', 'Snapshot'] as const;
type Kept = (typeof KEPT)[number];

/**
 * What leaves the templates and goes on costing: resources that their policy keeps, and whole stacks that are no longer in the
 * app, which the CDK does not delete by itself. Only what costs something or may: not what is free by rule.
 */
export function leftBehind(from: Side, to: Side): readonly LeftBehind[] {
  const stays = new Map(to.stacks.map((stack) => [stack.path, resourcesOf(stack)]));
  const paid = new Map(from.bill.charges.map((charge) => [placeOf(charge), true]));
  const unknown = new Set(from.bill.unpriced.map(placeOf));
  return from.stacks.flatMap((stack) => {
    const now = stays.get(stack.path);
    return [...resourcesOf(stack)].flatMap(([logicalId, resource]): readonly LeftBehind[] => {
      const ref = { stack: stack.path, logicalId };
      const why = now === undefined && stack.nestedIn === undefined ? 'stack' : resource.policy;
      const gone = now === undefined || now.get(logicalId)?.type !== resource.type;
      if (!gone || why === undefined) return [];
      if (!paid.has(placeOf(ref)) && !unknown.has(placeOf(ref))) return [];
      const known = why !== 'Snapshot' && !unknown.has(placeOf(ref));
      return [
        { ...ref, type: resource.type, why, goesOnCosting: known ? stillCosts(ref, from.bill, to.bill.window) : null },
      ];
    });
  });
}

/** The old charges over the new window, at their old quantities and prices. */
function stillCosts(
  ref: Pick<Charge, 'stack' | 'logicalId'>,
  { charges }: ComparedBill,
  window: Interval,
): Range<string> {
  const own = charges.filter((charge) => placeOf(charge) === placeOf(ref) && charge.unit !== 'once');
  const total = own.map((charge) => costWithin({ ...charge, active: goingOn(charge, own, window) }, window));
  const sum = mapRange({ min: 'min', plan: 'plan', max: 'max' } as const, (bound) =>
    Usd.sum(total.map((one) => one[bound])),
  );
  return mapRange(sum, (usd) => usd.toText());
}

/** Nothing ends it any more: the last price of each line runs to the window's end. */
function goingOn(charge: Charge, own: readonly Charge[], window: Interval): Interval {
  const follows = own.some(
    ({ dimension, offer, active }) =>
      dimension === charge.dimension && offer === charge.offer && active.start > charge.active.start,
  );
  return follows ? charge.active : { start: charge.active.start, end: later(charge.active.end, window.end) };
}

function resourcesOf({
  template,
}: StackTemplate): ReadonlyMap<string, { readonly type: string; readonly policy?: Kept }> {
  const resources = isObject(template) && isObject(template.Resources) ? template.Resources : {};
  return new Map(
    Object.entries(resources).flatMap(([logicalId, resource]) => {
      if (!isObject(resource) || typeof resource.Type !== 'string') return [];
      const policy = KEPT.find((kept) => kept === resource.DeletionPolicy);
      return [[logicalId, { type: resource.Type, ...(policy === undefined ? {} : { policy }) }] as const];
    }),
  );
}

function placeOf({ stack, logicalId }: Pick<Charge, 'stack' | 'logicalId'>): string {
  return JSON.stringify([stack, logicalId]);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
