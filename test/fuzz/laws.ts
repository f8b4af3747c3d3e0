import fc from 'fast-check';
import { parseTemplate } from '../../lib/budget/bill/template-text';
import { parseAssumptions } from '../../lib/budget/envelope/parse-assumptions';
import { parseContract } from '../../lib/budget/envelope/parse-contract';
import { loadPriceBook, sealPriceBook } from '../../lib/budget/prices/load';
import { isProblem } from '../../lib/problem';
import { exact } from '../../lib/units/exact';
import { judged } from '../budget/envelope/contracts';
import { FULL, fullBill, stated } from '../budget/envelope/full-contract';
import {
  ASSUMPTIONS,
  BOOK,
  billIn,
  CASES,
  type Case,
  CONTRACT,
  type Json,
  rankOf,
  verdictIn,
  type World,
} from './corpus';
import { changed, damage, HIDDEN, type Path, pathsIn, scratched, valueAt } from './mutations';

/** No case may take longer: a hang is a crash that nobody sees. Of the processor, not of a loaded machine's clock. */
const MOST_SECONDS = 5;

const cases = fc.constantFrom(...CASES);
const picks = fc.nat({ max: 1_000_000 });
const PATHS = new Map(CASES.map((one) => [one, pathsIn(one.template).slice(1)]));
const at = (paths: readonly Path[], pick: number): Path => paths[pick % paths.length] ?? [];

/** Whatever comes, an answer or one sentence. */
function answered<T>(run: () => T): T | undefined {
  const start = process.cpuUsage();
  const answer = outcome(run);
  const { user, system } = process.cpuUsage(start);
  if ((user + system) / 1e6 > MOST_SECONDS) throw new Error('it took too long');
  return answer;
}

function outcome<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (thrown) {
    if (isProblem(thrown)) return undefined;
    throw thrown;
  }
}

function world(one: Case, template: Json): World {
  return { template, parameters: one.parameters };
}

/** No `within` with an unpriced cost, and min ≤ plan ≤ max. */
function isSound(of: World): boolean {
  const verdict = verdictIn(of);
  const { unpriced, windowTotal } = billIn(of);
  const inOrder =
    exact(windowTotal.min).lte(exact(windowTotal.plan)) && exact(windowTotal.plan).lte(exact(windowTotal.max));
  return inOrder && !(verdict.status === 'within' && unpriced.length > 0);
}

/** Every other time a place that says how much there is, where most is at stake. */
function placeOf(one: Case, pick: number): Path {
  const amounts = propertyPaths(one).filter((path) => MORE.has(String(path.at(-1))));
  return pick % 2 === 0 && amounts.length > 0 ? at(amounts, pick / 2) : at(propertyPaths(one), pick);
}

/** Places in the properties of resources, three or more deep: Resources / ID / Properties / … */
function propertyPaths(one: Case): readonly Path[] {
  return (PATHS.get(one) ?? []).filter(
    ([room, , part, name]) => room === 'Resources' && part === 'Properties' && name !== undefined,
  );
}

export const LAWS: Readonly<Record<string, () => unknown>> = {
  'damage anywhere in a template is answered, and never by a sound verdict over an unknown cost': () =>
    fc.property(cases, fc.array(fc.tuple(picks, damage), { minLength: 1, maxLength: 4 }), (one, edits) => {
      const template = edits.reduce((now, [pick, change]) => {
        const path = at(PATHS.get(one) ?? [], pick);
        return valueAt(now, path) === undefined ? now : changed(now, path, change);
      }, one.template);
      return answered(() => isSound(world(one, template))) !== false;
    }),

  'a scratched text is a template or a sentence': () =>
    fc.property(
      cases.chain((one) => fc.tuple(fc.constant(one), scratched(one.text))),
      fc.boolean(),
      ([one, text], asJson) => {
        const given = asJson ? text.replaceAll('\n', ' ') : text;
        answered(() => isSound({ template: parseTemplate(given, 'a'), parameters: one.parameters }));
        return true;
      },
    ),

  'hiding a property never lowers what it can cost at most': () =>
    fc.property(cases, picks, fc.constantFrom(...HIDDEN), (one, pick, hidden) => {
      const path = placeOf(one, pick);
      const before = billIn(world(one, one.template));
      const after = billIn(
        world(
          one,
          changed(one.template, path, () => hidden),
        ),
      );
      const known = after.unpriced.length > before.unpriced.length;
      return known || exact(after.windowTotal.max).gte(exact(before.windowTotal.max));
    }),

  'hiding a property never improves a verdict': () =>
    fc.property(
      cases,
      picks,
      fc.constantFrom(...HIDDEN),
      fc.integer({ min: 0, max: 200 }),
      (one, pick, hidden, percent) => {
        const path = placeOf(one, pick);
        const { windowTotal } = billIn(world(one, one.template));
        // A ceiling near what it costs, so that the verdict can turn either way.
        const ceiling = exact(windowTotal.max).mul(exact(percent)).div(100).ceil(2).toString();
        const periods = [{ ...CONTRACT.periods[0], ceiling: ceiling.includes('(') ? '1' : ceiling }];
        const contract = { ...CONTRACT, periods };
        const before = verdictIn({ ...world(one, one.template), contract });
        const after = verdictIn({
          ...world(
            one,
            changed(one.template, path, () => hidden),
          ),
          contract,
        });
        return rankOf(after) >= rankOf(before);
      },
    ),

  'a resource of an unknown type, or with an include, is never within': () =>
    fc.property(cases, picks, fc.boolean(), (one, pick, include) => {
      // What a false condition leaves out is not there, whatever its type.
      const paths = (PATHS.get(one) ?? []).filter(
        ([room, id, part]) =>
          room === 'Resources' && part === 'Type' && valueAt(one.template, [room, id ?? '', 'Condition']) === undefined,
      );
      const path = at(paths, pick);
      const template = include
        ? changed(
            one.template,
            path.slice(0, -1),
            (old) => ({ ...(old as object), 'Fn::Transform': { Name: 'AWS::Include' } }) as Json,
          )
        : changed(one.template, path, () => 'Acme::Hidden::Type');
      return verdictIn(world(one, template)).status === 'unpriced';
    }),

  'a price that goes never improves a verdict': () =>
    fc.property(cases, fc.array(picks, { minLength: 1, maxLength: 40 }), (one, pickList) => {
      const gone = new Set(pickList.map((pick) => pick % BOOK.offers.length));
      const book = sealPriceBook(
        '2026-11-23',
        BOOK.offers.filter((_, index) => !gone.has(index)),
      );
      return rankOf(verdictIn({ ...world(one, one.template), book })) >= rankOf(verdictIn(world(one, one.template)));
    }),

  'an assumption that goes never improves a verdict': () =>
    fc.property(cases, picks, (one, pick) => {
      const assumptions = ASSUMPTIONS.filter((_, index) => index !== pick % ASSUMPTIONS.length);
      const contract = stated({ ...CONTRACT, assumptions });
      return (
        rankOf(verdictIn({ ...world(one, one.template), contract })) >= rankOf(verdictIn(world(one, one.template)))
      );
    }),

  'a broken contract is a sentence, or still judges soundly': () =>
    fc.property(cases, fc.array(fc.tuple(picks, damage), { minLength: 1, maxLength: 3 }), (one, edits) => {
      const json = JSON.parse(JSON.stringify(CONTRACT)) as Json;
      const contract = edits.reduce((now, [pick, change]) => {
        const path = at(pathsIn(json).slice(1), pick);
        return valueAt(now, path) === undefined ? now : changed(now, path, change);
      }, json);
      return answered(() => isSound({ ...world(one, one.template), contract })) !== false;
    }),

  'a contract that loses fields or rows is a sentence, or no better': () =>
    fc.property(
      fc.array(picks, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 0, max: 200 }),
      fc.integer({ min: 0, max: 200 }),
      (lost, ceilingPercent, commitmentPercent) => {
        const part = (percent: number, of: string): string => exact(of).mul(exact(percent)).div(100).ceil(2).toString();
        const periods = FULL.periods.map((period) => ({
          ...period,
          ceiling: part(ceilingPercent, period.ceiling),
          commitment: part(commitmentPercent, period.commitment),
        }));
        const whole = JSON.parse(JSON.stringify({ ...FULL, periods })) as Json;
        const damaged = lost.reduce(
          (now, pick) => changed(now, at(pathsIn(now).slice(1), pick), () => undefined),
          whole,
        );
        const before = judged({ bill: fullBill, contract: parseContract(JSON.stringify(whole)) });
        const contract = answered(() => parseContract(JSON.stringify(damaged)));
        return contract === undefined || rankOf(judged({ bill: fullBill, contract })) >= rankOf(before);
      },
    ),

  'an unknown field in a contract is a sentence': () =>
    fc.property(
      fc.string({ minLength: 1, maxLength: 6 }).filter((key) => !(key in CONTRACT) && key !== '__proto__'),
      (key) => {
        return (
          answered(() => parseContract(JSON.stringify({ ...CONTRACT, [key]: 1 }))) === undefined || key in OPTIONAL
        );
      },
    ),

  'a changed price file that was not sealed anew is a sentence': () =>
    fc.property(picks, damage, (pick, change) => {
      const json = JSON.parse(JSON.stringify({ ...BOOK, offers: BOOK.offers.slice(0, 20) })) as Json;
      const sealed = JSON.parse(JSON.stringify(sealPriceBook('2026-11-23', BOOK.offers.slice(0, 20)))) as Json;
      const path = at(pathsIn(json).slice(1), pick);
      const after = changed(sealed, path, change);
      const same = JSON.stringify(after) === JSON.stringify(sealed);
      const loaded = answered(() => loadPriceBook(JSON.stringify(after)));
      return (
        same ||
        loaded === undefined ||
        path[0] === 'effectiveDate' ||
        loaded.sha256 === (sealed as { sha256: Json }).sha256
      );
    }),

  'a scratched assumptions file is a list or a sentence': () =>
    fc.property(scratched(JSON.stringify(ASSUMPTIONS)), (text) => {
      answered(() => parseAssumptions(text));
      return true;
    }),

  'more of something never costs less': () =>
    fc.property(cases, picks, fc.integer({ min: 1, max: 50 }), (one, pick, more) => {
      const paths = propertyPaths(one).filter(
        (path) => MORE.has(String(path.at(-1))) && isCount(valueAt(one.template, path)),
      );
      if (paths.length === 0) return true;
      const path = at(paths, pick);
      const after = changed(one.template, path, (old) => Number(old) + more);
      const [a, b] = [billIn(world(one, one.template)), billIn(world(one, after))];
      return b.unpriced.length > a.unpriced.length || exact(b.windowTotal.max).gte(exact(a.windowTotal.max));
    }),

  'dearer prices cost more, and twice as dear ones twice as much': () =>
    fc.property(cases, fc.integer({ min: 2, max: 9 }), (one, times) => {
      const offers = BOOK.offers.map((offer) => ({ ...offer, usd: exact(offer.usd).mul(times).toString(30) }));
      const book = sealPriceBook('2026-11-23', offers);
      const [a, b] = [billIn(world(one, one.template)), billIn({ ...world(one, one.template), book })];
      return exact(b.windowTotal.max).equals(exact(a.windowTotal.max).mul(times));
    }),
};

const OPTIONAL: Readonly<Record<string, true>> = { rates: true };
const MORE = new Set([
  'MaxSize',
  'VolumeSize',
  'Size',
  'MaxvCpus',
  'StorageCapacity',
  'MaxCapacity',
  'InitialInstanceCount',
  'Iops',
]);

function isCount(value: Json | undefined): boolean {
  return /^\d+$/.test(String(value));
}
