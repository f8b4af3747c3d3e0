import { gigabytes, microseconds, milliseconds } from '../../units/quantity';
import type {
  AttentionCoefficients,
  Coefficients,
  EngineCoefficients,
  GemmCoefficients,
  GpuCoefficients,
  LinkCoefficients,
  MatrixFormat,
  NeuronCoefficients,
  SchedulingCoefficients,
} from './coefficients';

/**
 * Stated efficiencies: medians over the usable fits of the operator tables that NVIDIA AIConfigurator ships
 * (github.com/ai-dynamo/aiconfigurator @095f58a, 87 matrix-multiplication and 589 other fits, vLLM, SGLang and
 * TensorRT-LLM together), and for Neuron the fit to 91 published figures. No end-to-end measurement of a GPU is in them.
 */
const OPERATOR_FITS = {
  source: 'medians over usable fits of the operator tables of github.com/ai-dynamo/aiconfigurator @095f58a',
  asOf: '2026-11-23',
};
const NEURON_FIT = {
  source:
    'fit to 91 published time-per-output-token figures of aws-neuron-sdk @81ce03a and huggingface/optimum-neuron @213224e',
  asOf: '2026-11-23',
};

const gemm = (launch: number, compute: number, memory: number, paddingRows: number): GemmCoefficients => ({
  launchSeconds: microseconds(launch),
  computeEfficiency: compute,
  memoryEfficiency: memory,
  paddingRows,
});

const attention = (
  [prefillLaunch, prefillCompute, halfEfficiencyTokens]: readonly [number, number, number],
  [decodeLaunch, decodeMemory, decodeCompute]: readonly [number, number, number],
): AttentionCoefficients => ({
  prefillLaunchSeconds: microseconds(prefillLaunch),
  prefillComputeEfficiency: prefillCompute,
  halfEfficiencyTokens,
  decodeLaunchSeconds: microseconds(decodeLaunch),
  decodeMemoryEfficiency: decodeMemory,
  decodeComputeEfficiency: decodeCompute,
});

const link = (latency: number, latencyGrowthPerRank: number, bandwidthEfficiency: number): LinkCoefficients => ({
  latencySeconds: microseconds(latency),
  latencyGrowthPerRank,
  bandwidthEfficiency,
});

/** fi_pingpong between two g6e.8xlarge: 17–19 µs, 3.12 of 3.125 GB/s (public note, read 2026-11-23). */
export const EFA = link(19, 0, 0.9);
const ELEMENTWISE_SECONDS = microseconds(11);

type Formats = Readonly<Record<MatrixFormat, GemmCoefficients>>;

const HOPPER_EXPERTS: Formats = {
  bf16: gemm(40.9, 0.299, 0.742, 28.5),
  fp8: gemm(40.6, 0.243, 0.466, 7.4),
  fp8Block: gemm(36.3, 0.168, 0.736, 16.4),
  // No fit of 4-bit floats on Hopper: they run weight-only, as int4 does.
  fp4: gemm(48.8, 0.104, 0.67, 8.4),
  int4: gemm(48.8, 0.104, 0.67, 8.4),
};

const AMPERE: GpuCoefficients = {
  kind: 'gpu',
  // No 8- or 4-bit units: weights are widened to bf16, at the memory efficiency of weight-only experts on Ada.
  gemm: {
    bf16: gemm(4.98, 0.906, 0.728, 12.2),
    fp8: gemm(4.98, 0.906, 0.688, 12.2),
    fp8Block: gemm(4.98, 0.906, 0.688, 12.2),
    fp4: gemm(4.98, 0.906, 0.688, 12.2),
    int4: gemm(4.98, 0.906, 0.688, 12.2),
  },
  // No usable fit on Ampere: inherited from Hopper.
  experts: HOPPER_EXPERTS,
  attention: attention([13.8, 0.541, 292], [17.1, 0.576, 0.495]),
  latentAttention: attention([16.3, 0.452, 220], [13.9, 0.409, 0.236]),
  fabric: link(5.03, 0.06, 0.55),
  pcie: link(4.83, 0.776, 0.06),
  efa: EFA,
  elementwiseSecondsPerLayer: ELEMENTWISE_SECONDS,
  ...OPERATOR_FITS,
};

const ADA: GpuCoefficients = {
  kind: 'gpu',
  gemm: {
    bf16: gemm(1.92, 0.648, 0.816, 10.8),
    fp8: gemm(3.12, 0.522, 0.809, 0),
    fp8Block: gemm(3.73, 0.319, 0.916, 0),
    fp4: gemm(1.92, 0.648, 0.688, 10.8),
    int4: gemm(1.92, 0.648, 0.688, 10.8),
  },
  experts: {
    bf16: gemm(16.6, 0.335, 0.812, 65),
    fp8: gemm(24.8, 0.253, 0.81, 55.4),
    fp8Block: gemm(37.6, 0.252, 0.871, 109.5),
    fp4: gemm(21.1, 0.239, 0.463, 49.7),
    int4: gemm(28.5, 0.203, 0.688, 7),
  },
  attention: attention([7.26, 0.494, 274], [10.8, 0.921, 0.526]),
  latentAttention: attention([10.2, 0.059, 112], [8.7, 0.682, 0.268]),
  fabric: link(4.83, 0.776, 0.06),
  pcie: link(4.83, 0.776, 0.06),
  efa: EFA,
  elementwiseSecondsPerLayer: ELEMENTWISE_SECONDS,
  ...OPERATOR_FITS,
};

const HOPPER: GpuCoefficients = {
  kind: 'gpu',
  gemm: {
    bf16: gemm(3.18, 0.894, 0.834, 27.9),
    fp8: gemm(5.92, 0.571, 0.791, 0),
    fp8Block: gemm(4.19, 0.585, 0.835, 60.6),
    fp4: gemm(3.18, 0.894, 0.67, 27.9),
    int4: gemm(3.18, 0.894, 0.67, 27.9),
  },
  experts: HOPPER_EXPERTS,
  attention: attention([12.8, 0.582, 590], [11.4, 0.84, 0.688]),
  latentAttention: attention([18.6, 0.375, 512], [16.4, 0.511, 0.38]),
  fabric: link(2.77, 0.056, 0.55),
  pcie: link(4.83, 0.776, 0.06),
  efa: EFA,
  elementwiseSecondsPerLayer: ELEMENTWISE_SECONDS,
  ...OPERATOR_FITS,
};

const BLACKWELL: GpuCoefficients = {
  kind: 'gpu',
  gemm: {
    bf16: gemm(2.28, 0.842, 0.819, 92.7),
    fp8: gemm(6.33, 0.54, 0.714, 0),
    fp8Block: gemm(9.73, 0.723, 0.633, 47.1),
    fp4: gemm(6.83, 0.356, 0.669, 69.1),
    int4: gemm(2.28, 0.842, 0.435, 92.7),
  },
  experts: {
    bf16: gemm(25.4, 0.254, 0.831, 9),
    fp8: gemm(24.4, 0.311, 0.802, 16.4),
    fp8Block: gemm(40.1, 0.118, 0.748, 20.6),
    fp4: gemm(25, 0.186, 0.681, 16.7),
    int4: gemm(37.9, 0.262, 0.435, 11.4),
  },
  attention: attention([12.5, 0.582, 505], [10.5, 0.933, 0.445]),
  latentAttention: attention([17.8, 0.628, 876], [12.1, 0.723, 0.7]),
  fabric: link(4.44, 0.043, 0.55),
  pcie: link(4.41, 0.954, 0.22),
  efa: EFA,
  elementwiseSecondsPerLayer: ELEMENTWISE_SECONDS,
  ...OPERATOR_FITS,
};

const neuron = (layerMilliseconds: number): NeuronCoefficients => ({
  kind: 'neuron',
  layerSeconds: milliseconds(layerMilliseconds),
  weightReadEfficiency: 0.7,
  cacheReadEfficiency: 0.33,
  computeEfficiency: 0.12,
  ...NEURON_FIT,
});

const gpuEngine = (layerFactor: number, prefillMillisecondsPerLayer: number): EngineCoefficients => ({
  layerFactor,
  hostSecondsPerStep: milliseconds(0.4),
  hostSecondsPerSequence: microseconds(6),
  prefillSecondsPerLayer: milliseconds(prefillMillisecondsPerLayer),
  source: 'residuals of 2,405 public serving measurements against operator tables (aiconfigurator silicon_sample.csv)',
  asOf: '2026-11-23',
});

const scheduling = (stepTokens: number, sequences: number): SchedulingCoefficients => ({
  stepTokens,
  sequences,
  source: 'defaults of an OpenAI API server in vLLM, vllm/engine/arg_utils.py get_batch_defaults, by device',
  asOf: '2026-11-23',
});
const LARGE_GPU = scheduling(8192, 1024);
const OTHER_DEVICE = scheduling(2048, 256);

const NO_EVIDENCE = {
  relative: 0.35,
  source: 'no serving measurement of this accelerator was compared; operator fits alone',
};

const comparedOn = (accelerators: readonly string[], relative: number, rows: number, slowPercent: number) => ({
  compared: {
    accelerators,
    relative,
    source:
      `80 % of ${rows} public serving measurements (time per output token, aiconfigurator silicon_sample.csv @095f58a) lie ` +
      `within; nothing is fitted to them; predictions are ${slowPercent} % slow on average; compared 2026-11-23`,
  },
  elsewhere: NO_EVIDENCE,
});

const published = (relative: number, source: string) => ({ elsewhere: { relative, source } });

export const STATED_COEFFICIENTS: Coefficients = {
  accelerators: {
    ampere: AMPERE,
    ada: ADA,
    hopper: HOPPER,
    blackwell: BLACKWELL,
    neuron2: neuron(0.106),
    neuron3: neuron(0.098),
    // Nothing absolute is published for Trainium3.
    neuron4: neuron(0.098),
  },
  engines: {
    vllm: gpuEngine(1.22, 0.22),
    sglang: gpuEngine(1.03, 0.22),
    trtllm: gpuEngine(1, 0.1),
    'vllm-neuron': {
      layerFactor: 1,
      hostSecondsPerStep: milliseconds(16),
      hostSecondsPerSequence: 0,
      prefillSecondsPerLayer: 0,
      ...NEURON_FIT,
    },
  },
  memory: {
    usableFraction: 0.9,
    reserveBytes: gigabytes(2),
    cacheBytesPerValue: 2,
    stateBytesPerValue: 4,
    bytesPerParameter: { bf16: 2, fp8: 1, fp8Block: 1, fp4: 0.5, int4: 0.5 },
    source: "vLLM's gpu_memory_utilization default of 0.9, and 2 GB aside as in planner study of 2026-11-23",
    asOf: '2026-11-23',
  },
  scheduling: {
    ampere: OTHER_DEVICE,
    ada: OTHER_DEVICE,
    hopper: LARGE_GPU,
    blackwell: LARGE_GPU,
    neuron2: OTHER_DEVICE,
    neuron3: OTHER_DEVICE,
    neuron4: OTHER_DEVICE,
  },
  errorBand: {
    ampere: { elsewhere: NO_EVIDENCE },
    ada: { elsewhere: NO_EVIDENCE },
    hopper: comparedOn(['H100', 'H200'], 0.21, 616, 5),
    blackwell: comparedOn(['B200', 'B300'], 0.29, 911, 12),
    neuron2: published(0.12, 'mean leave-one-model-out error of time per output token over 91 published figures'),
    neuron3: published(0.25, 'judged from six published figures of Trainium2'),
    neuron4: published(0.5, 'no published figure of Trainium3; Trainium2 carried over'),
  },
};
