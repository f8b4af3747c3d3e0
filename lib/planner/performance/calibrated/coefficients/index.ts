// Written by `npm run calibrate:shipped`.
import type { BandFile, CoefficientFile } from '../coefficient-file';
import type { NeuronFile } from '../neuron-file';
import A10G_sglang from './a10g-sglang.json';
import A10G_trtllm from './a10g-trtllm.json';
import A10G_vllm from './a10g-vllm.json';
import A100_40_sglang from './a100-40-sglang.json';
import A100_40_trtllm from './a100-40-trtllm.json';
import A100_40_vllm from './a100-40-vllm.json';
import A100_80_sglang from './a100-80-sglang.json';
import A100_80_trtllm from './a100-80-trtllm.json';
import A100_80_vllm from './a100-80-vllm.json';
import B200_sglang from './b200-sglang.json';
import B200_trtllm from './b200-trtllm.json';
import B200_vllm from './b200-vllm.json';
import B300_sglang from './b300-sglang.json';
import B300_trtllm from './b300-trtllm.json';
import B300_vllm from './b300-vllm.json';
import bands from './error-bands.json';
import GB200_sglang from './gb200-sglang.json';
import GB200_trtllm from './gb200-trtllm.json';
import GB200_vllm from './gb200-vllm.json';
import GB300_sglang from './gb300-sglang.json';
import GB300_trtllm from './gb300-trtllm.json';
import GB300_vllm from './gb300-vllm.json';
import H100_sglang from './h100-sglang.json';
import H100_trtllm from './h100-trtllm.json';
import H100_vllm from './h100-vllm.json';
import H200_sglang from './h200-sglang.json';
import H200_trtllm from './h200-trtllm.json';
import H200_vllm from './h200-vllm.json';
import L4_sglang from './l4-sglang.json';
import L4_trtllm from './l4-trtllm.json';
import L4_vllm from './l4-vllm.json';
import L40S_sglang from './l40s-sglang.json';
import L40S_trtllm from './l40s-trtllm.json';
import L40S_vllm from './l40s-vllm.json';
import neuron from './neuron.json';
import RTXPRO6000_sglang from './rtxpro6000-sglang.json';
import RTXPRO6000_trtllm from './rtxpro6000-trtllm.json';
import RTXPRO6000_vllm from './rtxpro6000-vllm.json';

/** Coefficients of every GPU of the catalogue with every engine. */
export const COEFFICIENT_FILES = [
  A100_40_vllm,
  A100_40_sglang,
  A100_40_trtllm,
  A100_80_vllm,
  A100_80_sglang,
  A100_80_trtllm,
  H100_vllm,
  H100_sglang,
  H100_trtllm,
  H200_vllm,
  H200_sglang,
  H200_trtllm,
  B200_vllm,
  B200_sglang,
  B200_trtllm,
  B300_vllm,
  B300_sglang,
  B300_trtllm,
  GB200_vllm,
  GB200_sglang,
  GB200_trtllm,
  GB300_vllm,
  GB300_sglang,
  GB300_trtllm,
  A10G_vllm,
  A10G_sglang,
  A10G_trtllm,
  L4_vllm,
  L4_sglang,
  L4_trtllm,
  L40S_vllm,
  L40S_sglang,
  L40S_trtllm,
  RTXPRO6000_vllm,
  RTXPRO6000_sglang,
  RTXPRO6000_trtllm,
] as unknown as readonly CoefficientFile[];

/** Error bands of predictions, from errors of pairs that were left out. */
export const ERROR_BANDS = bands as BandFile;

/** Coefficients of Inferentia and Trainium, pooled over chips and engines. */
export const NEURON_FILE = neuron as NeuronFile;
