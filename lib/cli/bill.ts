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
  const { bill, planned } = answer(question);
  world.out(asked.json === true ? toJsonText(bill) : renderBill(bill));
  if (planned.kind === 'infeasible') {
    const names = planned.workloads.map(({ name }) => name).join(', ');
    world.err(`headroom: the bill has no nodes for ${names}, which no candidate can serve; headroom plan says why\n`);
    return 1;
  }
  return bill.unpriced.length === 0 && question.alteredPrices === undefined ? 0 : 1;
}
