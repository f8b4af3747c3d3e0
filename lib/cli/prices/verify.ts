import * as path from 'node:path';
import { clockFault } from '../../blueprint/clock';
import { loadPriceBookFile, PRICE_BOOK } from '../../blueprint/question';
import { checkBook } from '../../budget/prices/book-check';
import { findDeployment } from '../../deployments/registry';
import { isProblem, Problem } from '../../problem';
import { toJsonText } from '../../report/json';
import { renderBookCheck } from '../../report/price-report';
import { instant } from '../../units/interval';
import type { ExitCode, World } from '../world';

export interface VerifyAsked {
  readonly deployment: string;
  readonly asOf?: string;
  readonly maxAge?: string;
  readonly json?: boolean;
}

/** Age in days above which a row is called old, as a verdict does. */
const OLD_AFTER_DAYS = 30;
const OLDEST_NAMED = 10;

/** `headroom prices verify`: 0 when the book can be used as of a day that is (about) today, else 1. */
export function verify(file: string | undefined, asked: VerifyAsked, world: World): ExitCode {
  const bookFile = file === undefined ? path.join(world.root, PRICE_BOOK) : path.resolve(world.cwd, file);
  const asOf = instant(asked.asOf ?? findDeployment(asked.deployment).asOf);
  const maxAge = asked.maxAge === undefined ? undefined : days(asked.maxAge);
  const now = world.now();
  const name = file ?? PRICE_BOOK;
  try {
    const aged = checkBook(loadPriceBookFile(bookFile), {
      asOf,
      now,
      maxAgeDays: maxAge ?? OLD_AFTER_DAYS,
      refuseOld: maxAge !== undefined,
      named: OLDEST_NAMED,
    });
    const clock = clockFault(asOf, now);
    const check = { ...aged, faults: [...aged.faults, ...(clock === undefined ? [] : [clock])] };
    const ok = check.faults.length === 0;
    world.out(asked.json === true ? toJsonText({ file: name, ok, ...check }) : renderBookCheck(name, check));
    return ok ? 0 : 1;
  } catch (thrown) {
    if (!isProblem(thrown) || thrown.code !== 'InvalidPriceBook') throw thrown;
    if (asked.json === true) world.out(toJsonText({ file: name, ok: false, faults: [thrown.message] }));
    world.err(`headroom: ${name}: ${thrown.message} (${thrown.code})\n`);
    return 1;
  }
}

function days(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new Problem('InvalidArgument', `--max-age takes whole days, got ${JSON.stringify(text)}; write, say, 30`);
}
