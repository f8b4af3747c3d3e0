import { coefficientsFromLogs } from './coefficient-names';
import { type CrossValidation, type Predicted, predictSamples } from './cross-validation';
import { type CellLogs, type CellPrior, fitCells, type Sample } from './fit';

/**
 * What the other groups say when one is left out: for each of their rows the prediction of a fit without that row's group and
 * without the one left out. Whatever is chosen from it has never seen the group that it will be scored on.
 */
export interface InnerView {
  /** Places of the rows of other groups. */
  readonly places: readonly number[];
  readonly predicted: readonly Predicted[];
  /** The fit that a row's group and the one left out are absent from. */
  readonly fitOf: (group: string) => CellLogs | undefined;
}

/**
 * Leaves out every two groups and shows each group what the others say of one another. A fit without two starts at the one without the first of
 * them; both see it from their side, so that there are half as many fits as views.
 *
 * @param fits of the samples without each group
 */
export function innerViews(
  samples: readonly Sample[],
  groups: readonly string[],
  prior: CellPrior,
  fits: ReadonlyMap<string, CellLogs>,
): ReadonlyMap<string, InnerView> {
  const names = [...fits.keys()].sort();
  const without = new Map<string, Map<string, CellLogs>>(names.map((name) => [name, new Map()]));
  names.forEach((a, i) => {
    for (const b of names.slice(i + 1)) {
      const rest = samples.filter((_, k) => groups[k] !== a && groups[k] !== b);
      const logs = fitCells(rest, prior, fits.get(a));
      without.get(a)?.set(b, logs);
      without.get(b)?.set(a, logs);
    }
  });
  return new Map(names.map((name) => [name, viewOf(name, samples, groups, without.get(name) ?? new Map())]));
}

function viewOf(
  left: string,
  samples: readonly Sample[],
  groups: readonly string[],
  fits: ReadonlyMap<string, CellLogs>,
): InnerView {
  const places: number[] = [];
  const predicted: Predicted[] = [];
  for (const [group, logs] of fits) {
    const own = samples.map((_, k) => k).filter((k) => groups[k] === group && group !== left);
    places.push(...own);
    predicted.push(
      ...predictSamples(
        own.map((k) => samples[k] as Sample),
        logs.map(coefficientsFromLogs),
      ),
    );
  }
  return { places, predicted, fitOf: (group) => fits.get(group) };
}

/** The view of all groups, each left out in turn: for what serves a group that is not among them. */
export function wholeView(left: CrossValidation): InnerView {
  return { places: left.predicted.map((_, i) => i), predicted: left.predicted, fitOf: (group) => left.fits.get(group) };
}
