import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Purchase } from '../../lib/planner/plan';
import { purchaseManifest, renderPurchases } from '../../lib/report/purchase-manifest';
import { purchaseScript } from '../../lib/report/purchase-script';
import { aPlan } from '../builders';

const PLACE = { region: 'us-east-1', availabilityZone: 'us-east-1a', account: '123456789012' };
const BLOCK: Purchase = {
  kind: 'capacityBlock',
  name: 'tune',
  cell: 'UsEast1',
  instanceType: 'p5.48xlarge',
  count: 4,
  days: 14,
  startsFrom: '2027-01-10',
  endsBy: '2027-01-31',
  maximumFeeUsd: '47040.00',
  place: PLACE,
};
const RESERVATION: Purchase = {
  kind: 'capacityReservation',
  name: 'floor',
  cell: 'UsEast1',
  instanceType: 'p5.48xlarge',
  count: 4,
  maximumUsdPerHour: '220.16',
  place: PLACE,
};
const PLAN: Purchase = {
  kind: 'savingsPlan',
  name: 'base',
  plan: { ec2Family: 'p5', region: 'us-east-1' },
  termYears: 1,
  payment: 'noUpfront',
  commitmentUsdPerHour: '100',
  maximumTotalUsd: '876000',
};

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-purchases-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** An `aws` that answers each command from a file, writes down how it was called, and lets a dry run pass unless told not to. */
const AWS = `#!/usr/bin/env bash
printf '%s\\n' "$*" >> "$FAKE/calls"
if [[ "$*" == *--dry-run* ]]; then
  if [[ -e "$FAKE/denied" ]]; then echo 'An error occurred (UnauthorizedOperation)' >&2; exit 254; fi
  echo 'An error occurred (DryRunOperation) when calling: Request would have succeeded' >&2; exit 254
fi
[[ -e "$FAKE/$2" ]] || exit 255
cat "$FAKE/$2"
`;

const offering = (UpfrontFee: string, override: object = {}) => ({
  CapacityBlockOfferingId: `cb-${UpfrontFee}`,
  InstanceType: 'p5.48xlarge',
  AvailabilityZone: 'us-east-1a',
  InstanceCount: 4,
  StartDate: '2027-01-12T11:30:00Z',
  EndDate: '2027-01-26T11:30:00Z',
  CapacityBlockDurationHours: 336,
  UpfrontFee,
  CurrencyCode: 'USD',
  ...override,
});
const offered = (...offerings: readonly object[]) => JSON.stringify({ CapacityBlockOfferings: offerings });
const priced = (...prices: readonly string[]) =>
  JSON.stringify({
    PriceList: prices.map((USD) =>
      JSON.stringify({
        terms: { OnDemand: { a: { priceDimensions: { b: { unit: 'Hrs', pricePerUnit: { USD } } } } } },
      }),
    ),
  });

interface Ran {
  readonly status: number | null;
  readonly said: string;
  /** The calls that would have bought something. */
  readonly bought: readonly string[];
  readonly calls: readonly string[];
}

function run(purchase: Purchase, answers: Readonly<Record<string, string>>, args: readonly string[] = ['buy']): Ran {
  const fake = fs.mkdtempSync(path.join(folder, 'aws-'));
  const known = { 'get-caller-identity': '123456789012', 'describe-capacity-reservations': '', ...answers };
  for (const [name, text] of Object.entries(known)) fs.writeFileSync(path.join(fake, name), text);
  fs.writeFileSync(path.join(fake, 'aws'), AWS, { mode: 0o755 });
  const ran = spawnSync('bash', ['-s', '--', ...args], {
    input: purchaseScript(purchase, 'production'),
    encoding: 'utf8',
    env: { ...process.env, FAKE: fake, PATH: `${fake}:${process.env.PATH}` },
  });
  const file = path.join(fake, 'calls');
  const calls = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  const bought = calls.filter((call) => /^\S+ (purchase|create)-/.test(call) && !call.includes('--dry-run'));
  return { status: ran.status, said: ran.stdout + ran.stderr, bought, calls };
}

const BOUGHT = { 'purchase-capacity-block': '{}', 'create-capacity-reservation': '{}', 'create-savings-plan': '{}' };
const SAVINGS = JSON.stringify({ searchResults: [{ offeringId: 'sp-1', durationSeconds: 31536000 }] });

describe('the script of a Capacity Block', () => {
  const dear = offered(offering('47040.01'));

  test('buys the cheapest that fits, at the approved fee, after a dry run', () => {
    const offers = offered(offering('47040.00'), offering('50000'), offering('1', { AvailabilityZone: 'us-east-1b' }));
    const ran = run(BLOCK, { ...BOUGHT, 'describe-capacity-block-offerings': offers });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.calls.map((call) => call.split(' ')[1])).toEqual([
      'get-caller-identity',
      'describe-capacity-reservations',
      'describe-capacity-block-offerings',
      'purchase-capacity-block',
      'purchase-capacity-block',
    ]);
    expect(ran.calls[3]).toContain('--dry-run');
    expect(ran.bought).toEqual([expect.stringContaining('--capacity-block-offering-id cb-47040.00')]);
  });

  test('buys nothing until it is told to', () => {
    const ran = run(BLOCK, { ...BOUGHT, 'describe-capacity-block-offerings': offered(offering('40000')) }, []);
    expect(ran).toMatchObject({ status: 0, bought: [] });
    expect(ran.said).toContain('Nothing was bought');
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
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
      'a failed dry run',
      { denied: '', 'describe-capacity-block-offerings': offered(offering('40000')) },
      /dry run failed: .*UnauthorizedOperation/,
    ],
    [
      'another account',
      { 'get-caller-identity': '999999999999', 'describe-capacity-block-offerings': offered(offering('40000')) },
      /account 999999999999, and 123456789012/,
    ],
    [
      'a block that was bought before',
      { 'describe-capacity-reservations': 'cr-1', 'describe-capacity-block-offerings': offered(offering('40000')) },
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

  test('of a later date says when, and for how long', () => {
    const later = { ...RESERVATION, instanceType: 'g6e.48xlarge', future: { start: '2027-02-01', commitmentDays: 14 } };
    const ran = run(later, { ...BOUGHT, 'get-products': priced('30.13') });
    expect(ran.bought).toEqual([
      expect.stringContaining(
        '--start-date 2027-02-01T00:00:00Z --commitment-duration 1209600 --delivery-preference fixed',
      ),
    ]);
  });

  test.each<[string, Readonly<Record<string, string>>, RegExp]>([
    ['a price a hair above', { 'get-products': priced('55.0400000001') }, /are above the approved 220.16 USD/],
    ['two prices', { 'get-products': priced('55.04', '56') }, /not exactly one price/],
    ['no price', { 'get-products': priced() }, /not exactly one price/],
    ['a price of zero', { 'get-products': priced('0.0000000000') }, /names no price/],
    ['a failed dry run', { denied: '', 'get-products': priced('55.04') }, /dry run failed/],
  ])('refuses %s', (_, answers, why) => {
    const ran = run(RESERVATION, { ...BOUGHT, ...answers });
    expect(ran.status).not.toBe(0);
    expect(ran.said).toMatch(why);
    expect(ran.bought).toEqual([]);
  });
});

describe('the script of a Savings Plan', () => {
  test('buys the one offering whose whole term is approved: 8,760 h × 100 USD', () => {
    const ran = run(PLAN, { ...BOUGHT, 'describe-savings-plans-offerings': SAVINGS });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.bought).toEqual([expect.stringMatching(/--savings-plan-offering-id sp-1 --commitment 100 /)]);
  });

  test('refuses a term above the approved total, and several offerings', () => {
    const dearer = run(
      { ...PLAN, maximumTotalUsd: '875999.99' },
      { ...BOUGHT, 'describe-savings-plans-offerings': SAVINGS },
    );
    expect(dearer).toMatchObject({ status: 1, bought: [] });
    const two = JSON.stringify({ searchResults: [{ offeringId: 'a' }, { offeringId: 'b' }] });
    expect(run(PLAN, { ...BOUGHT, 'describe-savings-plans-offerings': two })).toMatchObject({ status: 1, bought: [] });
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
