import { answer } from '../blueprint';
import { judgedByClock } from '../blueprint/clock';
import { contractOf, readQuestion } from '../blueprint/question';
import { toJsonText } from '../report/json';
import { renderVerdict } from '../report/verdict-report';
import type { Asked } from './main';
import type { ExitCode, World } from './world';

/** `headroom check`: the gate. 0 when within the contract as of a day that is (about) today, else 1. */
export function check(asked: Asked, world: World): ExitCode {
  const question = readQuestion({ root: world.root, cwd: world.cwd, ...asked });
  const contract = contractOf(question);
  const verdict = judgedByClock(answer(question).verdict, world.now());
  const disclose = contract.kind === 'none' || contract.contract.disclose;
  world.out(asked.json === true ? toJsonText(verdict) : renderVerdict(verdict, { disclose }));
  return verdict.status === 'within' ? 0 : 1;
}
