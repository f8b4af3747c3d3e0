import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { RowReading } from '../../../lib/budget/prices/price-list';
import { realFiles } from '../../../lib/budget/prices/refresh/files';
import { RefreshJournal } from '../../../lib/budget/prices/refresh/journal';
import { anOffer, P5 } from './offers';

const AT = '2026-11-23T21:00:00Z';
const READINGS: readonly RowReading[] = [
  { kind: 'priced', region: 'us-west-2', item: P5, offers: [anOffer(P5, '55.04')] },
  { kind: 'fault', region: 'us-west-2', item: 'kms:key', fault: 'unit', reason: 'per "Fob"' },
];

let folder: string;
let file: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-journal-'));
  file = path.join(folder, 'book.json.journal');
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

const open = (at = AT) => RefreshJournal.open(realFiles, file, at);

describe('the journal of a refresh', () => {
  test('gives back what was written, to the next refresh of the same question', () => {
    open().write('query', AT, READINGS);
    expect(open().readingsOf('query')).toEqual(READINGS);
    expect(open().readingsOf('another')).toBeUndefined();
  });

  test('keeps the later of two answers', () => {
    open().write('query', AT, []);
    open().write('query', AT, READINGS);
    expect(open().readingsOf('query')).toEqual(READINGS);
  });

  test('forgets after a day, and does not believe in tomorrow', () => {
    open().write('query', AT, READINGS);
    expect(open('2026-11-24T21:00:00Z').readingsOf('query')).toEqual(READINGS);
    expect(open('2026-11-24T21:00:01Z').readingsOf('query')).toBeUndefined();
    expect(open('2026-11-23T20:59:59Z').readingsOf('query')).toBeUndefined();
  });

  test('loses a line that was torn off, and no other', () => {
    open().write('whole', AT, READINGS);
    fs.appendFileSync(file, '\n{"query":"torn","at":"2026-11');
    open().write('after', AT, READINGS);
    expect(['whole', 'torn', 'after'].map((query) => open().readingsOf(query))).toEqual([
      READINGS,
      undefined,
      READINGS,
    ]);
  });

  test('does not take what is no reading for one', () => {
    const line = JSON.stringify({
      query: 'odd',
      at: AT,
      readings: [{ ...READINGS[0], offers: [{ usd: 1 }] }],
    });
    const unit = JSON.stringify({ query: 'unit', at: AT, readings: READINGS }).replace('"hour"', '"day"');
    fs.writeFileSync(file, `not JSON\n\n[]\n${line}\n${unit}\n`);
    expect(['odd', 'unit'].map((query) => open().readingsOf(query))).toEqual([undefined, undefined]);
  });
});
