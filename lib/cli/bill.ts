import { answer } from '../blueprint';
import { contractOf, readQuestion } from '../blueprint/question';
import { renderBill } from '../report/bill-report';
import { toJsonText } from '../report/json';
import type { Asked } from './main';
import type { ExitCode, World } from './world';

/** `headroom bill`: 0 when everything is priced, 1 when anything is not. */
export function bill(asked: Asked, world: World): ExitCode {
  const question = readQuestion({ root: world.root, cwd: world.cwd, ...asked });
  contractOf(question);
  const { bill } = answer(question);
  world.out(asked.json === true ? toJsonText(bill) : renderBill(bill));
  return bill.unpriced.length === 0 && question.alteredPrices === undefined ? 0 : 1;
}
