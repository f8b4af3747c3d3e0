import type { LeftOutError } from './bands';
import type { Predicted } from './cross-validation';
import type { Measurement } from './measurement';
import { pairOf } from './samples';

/** A measurement with the logarithms of predicted over measured. */
export interface ScoredRow {
  readonly m: Measurement;
  readonly tpot: number;
  readonly ttft: number;
}

export function scoredRows(rows: readonly Measurement[], predicted: readonly Predicted[]): readonly ScoredRow[] {
  return rows.map((m, i) => ({
    m,
    tpot: Math.log((predicted[i]?.tpotSeconds ?? Number.NaN) / m.tpotSeconds),
    ttft: Math.log((predicted[i]?.ttftSeconds ?? Number.NaN) / m.ttftSeconds),
  }));
}

/**
 * Group of an error band: TTFT spreads by engine and by whether the protocol is known. Time per output token spreads alike
 * everywhere: groups of it only follow which pairs an engine happened to be measured with.
 */
export function bandGroup(metric: 'tpot' | 'ttft', engine: string, protocol: string): string {
  return metric === 'tpot' ? 'all' : `${engine} ${protocol === 'inferencex' ? 'inferencex' : 'other'}`;
}

/** Errors with what decides how wide they spread. */
export function leftOutErrors(rows: readonly ScoredRow[], metric: 'tpot' | 'ttft'): readonly LeftOutError[] {
  return rows.map((r) => ({
    pair: pairOf(r.m),
    group: bandGroup(metric, r.m.engine, r.m.protocol),
    logError: r[metric],
  }));
}
