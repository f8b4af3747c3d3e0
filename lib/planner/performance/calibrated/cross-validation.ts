import { type Coefficients, coefficientsFromLogs } from './coefficient-names';
import { type CellLogs, type CellPrior, fitCells, type Sample } from './fit';
import type { Measurement } from './measurement';
import { emptyTimes, requestTimes } from './request-time';

/** What the model says about one measurement. */
export interface Predicted {
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

/** Evaluates samples with the coefficients of their cells. */
export function predictSamples(
  samples: readonly Sample[],
  coefficients: readonly Coefficients[],
): readonly Predicted[] {
  const times = emptyTimes();
  return samples.map((sample) => {
    requestTimes(sample.work, coefficients[sample.cell] as Coefficients, sample.serving, times);
    return { ttftSeconds: times.ttftSeconds, tpotSeconds: times.tpotSeconds };
  });
}

/** Predictions of samples whose group was left out of the fit, and each group's fit. */
export interface CrossValidation {
  readonly predicted: readonly Predicted[];
  readonly fits: ReadonlyMap<string, CellLogs>;
}

/** Leaves out one group at a time. */
export function leaveOneGroupOut(
  samples: readonly Sample[],
  groups: readonly string[],
  prior: CellPrior,
): CrossValidation {
  const predicted: Predicted[] = [];
  const fits = new Map<string, CellLogs>();
  for (const group of [...new Set(groups)].sort()) {
    const logs = fitCells(
      samples.filter((_, i) => groups[i] !== group),
      prior,
    );
    fits.set(group, logs);
    const held = samples.map((_, i) => i).filter((i) => groups[i] === group);
    const answers = predictSamples(
      held.map((i) => samples[i] as Sample),
      logs.map(coefficientsFromLogs),
    );
    held.forEach((i, at) => {
      predicted[i] = answers[at] as Predicted;
    });
  }
  return { predicted, fits };
}

/** All that identifies a configuration, without date, version and measurement: its repetitions share it. */
export function configurationOf(m: Measurement): string {
  return [
    m.model,
    m.accelerator,
    m.engine,
    m.precision,
    m.inputTokens,
    m.outputTokens,
    m.concurrency,
    m.tensorParallel,
    m.attentionDataParallel,
    m.expertTensorParallel,
    m.expertParallel,
    m.protocol,
  ].join('|');
}

/** One of `folds` folds, by a hash (FNV-1a) of the configuration, so that repetitions fall together. */
export function foldOf(m: Measurement, folds: number): string {
  let hash = 2166136261;
  for (const character of configurationOf(m)) hash = Math.imul(hash ^ character.charCodeAt(0), 16777619) >>> 0;
  return String(hash % folds);
}
