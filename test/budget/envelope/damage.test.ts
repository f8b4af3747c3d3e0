import type { Contract } from '../../../lib/budget/envelope/contract';
import { parseContract } from '../../../lib/budget/envelope/parse-contract';
import type { Verdict, VerdictStatus } from '../../../lib/budget/envelope/verdict';
import { isProblem } from '../../../lib/problem';
import { Usd } from '../../../lib/units/money';
import type { Json } from '../../fuzz/corpus';
import { changed, type Path, pathsIn, valueAt } from '../../fuzz/mutations';
import { judged } from './contracts';
import { FULL, fullBill, fullContract } from './full-contract';

const RANKS: readonly VerdictStatus[] = ['within', 'shortfall', 'over', 'infeasible', 'unpriced', 'failed'];
const rankOf = ({ status }: Verdict) => RANKS.indexOf(status);
const judgeFull = (contract: Contract) => judged({ bill: fullBill, contract });

const json = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json;

/**
 * Contracts that stand on the edge in each way: two trillionths of a dollar above a ceiling or short of a commitment, and as
 * much on the safe side of both. What lowers an amount that a ceiling sees, or raises one that a floor sees, turns them.
 */
const OPEN = [
  { ...FULL.periods[0], commitment: '1', ceiling: '99999999', ceilingPerHour: '99999' },
  { ...FULL.periods[1], commitment: '1', ceiling: '99999999' },
];
const [december, january] = judgeFull(fullContract({ periods: OPEN })).periods;
const near = (amount: string | undefined, by: string) => Usd.of(Usd.of(amount ?? '0').toView(12)).plus(Usd.of(by));
const ceiling = (by: string) => near(december?.ceiling.amount.max, by).toText();
/** Four fifths of it are this app's. */
const commitment = (by: string) => near(january?.floor.amount.max, by).times('1.25').toText();
const edge = (first: object, second: object) =>
  json({
    ...FULL,
    periods: [
      { ...OPEN[0], ...first },
      { ...OPEN[1], ...second },
    ],
  });
const EDGES: readonly (readonly [string, VerdictStatus, Json])[] = [
  ['just over its ceiling', 'over', edge({ ceiling: ceiling('-0.000000000002') }, {})],
  ['just short of its commitment', 'shortfall', edge({}, { commitment: commitment('0.000000000002') })],
  [
    'just within both',
    'within',
    edge({ ceiling: ceiling('0.000000000002') }, { commitment: commitment('-0.000000000002') }),
  ],
];

/** An empty list in place of a list is a decision, and a whole number in place of one a value. */
const ODD: readonly Json[] = [null, 7, -1, true, [], {}, '', '-1', '1e3', '1,000'];
const oddFor = (old: Json | undefined) =>
  ODD.filter(
    (odd) =>
      !(Array.isArray(odd) && Array.isArray(old)) && !(typeof odd === 'number' && odd > 0 && typeof old === 'number'),
  );

/** Refused with a sentence, or no better than before. */
function isNoBetter(damaged: Json, before: Verdict): boolean {
  try {
    return rankOf(judgeFull(parseContract(JSON.stringify(damaged)))) >= rankOf(before);
  } catch (thrown) {
    return isProblem(thrown);
  }
}

const paths = pathsIn(json(FULL)).slice(1);
/** A name of a person's own choosing: any other text is another name, not damage. */
const isName = (path: Path) => ['id', 'source'].includes(String(path.at(-1)));

describe.each(EDGES)('a contract %s', (_what, status, contract) => {
  const before = judgeFull(parseContract(JSON.stringify(contract)));
  const tried = (damages: (path: Path) => readonly Json[]) =>
    paths.flatMap((path) => damages(path).flatMap((damaged) => (isNoBetter(damaged, before) ? [] : [path.join('.')])));

  test('stands there', () => {
    expect(before.status).toBe(status);
  });

  test('is no better with any field of another type or without sense', () => {
    expect(
      tried((path) =>
        isName(path) ? [] : oddFor(valueAt(contract, path)).map((odd) => changed(contract, path, () => odd)),
      ),
    ).toEqual([]);
  });

  test('is no better with an unknown field anywhere', () => {
    const isObject = (value: Json | undefined) => typeof value === 'object' && value !== null && !Array.isArray(value);
    const unknown = (path: Path) => changed(contract, path, (old) => ({ ...(old as object), more: '1' }) as Json);
    expect(tried((path) => (isObject(valueAt(contract, path)) ? [unknown(path)] : []))).toEqual([]);
  });

  test('is no better without any field or row', () => {
    expect(tried((path) => [changed(contract, path, () => undefined)])).toEqual([]);
  });
});

test('fails in each row too when one of its fields goes, save the few that are optional', () => {
  const OPTIONAL = new Set(['committedUntil']);
  const inRows = paths.filter(
    (path) => path.length >= 3 && typeof path.at(-1) === 'string' && !OPTIONAL.has(String(path.at(-1))),
  );
  for (const path of inRows) {
    const damaged = changed(json(FULL), path, () => undefined);
    expect(() => parseContract(JSON.stringify(damaged))).toThrow(/^the contract /);
  }
});
