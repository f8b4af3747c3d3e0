import type { CapacityBlockOffering } from '@aws-sdk/client-ec2';
import { Problem } from '../../../problem';
import { dateOf, type Instant, instantOfDate } from '../../../units/interval';
import {
  type BlockOffering,
  type BlockQuestion,
  type BlockQuote,
  type BlockQuotes,
  parseQuotes,
  readOffering,
  withNewQuotes,
} from '../block-quotes';
import { diskSentence, type Files, isFileError, readIfThere, realFiles, replaceWhole } from './files';
import { clientSettings, type Patience, paced, viaOf } from './patience';
import { type Pages, readPages } from './read-pages';
import { RefreshLock } from './refresh-lock';

export interface QuoteOptions {
  readonly quotesFile: string;
  readonly question: BlockQuestion;
  /** Twelve digits. @default - the account that the credentials name */
  readonly account?: string;
}

export interface QuoteWorld {
  readonly now: () => Instant;
  readonly files?: Files;
  readonly patience?: Partial<Patience>;
}

export type QuoteOutcome =
  | {
      readonly kind: 'quoted';
      /** Of this question. Empty: nothing is offered. */
      readonly quotes: readonly BlockQuote[];
      /** Offerings that are no quote, one sentence each. */
      readonly refused: readonly string[];
    }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * Asks AWS what Capacity Blocks it offers this account now, and keeps the answer in a quotes file for a day. Reads, never buys.
 *
 * The file is replaced as a whole or not at all; quotes that have expired leave it.
 *
 * @throws Problem InvalidQuotes for a file that is there and is none, InvalidArgument when no account is known
 */
export async function quoteBlocks(options: QuoteOptions, world: QuoteWorld): Promise<QuoteOutcome> {
  const files = world.files ?? realFiles;
  try {
    const lock = RefreshLock.take(files, `${options.quotesFile}.lock`);
    if ('heldBy' in lock) return { kind: 'failed', reason: `these quotes are being written by ${lock.heldBy}` };
    try {
      return await quoteLocked(options, world, files);
    } finally {
      lock.release();
    }
  } catch (thrown) {
    if (!isFileError(thrown)) throw thrown;
    return { kind: 'failed', reason: diskSentence(thrown, 'the quotes are as they were') };
  }
}

async function quoteLocked(options: QuoteOptions, world: QuoteWorld, files: Files): Promise<QuoteOutcome> {
  const { question, quotesFile } = options;
  const former = formerQuotes(files, quotesFile);
  const answer = await offeringsFor(question, world.patience ?? {});
  if (answer.pages.kind === 'failed') return { kind: 'failed', reason: `there is no answer (${answer.pages.why})` };
  if (answer.pages.kind === 'refused')
    return { kind: 'failed', reason: `AWS refuses the question: ${answer.pages.why}` };
  const quotedAt = world.now();
  const stamp = { account: accountOf(options, answer.account), quotedAt, via: viaOf(answer.host) };
  const readings = answer.pages.entries.map((offering) => readOffering(offering, question, stamp));
  const quotes = readings.flatMap((reading) => (reading.kind === 'quote' ? [reading.quote] : []));
  const next = withNewQuotes(former, quotes, { ...question, account: stamp.account }, quotedAt);
  replaceWhole(files, quotesFile, `${JSON.stringify(next, null, 2)}\n`);
  return {
    kind: 'quoted',
    quotes: next.quotes.filter((quote) => quotes.includes(quote)),
    refused: readings.flatMap((reading) => (reading.kind === 'refused' ? [reading.reason] : [])),
  };
}

interface Offerings {
  readonly pages: Pages<BlockOffering>;
  readonly host: string;
  readonly account: string | undefined;
}

async function offeringsFor(question: BlockQuestion, patience: Partial<Patience>): Promise<Offerings> {
  const { EC2Client, DescribeCapacityBlockOfferingsCommand } = await import('@aws-sdk/client-ec2');
  const { getEndpointFromInstructions } = await import('@smithy/core/endpoints');
  const client = new EC2Client({ ...(await clientSettings(patience)), region: question.region });
  client.middlewareStack.use(paced(patience));
  try {
    const { url } = await getEndpointFromInstructions({}, DescribeCapacityBlockOfferingsCommand, client.config);
    const pages = await readPages(async (token) => {
      const page = await client.send(
        new DescribeCapacityBlockOfferingsCommand({
          ...inputOf(question),
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      // Nothing offered is an empty list; no list at all is somebody else's page.
      return { entries: page.CapacityBlockOfferings?.map(offeringOf), next: page.NextToken };
    });
    const account = pages.kind === 'read' ? (await client.config.credentials()).accountId : undefined;
    return { pages, host: url.host, account };
  } finally {
    client.destroy();
  }
}

function inputOf({ of, count, hours, within }: BlockQuestion) {
  return {
    CapacityDurationHours: hours,
    AllAvailabilityZones: true,
    ...(of.kind === 'instances'
      ? { InstanceType: of.type, InstanceCount: count }
      : { UltraserverType: of.type, UltraserverCount: count }),
    ...(within?.start === undefined ? {} : { StartDateRange: dateOf(within.start) }),
    ...(within?.end === undefined ? {} : { EndDateRange: dateOf(within.end) }),
  };
}

function offeringOf(offering: CapacityBlockOffering): BlockOffering {
  return {
    id: offering.CapacityBlockOfferingId,
    instanceType: offering.InstanceType,
    ultraServerType: offering.UltraserverType,
    ultraServerCount: offering.UltraserverCount,
    availabilityZone: offering.AvailabilityZone,
    instanceCount: offering.InstanceCount,
    start: offering.StartDate && instantOfDate(offering.StartDate),
    end: offering.EndDate && instantOfDate(offering.EndDate),
    upfrontFee: offering.UpfrontFee,
    currency: offering.CurrencyCode,
  };
}

function accountOf({ account }: QuoteOptions, ofCredentials: string | undefined): string {
  const known = account ?? ofCredentials;
  if (known !== undefined && /^\d{12}$/.test(known)) return known;
  throw new Problem(
    'InvalidArgument',
    `a quote belongs to an account of twelve digits, got ${JSON.stringify(known ?? null)}; pass --account, the credentials do not say`,
  );
}

function formerQuotes(files: Files, file: string): BlockQuotes {
  const text = readIfThere(files, file);
  return text === undefined ? { schemaVersion: 1, quotes: [] } : parseQuotes(text);
}
