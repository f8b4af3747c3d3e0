import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { makeActuals } from '../../../lib/budget/actuals/make-actuals';
import type { Actuals } from '../../../lib/budget/envelope/actuals';
import { parseActuals } from '../../../lib/budget/envelope/parse-actuals';
import { isProblem } from '../../../lib/problem';
import { Usd } from '../../../lib/units/money';
import { COLUMNS_1_0, COLUMNS_1_2, csvOf, JANUARY, used, writeExport } from './focus-export';

const NOW = '2027-02-10T12:00:00Z';
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-focus-'));
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

const made = (files: readonly string[], more: object = {}) => makeActuals({ files, asOf: NOW, ...more });

async function refusal(files: readonly string[], more: object = {}): Promise<string> {
  return made(files, more).then(
    () => 'nothing was refused',
    (thrown) => (isProblem(thrown) ? thrown.message : `a defect: ${String(thrown)}`),
  );
}

function cashOf(actuals: Actuals): string {
  return Usd.sum(actuals.charges.map(({ cash }) => Usd.of(cash))).toText();
}

describe.each(['e.csv', 'e.csv.gz', 'e.snappy.parquet'])('an export as %s', (name) => {
  test('is summed by day, kind and deployment', async () => {
    const mine = { Tags: '{"team":"a","headroom:deployment":"production"}' };
    const file = await writeExport(folder, name, [
      used('1.5'),
      used('2.25', { ChargePeriodStart: '2026-12-02T23:00:00Z' }),
      used('4', { ChargePeriodStart: '2026-12-03T00:00:00Z' }),
      used('8', mine),
      used('-0.5', { ChargeCategory: 'Credit' }),
    ]);
    const actuals = await made([file]);
    const amounts = (text: string) => ({ cash: text, amortized: text, list: text });
    expect(actuals.charges).toEqual([
      { day: '2026-12-02', kind: 'credit', deployment: null, ...amounts('-0.5') },
      { day: '2026-12-02', kind: 'usage', deployment: null, ...amounts('3.75') },
      { day: '2026-12-02', kind: 'usage', deployment: 'production', ...amounts('8') },
      { day: '2026-12-03', kind: 'usage', deployment: null, ...amounts('4') },
    ]);
    expect(actuals.sources).toMatchObject([{ name, focusVersion: '1.2', rows: 5 }]);
    expect(parseActuals(JSON.stringify(actuals))).toEqual(actuals);
  });

  test('loses nothing of an amount, however long, small or large', async () => {
    // Shortest texts of doubles, and what floats make of them: 0.1 + 0.2 is not 0.3.
    const costs = [
      '0.1',
      '0.2',
      '12345678.12345679',
      '1.2345678901234567e-08',
      '0.0416666666666667',
      '-3e-7',
      '999.999999999999',
    ];
    const file = await writeExport(
      folder,
      name,
      costs.map((cost) => used(cost)),
    );
    // 12345678.12345679 + 999.999999999999 = 12346678.123456789999; + 0.3 + 0.0416666666666667 − 0.0000003 + 0.000000012345678901234567
    expect(cashOf(await made([file]))).toBe('12346678.465123169011345601234567');
  });

  test('is read the same whatever the amounts', async () => {
    const cents = fc.double({ min: -1e6, max: 1e6, noNaN: true }).filter((n) => n === 0 || Math.abs(n) > 1e-8);
    await fc.assert(
      fc.asyncProperty(fc.array(cents, { minLength: 1, maxLength: 30 }), async (costs) => {
        const file = await writeExport(
          folder,
          name,
          costs.map((cost) => used(String(cost))),
        );
        // An independent sum: units of 1e-24 as whole numbers.
        const units = costs.reduce((sum, cost) => sum + unitsOf(String(cost)), 0n);
        expect(unitsOf(cashOf(await made([file])))).toBe(units);
      }),
      { numRuns: 12 },
    );
  });
});

/** Decimal text, with or without an exponent, in whole units of 1e-24. */
function unitsOf(text: string): bigint {
  const [, sign = '', whole = '0', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text) ?? [];
  const places = fraction.length - Number(exponent);
  return BigInt(`${sign}${whole}${fraction}`) * 10n ** BigInt(24 - places);
}

test.each(['e.csv', 'e.csv.gz'])(
  'a header of %s that is longer than what is read at once is read whole',
  async (name) => {
    const columns = ['x'.repeat(200_000), ...COLUMNS_1_2];
    expect(cashOf(await made([await writeExport(folder, name, [used('0.25')], columns)]))).toBe('0.25');
  },
);

describe('what a charge is', () => {
  test.each([
    ['usage', {}],
    ['committedUsage', { CommitmentDiscountId: 'sp-1' }],
    ['commitmentFee', { ChargeCategory: 'Purchase', ChargeFrequency: 'Recurring', CommitmentDiscountId: 'sp-1' }],
    ['commitmentUpfront', { ChargeCategory: 'Purchase', ChargeFrequency: 'One-Time', CommitmentDiscountId: 'sp-1' }],
    ['capacityBlock', { ChargeCategory: 'Purchase', ChargeDescription: 'EC2 Capacity Block for 8 p5' }],
    ['purchase', { ChargeCategory: 'Purchase', ChargeFrequency: 'One-Time' }],
    ['marketplace', { PublisherName: 'Some Vendor' }],
    ['support', { ServiceName: 'AWS Support (Enterprise)' }],
    ['tax', { ChargeCategory: 'Tax' }],
    ['credit', { ChargeCategory: 'Credit', PublisherName: 'Some Vendor' }],
    ['adjustment', { ChargeCategory: 'Adjustment' }],
    ['usage', { PublisherName: '' }],
  ])('%s', async (kind, changes) => {
    const file = await writeExport(folder, 'e.csv', [used('1', changes)]);
    expect((await made([file])).charges.map((charge) => charge.kind)).toEqual([kind]);
  });

  test.each(['headroom:deployment', 'user:headroom:deployment', 'user_headroom_deployment'])(
    'it is our own by the tag %s',
    async (key) => {
      const file = await writeExport(folder, 'e.csv', [used('1', { Tags: `{"${key}":"production"}` })]);
      expect((await made([file])).charges[0]?.deployment).toBe('production');
    },
  );

  test('a correction of an older month counts in the month that it is billed in', async () => {
    const file = await writeExport(folder, 'e.csv', [used('1', { ChargePeriodStart: '2026-10-05T00:00:00Z' })]);
    expect((await made([file])).charges[0]?.day).toBe('2026-12-01');
  });
});

describe('which days are covered', () => {
  test('a month with its invoice is final and whole; an open one ends with its last day of use', async () => {
    const file = await writeExport(folder, 'e.csv', [used('1'), used('1', JANUARY)]);
    const actuals = await made([file]);
    expect(actuals.months.map(({ month, state }) => [month, state])).toEqual([
      ['2026-12', 'final'],
      ['2027-01', 'open'],
    ]);
    expect(actuals.covered).toEqual({ start: '2026-12-01T00:00:00Z', end: '2027-01-11T00:00:00Z' });
  });

  test('one row that is on no invoice keeps its month open, a row that costs nothing does not', async () => {
    const free = await writeExport(folder, 'a.csv', [used('1'), used('0', { InvoiceId: '' })]);
    expect((await made([free])).months[0]?.state).toBe('final');
    const due = await writeExport(folder, 'b.csv', [used('1'), used('0.01', { InvoiceId: '' })]);
    expect((await made([due])).months[0]?.state).toBe('open');
  });

  test('FOCUS 1.0 has no invoices: its months are open until somebody says otherwise', async () => {
    const file = await writeExport(folder, 'e.csv', [used('1')], COLUMNS_1_0);
    const actuals = await made([file]);
    expect(actuals).toMatchObject({ sources: [{ focusVersion: '1.0' }], months: [{ state: 'open' }] });
    expect((await made([file], { final: ['2026-12'] })).covered.end).toBe('2027-01-01T00:00:00Z');
  });

  test('days from --until on are left out, with their charges', async () => {
    const file = await writeExport(folder, 'e.csv', [
      used('1'),
      used('2', { ChargePeriodStart: '2026-12-05T00:00:00Z' }),
    ]);
    const actuals = await made([file], { until: '2026-12-05T00:00:00Z' });
    expect([actuals.covered.end, cashOf(actuals)]).toEqual(['2026-12-05T00:00:00Z', '1']);
  });

  test('today is never covered: AWS is still adding to it', async () => {
    const file = await writeExport(folder, 'e.csv', [
      used('1'),
      used('2', { ChargePeriodStart: '2026-12-10T00:00:00Z', InvoiceId: '' }),
    ]);
    const actuals = await makeActuals({ files: [file], asOf: '2026-12-10T09:00:00Z' });
    expect([actuals.covered.end, cashOf(actuals)]).toEqual(['2026-12-10T00:00:00Z', '1']);
  });
});

describe('several files', () => {
  test('numbered parts in one folder are one delivery, found at any depth', async () => {
    const december = 'BILLING_PERIOD=2026-12/focus-0000';
    await writeExport(folder, `data/${december}1.csv.gz`, [used('1')]);
    await writeExport(folder, `data/${december}2.csv.gz`, [used('2')]);
    await writeExport(folder, 'data/BILLING_PERIOD=2027-01/focus-00001.snappy.parquet', [used('4', JANUARY)]);
    expect(cashOf(await made([folder]))).toBe('7');
  });

  test.each([
    ['the same file twice', ['a.csv', 'a.csv'], 'same bytes'],
    ['two deliveries of a month', ['a.csv', 'b/a.csv'], 'both have charges of 2026-12 of account 111122223333'],
    ['CSV and Parquet of one delivery', ['a.csv', 'a.parquet'], 'both have charges of 2026-12'],
    ['a missing part', ['a-00001.csv', 'a-00003.csv'], 'part 2 of the delivery of a-00001.csv is missing'],
  ])('fails on %s', async (_, names, sentence) => {
    const files = [];
    for (const [at, name] of names.entries()) {
      const fresh = names.indexOf(name) === at;
      files.push(fresh ? await writeExport(folder, name, [used(String(at + 1))]) : path.join(folder, name));
    }
    expect(await refusal(files)).toContain(sentence);
  });

  test('fails on a month that is missing in between', async () => {
    const november = { BillingPeriodStart: '2026-11-01T00:00:00Z', BillingPeriodEnd: '2026-12-01T00:00:00Z' };
    const files = [
      await writeExport(folder, 'a.csv', [used('1', november)]),
      await writeExport(folder, 'b.csv', [used('1', JANUARY)]),
    ];
    expect(await refusal(files)).toContain('no file has charges of 2026-12');
  });
});

describe('fails with one sentence on', () => {
  const without = (name: string) => COLUMNS_1_2.filter((column) => column !== name);
  test.each([
    ['no row', csvOf([]), 'holds no charges'],
    ['an empty file', '', 'is empty; fetch it again'],
    ['a missing column', csvOf([used('1')], without('EffectiveCost')), 'lacks the column EffectiveCost'],
    ['something else', 'name,price\nbread,2\n', 'lacks the columns BilledCost, BillingAccountId'],
    ['another currency', csvOf([used('1', { BillingCurrency: 'EUR' })]), 'bills in EUR'],
    ['two currencies', csvOf([used('1'), used('1', { BillingCurrency: 'EUR' })]), 'bills in EUR'],
    ['an amount that is none', csvOf([used('1'), used('12 USD')]), 'has 1 row without a date'],
    ['an amount that is missing', csvOf([used('1', { ListCost: '' }), used('', {})]), 'has 2 rows without a date'],
    ['NaN', csvOf([used('NaN')]), 'has 1 row without'],
    ['an amount above fourteen digits', csvOf([used('1e15')]), 'has 1 row without'],
    ['a sum above fourteen digits', csvOf([used('9e13'), used('9e13')]), 'sum is above 14 digits'],
    ['a day that is none', csvOf([used('1', { ChargePeriodStart: '2026-13-02' })]), 'has 1 row without a date'],
    [
      'a billing period that is no month',
      csvOf([used('1', { BillingPeriodEnd: '2026-12-15T00:00:00Z' })]),
      'no calendar month',
    ],
    ['an unknown category', csvOf([used('1', { ChargeCategory: 'Gift' })]), 'the ChargeCategory "Gift"'],
    ['a row that is cut off', csvOf([used('1'), used('2')]).slice(0, -40), 'is not whole as CSV at line 3'],
    [
      'a row with a field too many',
      `${csvOf([used('1')])}${csvOf([used('2')]).split('\n')[1]},1\n`,
      'is not whole as CSV at line 3',
    ],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x41, 0x0a]), 'e.csv'],
  ])('%s', async (_, bytes, sentence) => {
    const file = path.join(folder, 'e.csv');
    fs.writeFileSync(file, bytes);
    const said = await refusal([file]);
    expect(said).toContain(sentence);
    expect(said).not.toMatch(/\n|defect/);
  });

  test.each(['e.parquet', 'e.csv.gz'])('bytes that are no %s', async (name) => {
    fs.writeFileSync(path.join(folder, name), csvOf([used('1')]));
    expect(await refusal([path.join(folder, name)])).toContain(`${name} is not whole as`);
  });

  test('a Parquet file that is cut off', async () => {
    const file = await writeExport(folder, 'e.parquet', [used('1')]);
    fs.truncateSync(file, fs.statSync(file).size - 20);
    expect(await refusal([file])).toContain('e.parquet is not whole as Parquet');
  });

  test('a Parquet file with text for amounts that are none', async () => {
    const file = await writeExport(folder, 'e.csv', [used('1', { BilledCost: '0x10' })]);
    expect(await refusal([file])).toContain('has 1 row without');
  });

  test('a file of another kind, a folder without exports, and what is not there', async () => {
    fs.writeFileSync(path.join(folder, 'bill.pdf'), 'pdf');
    expect(await refusal([path.join(folder, 'bill.pdf')])).toContain('must end in .csv, .csv.gz or .parquet');
    expect(await refusal([folder])).toContain('holds no .csv, .csv.gz or .parquet');
    expect(await refusal([path.join(folder, 'none.csv')])).toContain('cannot be read (ENOENT)');
    expect(await refusal([])).toContain('no export was named');
  });

  test('a month called final that no file has', async () => {
    const file = await writeExport(folder, 'e.csv', [used('1')], COLUMNS_1_0);
    expect(await refusal([file], { final: ['2027-03'] })).toContain('--final names 2027-03');
  });
});
