import * as path from 'node:path';
import { SingleBar } from 'cli-progress';
import { PRICE_BOOK } from '../../blueprint/question';
import type { Patience } from '../../budget/prices/refresh/patience';
import { refreshPriceBook } from '../../budget/prices/refresh/refresh';
import { toJsonText } from '../../report/json';
import { renderRefresh } from '../../report/price-report';
import type { ExitCode, World } from '../world';

export interface RefreshAsked {
  readonly book?: string;
  readonly region?: readonly string[];
  readonly instanceType?: readonly string[];
  readonly savingsPlan?: readonly string[];
  readonly json?: boolean;
}

/**
 * `headroom prices refresh`: 0 when every row that the book had and the list was asked for was read again, 1 when some are kept
 * as they were, or when the book is not replaced at all.
 *
 * @param patience with the server; the list's own limits unless said otherwise
 */
export async function refresh(asked: RefreshAsked, world: World, patience: Partial<Patience> = {}): Promise<ExitCode> {
  const bar = progressBar(world);
  const outcome = await refreshPriceBook(
    {
      bookFile: asked.book === undefined ? path.join(world.root, PRICE_BOOK) : path.resolve(world.cwd, asked.book),
      ...(asked.region === undefined ? {} : { regions: asked.region }),
      ...(asked.instanceType === undefined ? {} : { instanceTypes: asked.instanceType }),
      ...(asked.savingsPlan === undefined ? {} : { savingsPlans: asked.savingsPlan }),
    },
    { now: world.now, onProgress: bar.onProgress, patience },
  ).finally(bar.stop);
  if (asked.json === true) world.out(toJsonText(outcome));
  else if (outcome.kind === 'replaced') world.out(renderRefresh(outcome));
  if (outcome.kind === 'failed') {
    world.err(`headroom: the price book is not refreshed: ${outcome.reason}\n`);
    return 1;
  }
  return outcome.summary.kept.length === 0 ? 0 : 1;
}

/** Drawn on a terminal, and nowhere else. */
function progressBar({ terminal }: World): {
  readonly onProgress: (done: number, of: number) => void;
  readonly stop: () => void;
} {
  if (terminal === undefined) return { onProgress: () => undefined, stop: () => undefined };
  const bar = new SingleBar({
    stream: terminal,
    format: 'reading prices {bar} {value}/{total} queries, {eta_formatted} to go',
    clearOnComplete: true,
    hideCursor: false,
  });
  return {
    onProgress: (done, of) => {
      if (bar.isActive) bar.update(done);
      else bar.start(of, done);
    },
    stop: () => bar.stop(),
  };
}
