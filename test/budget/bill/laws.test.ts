import fc from 'fast-check';
import type { Bill } from '../../../lib/budget/bill/bill';
import { costWithin } from '../../../lib/budget/bill/cost-within';
import { sealPriceBook } from '../../../lib/budget/prices/load';
import { exact } from '../../../lib/units/exact';
import { Usd } from '../../../lib/units/money';
import { BOUNDS } from '../../../lib/units/range';
import { cutIntervals, intervals, nearEqualTexts, shuffled } from '../../arbitraries';
import { aGroup, anOffer, aStack, BOOK, bill, billOf, OFFERS } from './billing';
import { ASSUMPTIONS, resources, stacks } from './templates';

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 40 });
const assumptions = fc.constantFrom([], ASSUMPTIONS);
const usd = (text: string) => Usd.of(text);

describe('law 2: the total is the sum of its charges, and of its stacks', () => {
  test('over the window, and over its months', () => {
    fc.assert(
      fc.property(stacks, assumptions, intervals, (templates, declared, window) => {
        const whole = bill(templates, { assumptions: declared, window });
        for (const at of BOUNDS) {
          const charges = Usd.sum(whole.charges.map((charge) => usd(charge.windowTotal[at])));
          const months = Usd.sum(whole.months.map((month) => usd(month.total[at])));
          const parts = Usd.sum(
            templates.map((one) => usd(bill([one], { assumptions: declared, window }).windowTotal[at])),
          );
          expect(charges.toText()).toBe(whole.windowTotal[at]);
          expect(months.toText()).toBe(whole.windowTotal[at]);
          expect(parts.toText()).toBe(whole.windowTotal[at]);
        }
      }),
    );
  });

  test('each charge costs within the window what it says', () => {
    fc.assert(
      fc.property(stacks, intervals, (templates, window) => {
        for (const charge of bill(templates, { assumptions: ASSUMPTIONS, window }).charges) {
          const cost = costWithin(charge, window);
          for (const at of BOUNDS) expect(cost[at].toText()).toBe(charge.windowTotal[at]);
        }
      }),
    );
  });

  test('no dimension of a resource is charged twice at the same time', () => {
    fc.assert(
      fc.property(stacks, (templates) => {
        const keys = bill(templates, { assumptions: ASSUMPTIONS }).charges.map((charge) =>
          [charge.stack, charge.logicalId, charge.dimension, charge.offer, charge.active.start].join(' '),
        );
        expect(new Set(keys).size).toBe(keys.length);
      }),
    );
  });
});

describe('law 3: the unknown is never hidden', () => {
  test('adding a resource that nobody knows makes the bill unpriced and lowers nothing', () => {
    fc.assert(
      fc.property(stacks, (templates) => {
        const before = bill(templates);
        const after = bill([...templates, aStack({ Stranger: { Type: 'AWS::New::Thing' } }, { path: 'New' })]);
        expect(after.unpriced.length).toBe(before.unpriced.length + 1);
        expect(after.windowTotal).toEqual(before.windowTotal);
      }),
    );
  });

  test('taking a price away turns its charges into unpriced dimensions, never into nothing', () => {
    fc.assert(
      fc.property(stacks, fc.constantFrom(...OFFERS), (templates, removed) => {
        const without = sealPriceBook(
          '2026-11-23',
          OFFERS.filter((offer) => offer !== removed),
        );
        const before = bill(templates, { assumptions: ASSUMPTIONS });
        const after = bill(templates, { assumptions: ASSUMPTIONS, priceBook: without });
        const used = before.charges.some(({ offer }) => offer === removed.item);
        if (used) expect(after.unpriced.length).toBeGreaterThan(before.unpriced.length);
        else
          expect(
            after.unpriced.length > before.unpriced.length || after.windowTotal.max === before.windowTotal.max,
          ).toBe(true);
        expect(after.charges.some(({ offer }) => offer === removed.item)).toBe(false);
      }),
    );
  });
});

describe('law 4: what is added only adds', () => {
  test('min ≤ plan ≤ max for every charge, month and total', () => {
    fc.assert(
      fc.property(stacks, intervals, (templates, window) => {
        const of = bill(templates, { assumptions: ASSUMPTIONS, window });
        const ranges = [of.windowTotal, of.perHour, of.perMonth730, ...of.months.map(({ total }) => total)];
        for (const { quantity, windowTotal, perHour } of of.charges) ranges.push(quantity, windowTotal, perHour);
        for (const { min, plan, max } of ranges) {
          expect(exact(min).lte(exact(plan)) && exact(plan).lte(exact(max))).toBe(true);
        }
        expect(exact(of.peakRate).gte(exact(of.perHour.max))).toBe(true);
      }),
    );
  });

  test('another resource never lowers a total', () => {
    fc.assert(
      fc.property(resources, resources, (some, more) => {
        const before = bill([aStack(some)], { assumptions: ASSUMPTIONS });
        const after = bill([aStack(some), aStack(more, { path: 'B', stackName: 'B' })], {
          assumptions: ASSUMPTIONS,
        });
        for (const at of BOUNDS) expect(usd(before.windowTotal[at]).exceeds(usd(after.windowTotal[at]))).toBe(false);
      }),
    );
  });

  test('of two prices that differ far behind the point the higher one is charged', () => {
    fc.assert(
      fc.property(nearEqualTexts, ([one, other]) => {
        fc.pre(one !== '0' && other !== '0');
        const offers = [anOffer('instance:a1.large:onDemand', one), anOffer('instance:b1.large:onDemand', other)];
        const either = aGroup({ InstanceTypes: ['a1.large', 'b1.large'] });
        const of = billOf(either, { priceBook: sealPriceBook('2026-11-23', [...OFFERS, ...offers]) });
        expect(of.charges[0]?.unitPrice).toBe(usd(one).atLeast(usd(other)).toText());
      }),
    );
  });

  test('twice the prices are twice the bill', () => {
    const doubled = sealPriceBook(
      '2026-11-23',
      OFFERS.map((offer) => ({ ...offer, usd: usd(offer.usd).times(2).toText() })),
    );
    fc.assert(
      fc.property(stacks, (templates) => {
        const once = bill(templates, { assumptions: ASSUMPTIONS.slice(0, -1) });
        const twice = bill(templates, { assumptions: ASSUMPTIONS.slice(0, -1), priceBook: doubled });
        for (const at of BOUNDS) expect(usd(once.windowTotal[at]).times(2).toText()).toBe(twice.windowTotal[at]);
      }),
    );
  });
});

test('law 5: the parts of an interval add up to it, over month ends and leap days', () => {
  fc.assert(
    fc.property(stacks, cutIntervals, intervals, (templates, { start, cut, end }, window) => {
      for (const charge of bill(templates, { assumptions: ASSUMPTIONS, window }).charges) {
        const whole = costWithin(charge, { start, end });
        const [left, right] = [costWithin(charge, { start, end: cut }), costWithin(charge, { start: cut, end })];
        for (const at of BOUNDS) expect(left[at].plus(right[at]).toText()).toBe(whole[at].toText());
      }
    }),
  );
});

/** The same value with the keys of its objects in another order. */
function withKeysReversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withKeysReversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, withKeysReversed(field)]),
  );
}

describe('law 8: order means nothing', () => {
  test('of stacks, prices, declarations, resources or keys', () => {
    fc.assert(
      fc.property(
        stacks.chain((all) => fc.tuple(fc.constant(all), shuffled(all), shuffled(OFFERS), shuffled(ASSUMPTIONS))),
        ([templates, reordered, offers, declared]) => {
          const turned = reordered.map((one) => ({ ...one, template: withKeysReversed(one.template) }));
          const again = bill(turned, { assumptions: declared, priceBook: { ...BOOK, offers } });
          expect(JSON.stringify(again)).toBe(JSON.stringify(bill(templates, { assumptions: ASSUMPTIONS })));
        },
      ),
    );
  });
});

test('law 10: a bill survives JSON', () => {
  fc.assert(
    fc.property(stacks, (templates) => {
      const of = bill(templates, { assumptions: ASSUMPTIONS });
      expect(JSON.parse(JSON.stringify(of)) as Bill).toEqual(of);
    }),
  );
});

/** Counts what stands in the files, as `jq '.Resources | length'` would, knowing nothing of bills. */
function countedByHand(texts: readonly string[]): number {
  return texts.reduce(
    (sum, text) => sum + Object.keys((JSON.parse(text) as { Resources: object }).Resources).length,
    0,
  );
}

test('coverage is closed: every resource is in exactly one class, and an independent counter finds as many', () => {
  fc.assert(
    fc.property(stacks, assumptions, (templates, declared) => {
      const { resources: count, free } = bill(templates, { assumptions: declared });
      expect(count.priced + count.free + count.bounded + count.waived + count.unpriced).toBe(count.total);
      expect(count.total).toBe(countedByHand(templates.map(({ template }) => JSON.stringify(template))));
      expect(free.length).toBe(count.free);
    }),
  );
});

test('an open condition counts nothing at min', () => {
  fc.assert(
    fc.property(resources, (some) => {
      const closed = Object.fromEntries(Object.entries(some).map(([id, one]) => [id, open(one)]));
      const root = {
        Parameters: { P: { Type: 'String' } },
        Conditions: { Open: { 'Fn::Equals': [{ Ref: 'P' }, 'x'] } },
      };
      expect(bill([aStack(closed, { root })], { assumptions: ASSUMPTIONS }).windowTotal.min).toBe('0');
    }),
  );
});

function open(resource: unknown): unknown {
  return typeof resource === 'object' && resource !== null && !Array.isArray(resource)
    ? { ...resource, Condition: 'Open' }
    : resource;
}
