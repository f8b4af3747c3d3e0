import { type Catalog, tryFindModel } from '../../../catalog/catalog';
import { type BandModel, bandModel } from './bands';
import { fitNeuron, neuronSamples } from './neuron-fit';
import { readNeuronMeasurements } from './neuron-measurement';
import { leaveModelsOut } from './neuron-report';
import type { NeuronCoefficients } from './neuron-times';
import { scoreOf } from './scores';

/** Coefficients of Inferentia and Trainium with where they come from: too few rows for a file per chip and engine. */
export interface NeuronFile {
  readonly accelerators: readonly string[];
  readonly asOf: string;
  readonly obtained: string;
  readonly source: string;
  readonly rows: number;
  /** Errors with each model left out, as shares. */
  readonly crossValidated: { readonly tpotMape: number; readonly tpotMedian: number; readonly ttftMedian: number };
  readonly coefficients: NeuronCoefficients;
  readonly tpot: BandModel;
  readonly ttft: BandModel;
}

const LEVEL = 0.8;
const rounded = (value: number): number => Number(value.toPrecision(4));

/** Fits `neuron.csv` and measures the error on models left out. */
export function neuronFileFrom(csv: string, catalog: Catalog, asOf: string): NeuronFile {
  const { rows } = readNeuronMeasurements(csv, (id) => tryFindModel(catalog, id) !== undefined);
  const samples = neuronSamples(rows, catalog);
  const left = leaveModelsOut(samples);
  const tpot = scoreOf(left.map((r) => r.tpot));
  const ttft = scoreOf(left.map((r) => r.ttft).filter((e) => e !== undefined));
  const errors = (of: 'tpot' | 'ttft') =>
    left.flatMap((r) => {
      const logError = r[of];
      const group = r.sample.m.accelerator === 'TRN2' ? 'TRN2' : 'v2';
      return logError === undefined ? [] : [{ pair: `${group} ${r.sample.m.model}`, group, logError }];
    });
  const coefficients = fitNeuron(samples);
  return {
    accelerators: ['INF2', 'TRN1', 'TRN2', 'TRN3'],
    asOf,
    obtained: 'end-to-end fit around the published fit of reference/planner.md §4; TRN3 takes what NeuronCore v3 has',
    source: 'neuron.csv: aws-neuron-sdk @81ce03a, huggingface/optimum-neuron @a4dafb1e and @6ba3db94, a subset',
    rows: samples.length,
    crossValidated: {
      tpotMape: rounded(tpot.mape),
      tpotMedian: rounded(tpot.median),
      ttftMedian: rounded(ttft.median),
    },
    coefficients: Object.fromEntries(
      Object.entries(coefficients).map(([k, v]) => [k, rounded(v)]),
    ) as NeuronCoefficients,
    tpot: bandModel(errors('tpot'), LEVEL),
    ttft: bandModel(errors('ttft'), LEVEL),
  };
}
