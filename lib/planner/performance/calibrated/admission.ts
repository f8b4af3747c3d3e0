import { type Coefficients, coefficientsFromLogs } from './coefficient-names';
import type { CellLogs, Sample } from './fit';
import { emptyTimes, type RequestTimes, requestTimes, type Serving } from './request-time';

/** Shares of the decoding among which the one is learned that a first token must exceed. The measurements call 25 % saturated. */
const SHARES: readonly number[] = Array.from({ length: 27 }, (_, i) => 0.08 + 0.01 * i);
/** At least half of the first token's time must be waiting. */
const WAIT_SHARE = 0.5;

/**
 * Whether requests wait for admission under a load, by its predicted times: the first token takes more than `share` of the decoding,
 * most of it waiting. A static batch waits by design.
 */
export function waitsForAdmission(
  s: Serving,
  t: Pick<RequestTimes, 'ttftSeconds' | 'tpotSeconds' | 'overheadSeconds' | 'aloneSeconds'>,
  share: number,
): boolean {
  if (s.protocol === 'static' || s.concurrency <= 1) return false;
  // What a request does by itself is no wait: a long prompt with a short answer saturates nothing.
  const wait = t.ttftSeconds - t.overheadSeconds - t.aloneSeconds;
  return t.ttftSeconds > share * (s.outputTokens - 1) * t.tpotSeconds && wait > WAIT_SHARE * t.ttftSeconds;
}

/** How well predictions tell saturated measurements from others. */
export interface SaturationScore {
  readonly saturated: number;
  readonly flagged: number;
  /** Share of the flagged that are saturated, and of the saturated that are flagged. */
  readonly precision: number;
  readonly recall: number;
}

/** What decides a flag: a load and its predicted times. */
export interface Judged {
  readonly serving: Serving;
  readonly times: RequestTimes;
  readonly saturated: boolean;
}

/** Predicts the times of samples, each by the fit that `logsOf` names; those without one are left out. */
export function judgedBy(
  samples: readonly Sample[],
  saturated: readonly boolean[],
  logsOf: (index: number) => CellLogs | undefined,
): readonly (Judged | undefined)[] {
  const ready = new Map<CellLogs, readonly Coefficients[]>();
  return samples.map(({ work, serving, cell }, i) => {
    const logs = logsOf(i);
    if (logs === undefined) return undefined;
    const coefficients = ready.get(logs) ?? logs.map(coefficientsFromLogs);
    ready.set(logs, coefficients);
    const own = coefficients[cell];
    if (own === undefined) return undefined;
    return { serving, times: requestTimes(work, own, serving, emptyTimes()), saturated: saturated[i] === true };
  });
}

/** Counts flags against the truth. */
export function saturationScore<T extends Judged>(rows: readonly T[], flagOf: (row: T) => boolean): SaturationScore {
  const flags = rows.map((row) => flagOf(row));
  const both = rows.filter((row, i) => flags[i] && row.saturated).length;
  const flagged = flags.filter(Boolean).length;
  const saturated = rows.filter((row) => row.saturated).length;
  return { saturated, flagged, precision: both / Math.max(1, flagged), recall: both / Math.max(1, saturated) };
}

/** The share with the fewest rows told wrong, flagged or not; the largest of equals, which flags least. */
export function learnedAdmissionShare(rows: readonly Judged[]): number {
  const wrong = (share: number): number =>
    rows.filter(({ serving, times, saturated }) => waitsForAdmission(serving, times, share) !== saturated).length;
  // Measurements without a saturated row say nothing: what they would be called themselves stands.
  if (!rows.some((row) => row.saturated)) return 0.25;
  return SHARES.reduce((best, share) => (wrong(share) <= wrong(best) ? share : best));
}
