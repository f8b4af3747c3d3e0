import * as z from 'zod';
import { Problem } from '../../problem';
import { exact, exactText } from '../../units/exact';
import { earlier, hoursIn, type Instant, type Interval, instant, interval, plusHours } from '../../units/interval';
import type { AmountText } from '../../units/money';

/**
 * What AWS offered one account for one Capacity Block, on one day: an answer to a question, and never a price of anything else.
 * A purchase can be proposed from it until it expires; no bill reads it.
 */
export interface BlockQuote {
  /** AWS's id of the offering. */
  readonly id: string;
  readonly account: string;
  readonly region: string;
  readonly availabilityZone: string;
  readonly instanceType: string;
  /** Set where whole UltraServers are offered: `count` is of them. @default - `count` is of instances */
  readonly ultraServerType?: string;
  readonly count: number;
  readonly window: Interval;
  /** USD for the whole block, due at purchase. */
  readonly upfrontFee: AmountText;
  /** USD an hour for one of `count`, exact text: the fee ÷ (count × hours of the window). */
  readonly perHour: AmountText;
  readonly quotedAt: Instant;
  /** A day after it was quoted, or when the block starts. */
  readonly expires: Instant;
  /** The server, when it is not AWS's own. */
  readonly via?: string;
}

/** quotes.json */
export interface BlockQuotes {
  readonly schemaVersion: 1;
  readonly quotes: readonly BlockQuote[];
}

/** What was asked for. */
export interface BlockQuestion {
  readonly region: string;
  readonly count: number;
  readonly hours: number;
  /** Not to start before, and to end before. @default - as AWS has it */
  readonly within?: { readonly start?: Instant; readonly end?: Instant };
  readonly of:
    | { readonly kind: 'instances'; readonly type: string }
    | { readonly kind: 'ultraServers'; readonly type: string };
}

/** Whose quote it is, and when. */
export interface QuoteStamp {
  readonly account: string;
  readonly quotedAt: Instant;
  readonly via?: string | undefined;
}

/** An offering as the SDK hands it over, its dates as instants. */
export interface BlockOffering {
  readonly id: string | undefined;
  readonly instanceType: string | undefined;
  readonly ultraServerType: string | undefined;
  readonly ultraServerCount: number | undefined;
  readonly availabilityZone: string | undefined;
  readonly instanceCount: number | undefined;
  readonly start: Instant | undefined;
  readonly end: Instant | undefined;
  readonly upfrontFee: string | undefined;
  readonly currency: string | undefined;
}

export type QuoteReading =
  | { readonly kind: 'quote'; readonly quote: BlockQuote }
  | { readonly kind: 'refused'; readonly reason: string };

const HOURS_A_QUOTE_HOLDS = 24;

/** One offering as a quote, or why it is none: money in another currency, no fee, no window. Nothing is guessed. */
export function readOffering(offering: BlockOffering, question: BlockQuestion, stamp: QuoteStamp): QuoteReading {
  const { id, availabilityZone, start, end, instanceType, upfrontFee, currency } = offering;
  const count = question.of.kind === 'instances' ? offering.instanceCount : offering.ultraServerCount;
  if (id === undefined || availabilityZone === undefined || instanceType === undefined || count === undefined) {
    return refused(offering, 'does not say what it offers, and where');
  }
  if (currency !== 'USD') return refused(offering, `is in ${currency ?? 'no currency'}`);
  if (upfrontFee === undefined || !/^\d+(\.\d+)?$/.test(upfrontFee) || exact(upfrontFee).equals(0)) {
    return refused(offering, `costs ${upfrontFee === undefined ? 'nothing that it says' : JSON.stringify(upfrontFee)}`);
  }
  if (start === undefined || end === undefined || end <= start || count < 1) {
    return refused(offering, `is for ${count} from ${start ?? 'nowhen'} to ${end ?? 'nowhen'}`);
  }
  const window = { start, end };
  return {
    kind: 'quote',
    quote: {
      id,
      account: stamp.account,
      region: question.region,
      availabilityZone,
      instanceType,
      ...(question.of.kind === 'instances' ? {} : { ultraServerType: question.of.type }),
      count,
      window,
      upfrontFee,
      perHour: exactText(exact(upfrontFee).div(hoursIn(window).mul(exact(count)))),
      quotedAt: stamp.quotedAt,
      expires: earlier(plusHours(stamp.quotedAt, HOURS_A_QUOTE_HOLDS), start),
      ...(stamp.via === undefined ? {} : { via: stamp.via }),
    },
  };
}

/** Quotes that still hold at an instant. */
export function liveQuotes({ quotes }: BlockQuotes, at: Instant): readonly BlockQuote[] {
  return quotes.filter((quote) => quote.quotedAt <= at && at < quote.expires);
}

/** Former quotes that still hold, less those that the same account was just quoted anew, and the new ones. Cheapest first. */
export function withNewQuotes(
  former: BlockQuotes,
  fresh: readonly BlockQuote[],
  asked: { readonly account: string; readonly region: string; readonly of: { readonly type: string } },
  at: Instant,
): BlockQuotes {
  const isAskedAnew = (quote: BlockQuote): boolean =>
    quote.account === asked.account && quote.region === asked.region && typeOf(quote) === asked.of.type;
  const others = liveQuotes(former, at).filter((quote) => !isAskedAnew(quote));
  const quotes = [...others, ...fresh].sort(
    (a, b) => exact(a.perHour).compare(exact(b.perHour)) || (a.window.start + a.id < b.window.start + b.id ? -1 : 1),
  );
  return { schemaVersion: 1, quotes };
}

function typeOf(quote: BlockQuote): string {
  return quote.ultraServerType ?? quote.instanceType;
}

const quotesSchema = z.strictObject({
  schemaVersion: z.literal(1),
  quotes: z.array(
    z.strictObject({
      id: z.string().min(1),
      account: z.string().regex(/^\d{12}$/),
      region: z.string(),
      availabilityZone: z.string(),
      instanceType: z.string(),
      ultraServerType: z.string().optional(),
      count: z.int().positive(),
      window: z.strictObject({ start: z.string(), end: z.string() }),
      upfrontFee: z.string().regex(/^\d+(\.\d+)?$/),
      perHour: z.string().regex(/^\d+(\.\d+|\/\d+)?$/),
      quotedAt: z.string(),
      expires: z.string(),
      via: z.string().optional(),
    }),
  ),
});

/**
 * Reads quotes.json and refuses one that cannot be trusted.
 *
 * @throws Problem InvalidQuotes, one sentence
 */
export function parseQuotes(text: string): BlockQuotes {
  const read = quotesSchema.safeParse(parseJson(text));
  if (!read.success) {
    const [issue] = read.error.issues;
    throw invalid(`${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? 'has the wrong shape'}`.trim());
  }
  return { schemaVersion: 1, quotes: read.data.quotes.map(checked) };
}

function checked(row: z.infer<typeof quotesSchema>['quotes'][number]): BlockQuote {
  const { ultraServerType, via, ...rest } = row;
  const quote = {
    ...rest,
    ...(ultraServerType === undefined ? {} : { ultraServerType }),
    ...(via === undefined ? {} : { via }),
    window: interval(row.window.start, row.window.end),
    quotedAt: instant(row.quotedAt),
    expires: instant(row.expires),
  };
  const hours = hoursIn(quote.window).mul(exact(quote.count));
  if (!exact(quote.perHour).mul(hours).equals(exact(quote.upfrontFee))) {
    throw invalid(`${quote.id} costs ${quote.upfrontFee}, which is not ${quote.perHour} an hour for ${quote.count}`);
  }
  if (quote.expires <= plusHours(quote.quotedAt, HOURS_A_QUOTE_HOLDS)) return quote;
  throw invalid(`${quote.id} says that it holds for more than ${HOURS_A_QUOTE_HOLDS} hours`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid(`it is not JSON (${error instanceof Error ? error.message : String(error)})`);
  }
}

function refused({ id }: BlockOffering, why: string): QuoteReading {
  return { kind: 'refused', reason: `offering ${id ?? 'without id'} ${why}` };
}

function invalid(why: string): Problem {
  return new Problem('InvalidQuotes', `the Capacity Block quotes cannot be used: ${why}; ask for quotes again`);
}
