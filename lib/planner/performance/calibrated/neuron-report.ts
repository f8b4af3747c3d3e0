import { type Catalog, tryFindModel } from '../../../catalog/catalog';
import { fitNeuron, type NeuronSample, neuronLoad, neuronMetric, neuronSamples } from './neuron-fit';
import { readNeuronMeasurements } from './neuron-measurement';
import { neuronTimes } from './neuron-times';
import { groupBy, scoreOf } from './scores';

const percent = (share: number): string => (100 * share).toFixed(1).padStart(6);

export interface NeuronLeftOut {
  readonly sample: NeuronSample;
  readonly tpot: number;
  readonly ttft: number | undefined;
}

/** Errors with each model's rows left out of the fit. */
export function leaveModelsOut(samples: readonly NeuronSample[]): readonly NeuronLeftOut[] {
  return groupBy(samples, (s) => s.m.model).flatMap(([model, held]) => {
    const c = fitNeuron(samples.filter((s) => s.m.model !== model));
    return held.map((sample) => ({
      sample,
      tpot: Math.log(neuronMetric(sample, c) / sample.m.tpotSeconds),
      ttft:
        sample.m.ttftSeconds === undefined
          ? undefined
          : Math.log(neuronTimes(neuronLoad(sample, c), c).ttftSeconds / sample.m.ttftSeconds),
    }));
  });
}

function lines(label: string, rows: readonly NeuronLeftOut[]): readonly string[] {
  const text = (metric: string, errors: readonly number[]) => {
    const s = scoreOf(errors);
    return (
      `  ${metric} ${label}`.padEnd(58) +
      ` n ${String(s.n).padStart(5)}  MAPE ${percent(s.mape)}  median ${percent(s.median)}  p90 ${percent(s.p90)}  exp|ln| ${percent(s.geometric)}  bias ${percent(s.bias)}`
    );
  };
  return [
    text(
      'TPOT',
      rows.map((r) => r.tpot),
    ),
    text(
      'TTFT',
      rows.map((r) => r.ttft).filter((e) => e !== undefined),
    ),
  ];
}

/** The Neuron part of `npm run accuracy`. */
export function neuronReport(csv: string, catalog: Catalog): string {
  const { rows, left } = readNeuronMeasurements(csv, (id) => tryFindModel(catalog, id) !== undefined);
  const samples = neuronSamples(rows, catalog);
  const out = leaveModelsOut(samples);
  const reasons = Object.entries(left).map(([reason, n]) => `${n} ${reason}`);
  return [
    `Neuron, leave one model out: ${rows.length} configurations; left out ${reasons.join(', ')}`,
    ...lines(
      'Inferentia2 and Trainium1',
      out.filter((r) => r.sample.m.accelerator !== 'TRN2'),
    ),
    ...lines(
      'Trainium2',
      out.filter((r) => r.sample.m.accelerator === 'TRN2'),
    ),
    ...groupBy(out, (r) => `${r.sample.m.accelerator} ${r.sample.m.model}`).flatMap(([key, group]) =>
      lines(key, group),
    ),
  ].join('\n');
}
