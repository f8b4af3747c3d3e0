import * as path from 'node:path';
import type { BlockQuestion } from '../../budget/prices/block-quotes';
import type { Patience } from '../../budget/prices/refresh/patience';
import { quoteBlocks } from '../../budget/prices/refresh/quote-blocks';
import { Problem } from '../../problem';
import { toJsonText } from '../../report/json';
import { renderQuotes } from '../../report/quote-report';
import { instant } from '../../units/interval';
import type { ExitCode, World } from '../world';

export interface QuoteAsked {
  readonly region: string;
  readonly instanceType?: string;
  readonly ultraserverType?: string;
  readonly count: string;
  readonly days: string;
  readonly from?: string;
  readonly to?: string;
  readonly quotes: string;
  readonly account?: string;
  readonly json?: boolean;
}

/**
 * `headroom prices quote`: 0 when blocks are offered, 1 when none is or there is no answer.
 *
 * @param patience with the server; the SDK's limits unless said otherwise
 */
export async function quote(asked: QuoteAsked, world: World, patience: Partial<Patience> = {}): Promise<ExitCode> {
  const outcome = await quoteBlocks(
    {
      quotesFile: path.resolve(world.cwd, asked.quotes),
      question: questionOf(asked),
      ...(asked.account === undefined ? {} : { account: asked.account }),
    },
    { now: world.now, patience },
  );
  if (asked.json === true) world.out(toJsonText(outcome));
  else if (outcome.kind === 'quoted') world.out(renderQuotes(outcome));
  if (outcome.kind === 'failed') world.err(`headroom: no quotes: ${outcome.reason}\n`);
  return outcome.kind === 'quoted' && outcome.quotes.length > 0 ? 0 : 1;
}

function questionOf(asked: QuoteAsked): BlockQuestion {
  if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(asked.region))
    throw wrong('--region', 'a region such as us-east-1', asked.region);
  return {
    region: asked.region,
    of: blockOf(asked),
    count: whole('--count', asked.count),
    hours: whole('--days', asked.days) * 24,
    within: {
      ...(asked.from === undefined ? {} : { start: instant(asked.from) }),
      ...(asked.to === undefined ? {} : { end: instant(asked.to) }),
    },
  };
}

function blockOf({ instanceType, ultraserverType }: QuoteAsked): BlockQuestion['of'] {
  if (instanceType !== undefined && ultraserverType === undefined) return { kind: 'instances', type: instanceType };
  if (ultraserverType !== undefined && instanceType === undefined) {
    return { kind: 'ultraServers', type: ultraserverType };
  }
  throw new Problem(
    'InvalidArgument',
    'a block is of instances or of UltraServers; give either --instance-type or --ultraserver-type',
  );
}

function whole(option: string, text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw wrong(option, 'a whole number from 1 on', text);
}

function wrong(option: string, what: string, got: string): Problem {
  return new Problem('InvalidArgument', `${option} takes ${what}, got ${JSON.stringify(got)}; write one`);
}
