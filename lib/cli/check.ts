import * as path from 'node:path';
import { type Answer, answer, partsFor } from '../blueprint';
import { assemblyFaults } from '../blueprint/assembly-faults';
import { judgedByAge, judgedByClock } from '../blueprint/clock';
import {
  type Expectation,
  expectationOf,
  judgedByExpectation,
  parseExpectation,
  unexpected,
} from '../blueprint/expectation';
import { contractOf, type Question, readQuestion } from '../blueprint/question';
import { readText } from '../blueprint/read-text';
import { diskSentence, isFileError, realFiles, replaceWhole } from '../budget/prices/refresh/files';
import { Problem } from '../problem';
import { toJsonText } from '../report/json';
import { renderVerdict } from '../report/verdict-report';
import type { Asked } from './main';
import type { ExitCode, World } from './world';

export interface ExpectAsked {
  readonly expect?: string;
  readonly writeExpect?: string;
  readonly assembly?: string;
  readonly maxPriceAge?: string;
}

/**
 * `headroom check`: the gate. 0 when within the contract as of a day that is (about) today, and, with `--expect`, when the
 * assembly and everything that it was judged by is what was reviewed; else 1.
 */
export function check(asked: Asked & ExpectAsked, world: World): ExitCode {
  if (asked.expect !== undefined && asked.writeExpect !== undefined) {
    throw new Problem(
      'InvalidArgument',
      'an expectation is either held to or written; give --expect or --write-expect',
    );
  }
  if (asked.assembly !== undefined && asked.expect === undefined) {
    throw new Problem('InvalidArgument', '--assembly is compared with what is expected; give --expect too');
  }
  const question = readQuestion({ root: world.root, cwd: world.cwd, ...asked });
  const contract = contractOf(question);
  const answered = answer(question);
  const faults = asked.expect === undefined ? [] : faultsOf(asked.expect, asked.assembly, question, answered, world);
  const now = world.now();
  const timely = judgedByClock(answered.verdict, now);
  const days = asked.maxPriceAge === undefined ? undefined : daysOf(asked.maxPriceAge);
  const fresh = days === undefined ? timely : judgedByAge(timely, answered.bill.priceBook.oldestRow, now, days);
  const verdict = judgedByExpectation(fresh, faults);
  const disclose = contract.kind === 'none' || contract.contract.disclose;
  world.out(asked.json === true ? toJsonText(verdict) : renderVerdict(verdict, { disclose }));
  if (verdict.status !== 'within') return 1;
  if (asked.writeExpect !== undefined)
    write(asked.writeExpect, expectationOf(question.deployment.name, verdict), world);
  return 0;
}

function daysOf(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Problem('InvalidArgument', `--max-price-age takes whole days, got ${JSON.stringify(text)}; write 30`);
}

function faultsOf(
  file: string,
  assembly: string | undefined,
  question: Question,
  answered: Answer,
  world: World,
): readonly string[] {
  const expected = parseExpectation(readText(path.resolve(world.cwd, file), 'the expectation'));
  const now = expectationOf(question.deployment.name, answered.verdict);
  const folder = path.resolve(world.cwd, assembly ?? 'cdk.out');
  const report = { 'bill.json': toJsonText(answered.bill), 'verdict.json': toJsonText(answered.verdict) };
  const parts = partsFor(question, answered.planned);
  return [...unexpected(expected, now), ...assemblyFaults(folder, question, answered, report, parts)];
}

function write(place: string, expectation: Expectation, world: World): void {
  const file = path.resolve(world.cwd, place);
  try {
    replaceWhole(realFiles, file, toJsonText(expectation));
  } catch (thrown) {
    if (!isFileError(thrown)) throw thrown;
    throw new Problem('UnreadableFile', diskSentence(thrown, `${place} is as it was; name another place`));
  }
}
