import type { Accelerator } from '../../catalog/accelerator';
import type { Sourced } from '../../catalog/sourced';
import type { Engine } from '../plan';

/** How a matrix is stored and multiplied. `fp8Block`: one scale for a block of weights; int4 is weight-only. */
export type MatrixFormat = 'bf16' | 'fp8' | 'fp8Block' | 'fp4' | 'int4';

/** A matrix multiplication: launch time and the shares of the two peaks that it reaches. */
export interface GemmCoefficients {
  readonly launchSeconds: number;
  readonly computeEfficiency: number;
  readonly memoryEfficiency: number;
  /** Rows that tiles add to every multiplication (for experts, to every expert's). */
  readonly paddingRows: number;
}

export interface AttentionCoefficients {
  readonly prefillLaunchSeconds: number;
  readonly prefillComputeEfficiency: number;
  /** Prompt length at which prefill attention reaches half of its efficiency. */
  readonly halfEfficiencyTokens: number;
  readonly decodeLaunchSeconds: number;
  readonly decodeMemoryEfficiency: number;
  readonly decodeComputeEfficiency: number;
}

/** A link as latency + bandwidth (Hockney): latency grows with ranks, bandwidth is a share of one direction's peak. */
export interface LinkCoefficients {
  readonly latencySeconds: number;
  readonly latencyGrowthPerRank: number;
  readonly bandwidthEfficiency: number;
}

/** Operator-level model of a GPU generation. */
export interface GpuCoefficients extends Sourced {
  readonly kind: 'gpu';
  readonly gemm: Readonly<Record<MatrixFormat, GemmCoefficients>>;
  readonly experts: Readonly<Record<MatrixFormat, GemmCoefficients>>;
  readonly attention: AttentionCoefficients;
  readonly latentAttention: AttentionCoefficients;
  /** NVLink. */
  readonly fabric: LinkCoefficients;
  readonly pcie: LinkCoefficients;
  readonly efa: LinkCoefficients;
  /** Norms, rotations, activations and residuals of one layer. */
  readonly elementwiseSecondsPerLayer: number;
}

/** Whole-layer model of a Neuron generation; collectives over NeuronLink are inside `layerSeconds`. */
export interface NeuronCoefficients extends Sourced {
  readonly kind: 'neuron';
  readonly layerSeconds: number;
  readonly weightReadEfficiency: number;
  readonly cacheReadEfficiency: number;
  readonly computeEfficiency: number;
}

/** What an engine adds to the operators. */
export interface EngineCoefficients extends Sourced {
  /** Multiplies the launch times of a layer's kernels. */
  readonly layerFactor: number;
  readonly hostSecondsPerStep: number;
  readonly hostSecondsPerSequence: number;
  /** Steps with prompt tokens run without a captured graph: eager launches, per layer. */
  readonly prefillSecondsPerLayer: number;
}

/** What is set aside in device memory, and how much of it is used at all. */
export interface MemoryCoefficients extends Sourced {
  /** Share of device memory that the engine may take. */
  readonly usableFraction: number;
  /** Activations, captured graphs, communication buffers and runtime, per accelerator. */
  readonly reserveBytes: number;
  readonly cacheBytesPerValue: number;
  /** Linear attention keeps its state in single precision. */
  readonly stateBytesPerValue: number;
  readonly bytesPerParameter: Readonly<Record<MatrixFormat, number>>;
}

/** Scheduling limits that the plan also gives to the server. */
export interface SchedulingCoefficients extends Sourced {
  /** Tokens of one step: decodes and prompt chunks together. */
  readonly stepTokens: number;
  readonly sequences: number;
}

/** Relative error of the model where it could be compared. */
export interface ErrorBand {
  readonly relative: number;
  readonly source: string;
}

/** The error of a generation: where it was compared, and on its other accelerators. */
export interface GenerationErrorBand {
  readonly compared?: ErrorBand & { readonly accelerators: readonly string[] };
  readonly elsewhere: ErrorBand;
}

/** Everything empirical in the model. Replaced as a whole by a calibration; nothing else in this folder is fitted. */
export interface Coefficients {
  readonly accelerators: Readonly<Record<Accelerator['generation'], GpuCoefficients | NeuronCoefficients>>;
  readonly engines: Readonly<Record<Engine, EngineCoefficients>>;
  readonly memory: MemoryCoefficients;
  readonly scheduling: Readonly<Record<Accelerator['generation'], SchedulingCoefficients>>;
  readonly errorBand: Readonly<Record<Accelerator['generation'], GenerationErrorBand>>;
}
