import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PassThrough } from 'node:stream';
import { main } from '../../lib/cli/main';
import { refresh } from '../../lib/cli/prices/refresh';
import type { ExitCode, World } from '../../lib/cli/world';
import { aBook, anOffer, bookText, P5 } from '../budget/prices/offers';
import { PriceListServer } from '../budget/prices/price-list-server';
import { CREDENTIALS, LISTED, QUICK } from '../budget/prices/refresh-world';

const ROOT = path.join(__dirname, '../..');
const NOW = '2026-11-24T09:00:00Z';

interface Said {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-cli-'));
  fs.writeFileSync(path.join(folder, 'old.json'), bookText(aBook()));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

async function heard(run: (world: World) => Promise<ExitCode>, extra: Partial<World> = {}): Promise<Said> {
  const said = { out: '', err: '' };
  const code = await run({
    root: ROOT,
    cwd: folder,
    now: () => NOW,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    ...extra,
  });
  return { code, ...said };
}

const headroom = (...argv: string[]) => heard((world) => main(['prices', ...argv], world));

describe('headroom prices verify', () => {
  test('0: the book of the clone is whole, its oldest rows are named, its age is no secret', async () => {
    const { code, out, err } = await headroom('verify', '--as-of', '2026-11-23');
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/its hash holds and nothing is priced twice: \d+ prices of \d+ rows/);
    expect(out).toMatch(/Oldest rows, age in days/);
  });

  test('is JSON where asked', async () => {
    const { code, out } = await headroom('verify', 'old.json', '--as-of', '2026-11-23', '--json');
    expect(code).toBe(0);
    // 2026-07-20 to 2026-11-23: 11 + 31 + 30 + 31 + 23 = 126 days.
    expect(JSON.parse(out)).toMatchObject({
      file: 'old.json',
      ok: true,
      rows: 6,
      older: 6,
      oldest: expect.arrayContaining([expect.objectContaining({ ageDays: 126, ageDaysNow: 127 })]),
      faults: [],
    });
  });

  test.each<readonly [string, string, RegExp]>([
    [
      'a changed price',
      bookText(aBook()).replace('50.00', '5.00'),
      /its offers hash to \w+ and not to the \w+ it states/,
    ],
    ['a price twice', bookText(aBook([anOffer(P5, '1'), anOffer(P5, '2')])), /has two prices from 2026-07-01/],
    ['half a file', bookText(aBook()).slice(0, 400), /it is not JSON/],
    ['a web page', '<html></html>', /it is not JSON/],
  ])('1: %s', async (_, text, sentence) => {
    fs.writeFileSync(path.join(folder, 'bad.json'), text);
    const { code, out, err } = await headroom('verify', 'bad.json');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(sentence);
    expect(err.split('\n').length).toBe(2);
    const json = await headroom('verify', 'bad.json', '--json');
    expect([json.code, JSON.parse(json.out).ok]).toEqual([1, false]);
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['a day long ago', ['--as-of', '2026-09-01'], /as of 2026-09-01T00:00:00Z, which is 84 days behind the clock/],
    ['a day far ahead', ['--as-of', '2027-09-01'], /ahead of the clock/],
    ['rows older than allowed', ['--max-age', '30'], /6 of its prices were read more than 30 days ago/],
  ])('1: %s', async (_, options, sentence) => {
    const { code, out } = await headroom('verify', 'old.json', ...options);
    expect([code, out.replace(/\s+/g, ' ')]).toEqual([1, expect.stringMatching(sentence)]);
  });

  test.each([
    ['no such file', ['verify', 'nowhere.json']],
    ['no such day', ['verify', '--as-of', 'yesterday']],
    ['an age that is none', ['verify', '--max-age', 'old']],
    ['no such command', ['burn']],
    ['nothing to compare', ['diff']],
    ['one book that is none', ['diff', 'nowhere.json']],
    ['no such deployment', ['diff', 'old.json', '--deployment', 'moon']],
    ['a region that is none', ['refresh', '--book', 'old.json', '--region', 'moon']],
    ['a quote of nothing', ['quote', '--region', 'us-west-2', '--count', '4', '--days', '7']],
    [
      'half a day',
      ['quote', '--region', 'us-west-2', '--instance-type', 'p5.48xlarge', '--count', '4', '--days', '0.5'],
    ],
    ['no count', ['quote', '--region', 'us-west-2', '--instance-type', 'p5.48xlarge', '--days', '7']],
    [
      'a region of the moon',
      ['quote', '--region', 'moon', '--instance-type', 'p5.48xlarge', '--count', '1', '--days', '7'],
    ],
  ])('2: %s', async (_, argv) => {
    const { code, err } = await headroom(...argv);
    expect(code).toBe(2);
    expect(err).not.toMatch(/^ +at /m);
  });
});

describe('headroom prices diff', () => {
  const newer = aBook([anOffer(P5, '51.55'), anOffer('eks:cluster', '0.1'), anOffer('nat:hour', '0.045')]);

  test('0: says what moved, by how much', async () => {
    fs.writeFileSync(path.join(folder, 'new.json'), bookText(newer));
    const { code, out } = await headroom('diff', 'old.json', 'new.json');
    expect(code).toBe(0);
    expect(out).toMatch(/1 changed, 1 added, 4 removed, 1 the same/);
    // 51.55 ÷ 50 = 1.031
    expect(out).toMatch(/instance:p5.48xlarge:onDemand +us-west-2 +50.00 +51.55 +\+3.1 % +2026-07-01/);
  });

  test('is JSON where asked, exact', async () => {
    fs.writeFileSync(path.join(folder, 'new.json'), bookText(newer));
    const { out } = await headroom('diff', 'old.json', 'new.json', '--json');
    expect(JSON.parse(out).moves).toContainEqual(expect.objectContaining({ kind: 'changed', growth: '0.031' }));
  });

  test('bills a deployment with both books: same code, new prices', async () => {
    const file = path.join(ROOT, 'lib/budget/prices/snapshots/2026-11-23.json');
    const { code, out } = await headroom('diff', file, '--deployment', 'sandbox');
    expect([code, out]).toEqual([0, expect.stringMatching(/sandbox, over .*: same code, new prices: 0 % at plan/)]);
  });

  test('1: a bill that is not whole has no percentage to trust', async () => {
    const { code, out } = await headroom('diff', 'old.json', '--deployment', 'sandbox');
    expect([code, out]).toEqual([1, expect.stringMatching(/at the old prices \d+ costs? cannot be priced/)]);
  });
});

describe('headroom prices refresh', () => {
  const environment = { ...process.env };
  let server: PriceListServer;
  beforeEach(async () => {
    server = await PriceListServer.start(LISTED);
    process.env = { ...environment, ...CREDENTIALS, AWS_ENDPOINT_URL_PRICING: server.url };
  });
  afterEach(async () => {
    process.env = environment;
    await server.stop();
  });

  const run = (extra: Partial<World> = {}, json = false) =>
    heard((world) => refresh({ book: 'old.json', region: ['us-west-2'], json }, world, QUICK), extra);

  test('0: everything that was asked for was read again; a pipe hears the summary and no progress', async () => {
    const { code, out, err } = await run();
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/1 changed, 0 added, 0 kept as they were/);
    expect(out).toMatch(/p5.48xlarge:onDemand +us-west-2 +50.00 +55.04 +\+10.1 %/);
    expect(out).toMatch(/capacityBlock in us-west-2, read 2026-07-20: Capacity Block rates are not in the Price List/);
  });

  test('draws its progress on a terminal', async () => {
    const drawn: string[] = [];
    const terminal = Object.assign(new PassThrough(), {
      isTTY: true,
      columns: 100,
      rows: 24,
      cursorTo() {},
      clearLine() {},
      moveCursor() {},
      clearScreenDown() {},
    });
    terminal.on('data', (chunk) => drawn.push(String(chunk)));
    const { code, err } = await run({ terminal: terminal as unknown as NodeJS.WriteStream });
    expect([code, err]).toEqual([0, '']);
    expect(drawn.join('')).toMatch(/reading prices .* 0\/\d+ queries/);
  });

  test('1: a row that is not found again is kept, and named', async () => {
    server.options = { misbehave: ({ serviceCode }) => (serviceCode === 'AmazonEKS' ? 'invalidParameter' : undefined) };
    const { code, out } = await run();
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/eks:cluster in us-west-2, read 2026-07-20: the price list refuses the query/),
    ]);
  });

  test('1: no answer, no new book; one sentence', async () => {
    server.options = { misbehave: () => 'html' };
    const { code, out, err } = await run();
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^headroom: the price book is not refreshed: .*not in the protocol.*\n$/);
    expect(fs.readFileSync(path.join(folder, 'old.json'), 'utf8')).toBe(bookText(aBook()));
  });

  test('is JSON where asked', async () => {
    const { out } = await run({}, true);
    expect(JSON.parse(out)).toMatchObject({ kind: 'replaced', resumed: 0, summary: { read: 4, kept: [] } });
  });
});
