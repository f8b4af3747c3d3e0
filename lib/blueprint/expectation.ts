import * as z from 'zod';
import { readJson } from '../budget/envelope/read-json';
import type { Finding, Verdict } from '../budget/envelope/verdict';
import { type Instant, instant } from '../units/interval';

/** expect.json: what a reviewed verdict was made from. It lies in the repository, so that a change of it is seen in review. */
export interface Expectation {
  readonly schemaVersion: 1;
  readonly deployment: string;
  /** A verdict as of an earlier day answers an older question. */
  readonly asOf: Instant;
  /** SHA-256 of each file; null where there is to be none. */
  readonly contract: string | null;
  readonly waivers: string | null;
  readonly actuals: string | null;
  readonly priceBook: string | null;
}

const FILE = { name: 'the expectation', code: 'InvalidArgument' } as const;
const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'a SHA-256 in hex, or null')
  .nullable();

const schema = z.strictObject({
  schemaVersion: z.literal(1),
  deployment: z.string(),
  asOf: z.string(),
  contract: hash,
  waivers: hash,
  actuals: hash,
  priceBook: hash,
});

/** What a verdict was made from, to be held to from now on. */
export function expectationOf(deployment: string, { asOf, inputs }: Verdict): Expectation {
  return {
    schemaVersion: 1,
    deployment,
    asOf: instant(asOf),
    contract: inputs.contract?.sha256 ?? null,
    waivers: inputs.waivers?.sha256 ?? null,
    actuals: inputs.actuals?.sha256 ?? null,
    priceBook: inputs.priceBook?.sha256 ?? null,
  };
}

/**
 * Reads expect.json.
 *
 * @throws Problem InvalidArgument, InvalidInstant
 */
export function parseExpectation(text: string): Expectation {
  const { asOf, ...rest } = readJson(text, schema, FILE);
  return { ...rest, asOf: instant(asOf) };
}

const NAMES = {
  contract: 'contract',
  waivers: 'waivers file',
  actuals: 'actuals file',
  priceBook: 'price book',
} as const;

/** One sentence for each thing that is not as it was reviewed. */
export function unexpected(expected: Expectation, now: Expectation): readonly string[] {
  const other = (['contract', 'waivers', 'actuals', 'priceBook'] as const)
    .filter((what) => expected[what] !== now[what])
    .map((what) => `the ${NAMES[what]} is ${named(now[what])}, and ${named(expected[what])} is expected`);
  return [
    ...(expected.deployment === now.deployment
      ? []
      : [`the deployment is ${now.deployment}, and ${expected.deployment} is expected`]),
    ...(now.asOf < expected.asOf ? [`the verdict is as of ${now.asOf}, before the expected ${expected.asOf}`] : []),
    ...other,
  ];
}

/** The verdict, or a failed one when anything is not what was reviewed. */
export function judgedByExpectation(verdict: Verdict, faults: readonly string[]): Verdict {
  if (faults.length === 0) return verdict;
  const findings = faults.map(
    (sentence): Finding => ({
      rule: 'NotAsExpected',
      severity: 'fatal',
      period: null,
      stack: null,
      logicalId: null,
      sentence,
      remedy: 'synthesize again with what was reviewed, or review it and write the expectation with --write-expect',
    }),
  );
  return { ...verdict, status: 'failed', findings: [...findings, ...verdict.findings] };
}

function named(sha256: string | null): string {
  return sha256 === null ? 'none' : sha256.slice(0, 12);
}
