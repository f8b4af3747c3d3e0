import type { Purchase } from '../../lib/planner/plan';
import { purchaseManifest, renderPurchases } from '../../lib/report/purchase-manifest';
import { aPlan } from '../builders';
import { type Answer, BLOCK, PLACE, RESERVATION, runPurchase as run, SAVINGS_PLAN } from './fake-aws';

const offering = (UpfrontFee: string, override: object = {}) => ({
  CapacityBlockOfferingId: `cb-${UpfrontFee}`,
  InstanceType: 'p5.48xlarge',
  AvailabilityZone: 'us-east-1a',
  InstanceCount: 4,
  StartDate: '2027-01-12T11:30:00+00:00',
  EndDate: '2027-01-26T11:30:00+00:00',
  CapacityBlockDurationHours: 336,
  UpfrontFee,
  CurrencyCode: 'USD',
  ...override,
});
const offered = (...CapacityBlockOfferings: readonly object[]) => ({ CapacityBlockOfferings });
const onDemand = (...prices: readonly string[]) => ({
  terms: {
    OnDemand: {
      a: {
        priceDimensions: Object.fromEntries(
          prices.map((USD, index) => [index, { unit: 'Hrs', pricePerUnit: { USD } }]),
        ),
      },
    },
    Reserved: { b: { priceDimensions: { c: { unit: 'Hrs', pricePerUnit: { USD: '20.0000000000' } } } } },
  },
});
const listed = (...products: readonly object[]) => ({ PriceList: products.map((product) => JSON.stringify(product)) });
const priced = (...prices: readonly string[]) => listed(onDemand(...prices));

const BOUGHT = { 'purchase-capacity-block': {}, 'create-capacity-reservation': {}, 'create-savings-plan': {} };
const SAVING = {
  offeringId: 'sp-1',
  durationSeconds: 31_536_000,
  currency: 'USD',
  planType: 'EC2Instance',
  paymentOption: 'No Upfront',
};
const PLAN = SAVINGS_PLAN;

describe('the script of a Capacity Block', () => {
  const dear = offered(offering('47040.01'));

  test('buys the cheapest that fits, at the approved fee, after a dry run', () => {
    const offers = offered(offering('47040.00'), offering('50000'), offering('1', { AvailabilityZone: 'us-east-1b' }));
    const ran = run(BLOCK, { ...BOUGHT, 'describe-capacity-block-offerings': offers });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.calls.map(([, operation]) => operation)).toEqual([
      'get-caller-identity',
      'describe-capacity-reservations',
      'describe-capacity-block-offerings',
      'purchase-capacity-block',
      'purchase-capacity-block',
    ]);
    expect(ran.calls[3]).toContain('--dry-run');
    expect(ran.bought).toEqual([expect.stringContaining('--capacity-block-offering-id cb-47040.00')]);
  });

  test.each([
    ['the cheapest', offering('40000'), offering('40000.01')],
    [
      'of the same fee, the earliest',
      offering('40000'),
      offering('40000.0', { StartDate: '2027-01-12T12:30:00+00:00' }),
    ],
    [
      'of the same start, the first to end',
      offering('40000'),
      offering('40000.0', { EndDate: '2027-01-26T12:30:00+00:00' }),
    ],
    ['else the first id', offering('40000'), offering('40000.0')],
  ])('chooses %s, in whatever order they come', (_, first, second) => {
    for (const order of [offered(first, second), offered(second, first)]) {
      const ran = run(BLOCK, { ...BOUGHT, 'describe-capacity-block-offerings': order });
      expect(ran.bought).toEqual([
        expect.stringContaining(`--capacity-block-offering-id ${first.CapacityBlockOfferingId} `),
      ]);
    }
  });

  test('asks the account for the name of a zone that is given by its id', () => {
    const { availabilityZone: _, ...place } = PLACE;
    const block = { ...BLOCK, place: { ...place, availabilityZoneId: 'use1-az4' } };
    const offers = {
      'describe-capacity-block-offerings': offered(offering('1'), offering('2', { AvailabilityZone: 'us-east-1c' })),
    };
    const zones = { 'describe-availability-zones': { AvailabilityZones: [{ ZoneName: 'us-east-1c' }] } };
    expect(run(block, { ...BOUGHT, ...offers, ...zones }).bought).toEqual([expect.stringContaining('cb-2 ')]);
    const unknown = run(block, { ...BOUGHT, ...offers, 'describe-availability-zones': { AvailabilityZones: [] } });
    expect(unknown).toMatchObject({ status: 1, bought: [] });
    expect(unknown.said).toContain('does not know the zone');
  });

  test('buys nothing until it is told to', () => {
    const ran = run(BLOCK, { ...BOUGHT, 'describe-capacity-block-offerings': offered(offering('40000')) }, []);
    expect(ran).toMatchObject({ status: 0, bought: [] });
    expect(ran.said).toContain('Nothing was bought');
  });

  test.each<[string, Readonly<Record<string, Answer>>, RegExp]>([
    [
      'a fee of a cent above the approved one',
      { 'describe-capacity-block-offerings': dear },
      /47040.01 USD is above the approved 47040.00/,
    ],
    ['no offering', { 'describe-capacity-block-offerings': offered() }, /offers no such block/],
    ['a fee of zero', { 'describe-capacity-block-offerings': offered(offering('0.00')) }, /names no fee/],
    ['a fee that is no amount', { 'describe-capacity-block-offerings': offered(offering('1e4')) }, /not an amount/],
    [
      'another currency',
      { 'describe-capacity-block-offerings': offered(offering('1', { CurrencyCode: 'CNY' })) },
      /offers no such block/,
    ],
    [
      'a shorter block',
      { 'describe-capacity-block-offerings': offered(offering('1', { CapacityBlockDurationHours: 24 })) },
      /offers no such block/,
    ],
    [
      'one that starts before the window',
      { 'describe-capacity-block-offerings': offered(offering('1', { StartDate: '2027-01-09T23:59:59+00:00' })) },
      /offers no such block/,
    ],
    [
      'one that ends after it',
      { 'describe-capacity-block-offerings': offered(offering('1', { EndDate: '2027-01-31T00:00:01+00:00' })) },
      /offers no such block/,
    ],
    [
      'one whose times are not UTC',
      { 'describe-capacity-block-offerings': offered(offering('1', { StartDate: '2027-01-12T11:30:00+02:00' })) },
      /offers no such block/,
    ],
    [
      'a failed dry run',
      { denied: {}, 'describe-capacity-block-offerings': offered(offering('40000')) },
      /dry run failed: .*UnauthorizedOperation/,
    ],
    [
      'another account',
      {
        'get-caller-identity': { Account: '999999999999' },
        'describe-capacity-block-offerings': offered(offering('40000')),
      },
      /account 999999999999, and 123456789012/,
    ],
    [
      'a block that was bought before',
      {
        'describe-capacity-reservations': { CapacityReservations: [{ CapacityReservationId: 'cr-1' }] },
        'describe-capacity-block-offerings': offered(offering('40000')),
      },
      /bought already: cr-1/,
    ],
    ['an answer that never came', {}, /^/],
  ])('refuses %s', (_, answers, why) => {
    const ran = run(BLOCK, { ...BOUGHT, ...answers });
    expect(ran.status).not.toBe(0);
    expect(ran.said).toMatch(why);
    expect(ran.bought).toEqual([]);
  });
});

describe('the script of a reservation', () => {
  test('reserves at the approved rate: 4 × 55.04 = 220.16 USD an hour', () => {
    const ran = run(RESERVATION, { ...BOUGHT, 'get-products': priced('55.0400000000') });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.bought).toEqual([
      expect.stringMatching(/--instance-count 4 .*--end-date-type unlimited --client-token/),
    ]);
    expect(ran.bought[0]).not.toContain('--start-date');
  });

  test('names a zone by its id where the cell does', () => {
    const { availabilityZone: _, ...place } = PLACE;
    const reservation = { ...RESERVATION, place: { ...place, availabilityZoneId: 'use1-az4' } };
    const ran = run(reservation, { ...BOUGHT, 'get-products': priced('55.0400000000') });
    expect(ran.bought).toEqual([expect.stringContaining('--availability-zone-id use1-az4 ')]);
  });

  test('of a later date says when, and for how long', () => {
    const later = { ...RESERVATION, instanceType: 'g6e.48xlarge', future: { start: '2027-02-01', commitmentDays: 14 } };
    const ran = run(later, { ...BOUGHT, 'get-products': priced('30.13') });
    expect(ran.bought).toEqual([
      expect.stringContaining(
        '--start-date 2027-02-01T00:00:00Z --commitment-duration 1209600 --delivery-preference incremental',
      ),
    ]);
  });

  test.each<[string, Readonly<Record<string, Answer>>, RegExp]>([
    ['a price a hair above', { 'get-products': priced('55.0400000001') }, /are above the approved 220.16 USD/],
    ['two prices', { 'get-products': priced('55.04', '56') }, /not exactly one price/],
    ['two products', { 'get-products': listed(onDemand('55.04'), onDemand('55.04')) }, /not exactly one product/],
    ['no product', { 'get-products': listed() }, /not exactly one product/],
    ['no price', { 'get-products': priced() }, /no price by the hour/],
    [
      'a reserved price alone',
      { 'get-products': listed({ terms: { Reserved: onDemand('1').terms.Reserved } }) },
      /no on-demand/,
    ],
    [
      'a price in another currency',
      { 'get-products': listed({ terms: { OnDemand: { a: { unit: 'Hrs', pricePerUnit: { CNY: '1' } } } } }) },
      /no price in USD/,
    ],
    [
      'a price by the second',
      { 'get-products': listed({ terms: { OnDemand: { a: { unit: 'Second', pricePerUnit: { USD: '1' } } } } }) },
      /no price by the hour/,
    ],
    [
      'a reservation that was made before',
      {
        'describe-capacity-reservations': { CapacityReservations: [{ CapacityReservationId: 'cr-1' }] },
        'get-products': priced('55.04'),
      },
      /bought already: cr-1/,
    ],
    ['a price of zero', { 'get-products': priced('0.0000000000') }, /names no price/],
    ['a failed dry run', { denied: {}, 'get-products': priced('55.04') }, /dry run failed/],
  ])('refuses %s', (_, answers, why) => {
    const ran = run(RESERVATION, { ...BOUGHT, ...answers });
    expect(ran.status).not.toBe(0);
    expect(ran.said).toMatch(why);
    expect(ran.bought).toEqual([]);
  });
});

describe('the script of a Savings Plan', () => {
  const offers = (...searchResults: readonly object[]) => ({ 'describe-savings-plans-offerings': { searchResults } });

  test('buys the one offering whose whole term is approved: 8,760 h × 100 USD', () => {
    const ran = run(PLAN, { ...BOUGHT, ...offers(SAVING) });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.bought).toEqual([expect.stringMatching(/--savings-plan-offering-id sp-1 --commitment 100 /)]);
    expect(ran.bought[0]).toContain('--tags {"headroom:purchase":"production-base"}');
  });

  test.each<[string, Purchase, Readonly<Record<string, Answer>>, RegExp]>([
    [
      'a term above the approved total',
      { ...PLAN, maximumTotalUsd: '875999.99' },
      offers(SAVING),
      /above the approved/,
    ],
    ['several offerings', PLAN, offers(SAVING, { ...SAVING, offeringId: 'sp-2' }), /not exactly one/],
    ['no offering', PLAN, offers(), /not exactly one/],
    ['a longer term', PLAN, offers({ ...SAVING, durationSeconds: 94_608_000 }), /offers another plan/],
    ['another payment', PLAN, offers({ ...SAVING, paymentOption: 'All Upfront' }), /offers another plan/],
    [
      'a plan that was bought before',
      PLAN,
      {
        ...offers(SAVING),
        'describe-savings-plans': {
          savingsPlans: [
            { savingsPlanId: 'sp-8' },
            { savingsPlanId: 'sp-9', tags: { 'headroom:purchase': 'production-base' } },
          ],
        },
      },
      /bought already: sp-9/,
    ],
  ])('refuses %s', (_, plan, answers, why) => {
    const ran = run(plan, { ...BOUGHT, ...answers });
    expect(ran).toMatchObject({ status: 1, bought: [] });
    expect(ran.said).toMatch(why);
  });
});

describe('the manifest', () => {
  test('is nothing where nothing is to be bought', () => {
    expect(purchaseManifest(aPlan())).toBeUndefined();
  });

  test('says what to buy, for how much at most, and what to write down afterwards; and survives JSON', () => {
    const manifest = purchaseManifest(aPlan({ purchases: [BLOCK, RESERVATION, PLAN] }));
    if (manifest === undefined) throw new Error('there are purchases');
    expect(JSON.parse(JSON.stringify(manifest))).toEqual(manifest);
    const text = renderPurchases(manifest);
    for (const { script } of manifest.purchases) expect(text).toContain(script.trimEnd());
    expect(text).toContain('approved: at most 47040.00 USD, due at purchase; it cannot be cancelled');
    expect(text).toContain('`ownedCapacity` of the cell UsEast1');
  });

  test('carries any name through the shell as it is', () => {
    const odd = { ...BLOCK, place: { ...PLACE, availabilityZone: "us-east-1a'; touch /tmp/owned; '" } };
    const ran = run(odd, { ...BOUGHT, 'describe-capacity-block-offerings': offered(offering('40000')) });
    expect(ran.said).toContain('offers no such block');
  });
});
