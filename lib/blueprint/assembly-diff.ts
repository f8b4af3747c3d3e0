import * as fs from 'node:fs';
import * as path from 'node:path';
import type { BillDiff } from '../budget/diff/bill-diff';
import { type Compared, diffBills } from '../budget/diff/diff-bills';
import { parseBill } from '../budget/diff/parse-bill';
import { parseJudged } from '../budget/diff/parse-judged';
import { readText } from './read-text';
import { stacksOfAssembly } from './template-files';

/**
 * What costs more or less in one assembly than in another, and why. Both are folders that `cdk synth` wrote, with the report in
 * `headroom`; nothing is billed anew, so that each side is what was judged then.
 *
 * @throws Problem UnreadableFile, InvalidBill, InvalidTemplate
 */
export function diffAssemblies(from: string, to: string): BillDiff {
  return diffBills(compared(from), compared(to));
}

function compared(folder: string): Compared {
  const report = path.join(folder, 'headroom');
  const billFile = path.join(report, 'bill.json');
  const bill = parseBill(readText(billFile, 'the bill'), billFile);
  const verdictFile = path.join(report, 'verdict.json');
  const verdict = fs.existsSync(verdictFile)
    ? parseJudged(readText(verdictFile, 'the verdict'), verdictFile)
    : undefined;
  return { bill, stacks: stacksOfAssembly(folder, undefined), verdict };
}
