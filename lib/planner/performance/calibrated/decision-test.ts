import type { Predicted } from './cross-validation';
import type { Measurement } from './measurement';
import { groupBy } from './scores';

/** What choosing by prediction leads to. */
export interface DecisionScore {
  /** Cells × limits with at least two rows of which one keeps the limit in truth. */
  readonly cells: number;
  readonly picks: number;
  /** Share of picks whose measured time per output token misses the limit. */
  readonly missShare: number;
  /** Mean share of the best feasible throughput that is given up; 1 for a cell without a pick, 0 where a pick that misses is faster. */
  readonly meanRegret: number;
}

const LIMITS_SECONDS = [0.015, 0.025, 0.04];

const cellOf = (m: Measurement): string =>
  [m.accelerator, m.model, m.engine, m.precision, m.inputTokens, m.outputTokens].join('|');

/** Output tokens per second and accelerator of a closed loop. */
export function throughputPerAccelerator(m: Measurement, times: Predicted): number {
  const seconds = times.ttftSeconds + (m.outputTokens - 1) * times.tpotSeconds;
  return (m.concurrency * m.outputTokens) / seconds / m.accelerators;
}

interface Option {
  readonly measured: Measurement;
  readonly predicted: Predicted;
}

function best(options: readonly Option[], rankOf: (option: Option) => number): Option | undefined {
  return options.reduce<Option | undefined>(
    (top, o) => (top === undefined || rankOf(o) > rankOf(top) ? o : top),
    undefined,
  );
}

/** Regret and miss of one cell at one limit; undefined where no row keeps the limit. */
function decide(
  options: readonly Option[],
  limit: number,
  guard: number,
): { picked: boolean; missed: boolean; regret: number } | undefined {
  const truth = (o: Option) => throughputPerAccelerator(o.measured, o.measured);
  const feasible = best(
    options.filter((o) => o.measured.tpotSeconds <= limit),
    truth,
  );
  if (feasible === undefined) return undefined;
  const pick = best(
    options.filter((o) => o.predicted.tpotSeconds * (1 + guard) <= limit),
    (o) => throughputPerAccelerator(o.measured, o.predicted),
  );
  if (pick === undefined) return { picked: false, missed: false, regret: 1 };
  return {
    picked: true,
    missed: pick.measured.tpotSeconds > limit,
    regret: Math.max(0, 1 - truth(pick) / truth(feasible)),
  };
}

/** Picks the highest throughput per accelerator under limits of 15, 25 and 40 ms in every cell. */
export function decisionScore(
  measured: readonly Measurement[],
  predicted: readonly Predicted[],
  guard: number,
): DecisionScore {
  const options = measured.map((m, i) => ({ measured: m, predicted: predicted[i] as Predicted }));
  const outcomes = groupBy(options, (o) => cellOf(o.measured))
    .filter(([, cell]) => cell.length >= 2)
    .flatMap(([, cell]) => LIMITS_SECONDS.map((limit) => decide(cell, limit, guard)))
    .filter((outcome) => outcome !== undefined);
  const picks = outcomes.filter((o) => o.picked).length;
  return {
    cells: outcomes.length,
    picks,
    missShare: outcomes.filter((o) => o.missed).length / Math.max(1, picks),
    meanRegret: outcomes.reduce((sum, o) => sum + o.regret, 0) / Math.max(1, outcomes.length),
  };
}
