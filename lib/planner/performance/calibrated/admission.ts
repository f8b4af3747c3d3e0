import { type Coefficients, coefficientsFromLogs } from './coefficient-names';
import type { CellLogs, Sample } from './fit';
import { emptyTimes, type RequestTimes, requestTimes, type Serving } from './request-time';

/**
 * A first token that takes more than this share of the decoding waits for admission. The measurements call 25 % saturated;
 * predictions of waiting requests are low, and this share finds most on left-out pairs at few false alarms (`npm run accuracy`).
 */
const ADMISSION_SHARE = 0.16;
/** Share of the first token's time that must be waiting; on left-out pairs it drops one flag of 61. */
const WAIT_SHARE = 0.5;

/** Whether requests wait for admission under a load, by its predicted times. A static batch waits by design. */
export function waitsForAdmission(
  s: Serving,
  t: Pick<RequestTimes, 'ttftSeconds' | 'tpotSeconds' | 'overheadSeconds' | 'aloneSeconds'>,
): boolean {
  if (s.protocol === 'static' || s.concurrency <= 1) return false;
  // What a request does by itself is no wait: a long prompt with a short answer saturates nothing.
  const wait = t.ttftSeconds - t.overheadSeconds - t.aloneSeconds;
  return t.ttftSeconds > ADMISSION_SHARE * (s.outputTokens - 1) * t.tpotSeconds && wait > WAIT_SHARE * t.ttftSeconds;
}

/** How well predictions tell saturated measurements from others. */
export interface SaturationScore {
  readonly saturated: number;
  readonly flagged: number;
  /** Share of the flagged that are saturated, and of the saturated that are flagged. */
  readonly precision: number;
  readonly recall: number;
}

/** Scores the flags of samples, each by coefficients that have not seen its pair. */
export function saturationScore(
  samples: readonly Sample[],
  saturated: readonly boolean[],
  logsOf: (index: number) => CellLogs | undefined,
): SaturationScore {
  const ready = new Map<CellLogs, readonly Coefficients[]>();
  const t = emptyTimes();
  const flags = samples.map((sample, i) => {
    const logs = logsOf(i);
    if (logs === undefined) return false;
    const coefficients = ready.get(logs) ?? logs.map(coefficientsFromLogs);
    ready.set(logs, coefficients);
    const own = coefficients[sample.cell];
    return own !== undefined && waitsForAdmission(sample.serving, requestTimes(sample.work, own, sample.serving, t));
  });
  const both = flags.filter((flag, i) => flag && saturated[i]).length;
  const flagged = flags.filter(Boolean).length;
  const truly = saturated.filter(Boolean).length;
  return { saturated: truly, flagged, precision: both / Math.max(1, flagged), recall: both / Math.max(1, truly) };
}
