import { PAID_TYPES } from '../../../lib/budget/bill/chargers/registry';
import { aStack, bill, type Resources, reasons } from './billing';
import { CHARGER_CASES, EMPTY_BOOK, UNIT_BOOK } from './charger-cases';

const CASES = Object.entries(CHARGER_CASES);
const root = { Parameters: { Open: { Type: 'String', Default: '1' } } };
const billed = (resources: Resources, override: Parameters<typeof bill>[1]) =>
  bill([aStack(resources, { root })], override);

test('every registered charger has a charged, an unpriced and an unbounded case', () => {
  expect(Object.keys(CHARGER_CASES).sort()).toEqual(Object.keys(PAID_TYPES).sort());
});

test.each(CASES)('%s is charged: at 1 USD a unit its December is what its quantities are', (_, { charged }) => {
  const of = billed(charged.resources, { priceBook: UNIT_BOOK, assumptions: charged.assumptions ?? [] });
  expect(of.unpriced).toEqual([]);
  expect(of.windowTotal.max).toBe(charged.max);
  for (const { quantity } of of.charges)
    expect(quantity.min <= quantity.max || quantity.min.length < quantity.max.length).toBe(true);
});

test.each(CASES.filter(([, { unpriced }]) => unpriced !== null))(
  'fails: %s without a price is unpriced, and says which',
  (type, { charged, unpriced }) => {
    const of = billed(charged.resources, { priceBook: EMPTY_BOOK, assumptions: charged.assumptions ?? [] });
    expect(of.resources.unpriced).toBeGreaterThan(0);
    expect(reasons(of)[unpriced ?? '']).toMatch(/price/);
    expect(of.unpriced.some((line) => line.type === type)).toBe(true);
  },
);

test.each(CASES)('fails: %s that nothing bounds is unpriced at every price', (_, { unbounded }) => {
  const of = billed(unbounded.resources, { priceBook: UNIT_BOOK, assumptions: unbounded.assumptions ?? [] });
  expect(Object.keys(reasons(of))).toContain(unbounded.dimension);
});
