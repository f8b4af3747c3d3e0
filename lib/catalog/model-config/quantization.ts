import * as z from 'zod';
import type { Attention, CheckpointQuantization, ModelPart } from '../model';
import type { FeedForward } from './feed-forward';
import { type ConfigSection, invalid } from './section';
import { type PartLayers, unquantizedParts } from './unquantized';

const names = z.array(z.string()).nullish();

const WEIGHTS = z.object({
  num_bits: z.int().positive(),
  type: z.string(),
  strategy: z.string().nullish(),
  group_size: z.int().nullish(),
});
type Weights = z.infer<typeof WEIGHTS>;

const GROUP = z.object({ weights: WEIGHTS, targets: z.array(z.string()).nullish() });

const QUANTIZATION = z.object({
  quant_method: z.string(),
  quant_algo: z.string().nullish(),
  bits: z.int().positive().nullish(),
  group_size: z.int().nullish(),
  weight_block_size: z.array(z.int().positive()).nullish(),
  config_groups: z.record(z.string(), GROUP).nullish(),
  modules_to_not_convert: names,
  ignored_layers: names,
  ignore: names,
  exclude_modules: names,
});
type Quantization = z.infer<typeof QUANTIZATION>;

/** How weights are stored, before it is known which. */
type Format = Omit<CheckpointQuantization, 'unquantized'>;

const NVFP4: Format = { precision: 'fp4', block: 'block', bitsPerWeight: 4.5 };
const MXFP4: Format = { precision: 'fp4', block: 'block', bitsPerWeight: 4.25 };
const FP8_TENSOR: Format = { precision: 'fp8', block: 'tensor' };
const FP8_CHANNEL: Format = { precision: 'fp8', block: 'channel' };
const FP8_BLOCK: Format = { precision: 'fp8', block: 'block' };
/** A 16-bit scale a group, and a 4-bit zero point where the format has one. */
const int4 = (group: number, zeroPointBits: number): Format =>
  group > 0
    ? { precision: 'int4', block: 'block', bitsPerWeight: 4 + (16 + zeroPointBits) / group }
    : { precision: 'int4', block: 'channel' };

/** What of a model decides which modules there are to quantize. */
export interface QuantizedModel {
  readonly layers: number;
  readonly attention: Attention;
  readonly feedForward: FeedForward;
}

/** @throws Problem InvalidModelConfig for a method or format that is not known. */
export function readQuantization(section: ConfigSection, model: QuantizedModel): CheckpointQuantization {
  const given = section.values.quantization_config ?? section.values.compression_config;
  if (given === undefined || given === null) return { precision: 'bf16', block: 'none', unquantized: [] };
  const parsed = QUANTIZATION.safeParse(given);
  if (!parsed.success) {
    const key = parsed.error.issues[0]?.path.join('.') ?? '';
    throw invalid(section.id, `has a quantization_config whose ${key} is missing or wrong; correct it`);
  }
  return { ...formatOf(section, parsed.data), unquantized: unquantized(section, parsed.data, model) };
}

function formatOf(section: ConfigSection, config: Quantization): Format {
  switch (config.quant_method) {
    case 'fp8':
      return config.weight_block_size ? FP8_BLOCK : FP8_TENSOR;
    case 'fbgemm_fp8':
      return FP8_CHANNEL;
    case 'mxfp4':
      return MXFP4;
    case 'awq':
    case 'gptq':
      if ((config.bits ?? 4) === 4) return int4(config.group_size ?? 128, 4);
      throw unknownFormat(section, `${config.bits}-bit ${config.quant_method}`);
    case 'modelopt':
      return modelopt(section, config);
    case 'compressed-tensors':
      return compressedTensors(section, config);
    default:
      throw unknownFormat(section, config.quant_method);
  }
}

function modelopt(section: ConfigSection, config: Quantization): Format {
  switch (config.quant_algo) {
    case 'NVFP4':
    case 'W4A16_NVFP4':
      return NVFP4;
    case 'FP8':
      return FP8_TENSOR;
    case 'FP8_PB_WO':
      return FP8_BLOCK;
    case undefined:
    case null:
      return compressedTensors(section, config);
    default:
      throw unknownFormat(section, `modelopt ${config.quant_algo}`);
  }
}

/** All groups must store weights alike: a mixture has no one precision to size by. */
function compressedTensors(section: ConfigSection, config: Quantization): Format {
  const formats = Object.values(config.config_groups ?? {}).map(({ weights }) => groupFormat(section, weights));
  const [first] = formats;
  if (first === undefined) throw unknownFormat(section, `${config.quant_method} without config_groups`);
  if (formats.some((format) => format.precision !== first.precision)) {
    throw unknownFormat(section, `${config.quant_method} of mixed precision`);
  }
  return first;
}

function groupFormat(section: ConfigSection, weights: Weights): Format {
  const kind = `${weights.type}${weights.num_bits}`;
  if (kind === 'float8') return { tensor: FP8_TENSOR, channel: FP8_CHANNEL }[weights.strategy ?? ''] ?? FP8_BLOCK;
  if (kind === 'float4') return weights.group_size === 32 ? MXFP4 : NVFP4;
  if (kind === 'int4') return int4(weights.group_size ?? 0, 0);
  throw unknownFormat(section, `${weights.num_bits}-bit ${weights.type} weights`);
}

function unknownFormat(section: ConfigSection, what: string): never {
  const known =
    'fp8, fbgemm_fp8, mxfp4, modelopt NVFP4 and FP8, 4-bit awq and gptq, and compressed-tensors of one of these';
  throw invalid(section.id, `is quantized as ${what}, which is not known here; known are ${known}`);
}

/** These methods quantize the decoder's layers only, and never the output head. */
const LAYERS_ONLY = ['fp8', 'fbgemm_fp8', 'awq', 'gptq'];
const ALL_BUT_EXPERTS: readonly ModelPart[] = [
  'attention',
  'linearAttention',
  'indexer',
  'denseFeedForward',
  'sharedExperts',
  'head',
];

function unquantized(
  section: ConfigSection,
  config: Quantization,
  model: QuantizedModel,
): CheckpointQuantization['unquantized'] {
  const lists = [config.modules_to_not_convert, config.ignored_layers, config.ignore, config.exclude_modules];
  const ignored = lists.flatMap((list) => list ?? []);
  const parts = (always: readonly ModelPart[]): readonly ModelPart[] =>
    unquantizedParts(section, { layers: model.layers, partLayers: partLayers(model) }, ignored, always);
  if (config.quant_method === 'mxfp4') return parts(ALL_BUT_EXPERTS);
  if (LAYERS_ONLY.includes(config.quant_method)) return parts(['head']);
  // ModelOpt may keep its list in hf_quant_config.json, and a target other than Linear needs the module tree.
  const elsewhere = config.quant_method === 'modelopt' && ignored.length === 0;
  const groups = Object.values(config.config_groups ?? {});
  const targeted = groups.some(({ targets }) => targets?.some((target) => target !== 'Linear') === true);
  return elsewhere || targeted ? 'unknown' : parts([]);
}

function partLayers({ layers, attention, feedForward }: QuantizedModel): PartLayers {
  const hybrid = attention.kind === 'hybridLinear';
  return {
    attention: hybrid ? attention.full.layers : layers,
    linearAttention: hybrid ? attention.linear.layers : 0,
    indexer: attention.kind === 'mla' && attention.indexer !== undefined ? layers : 0,
    denseFeedForward: feedForward.denseLayers,
    experts: feedForward.moe?.layers ?? 0,
    sharedExperts: feedForward.moe?.sharedExperts ? feedForward.moe.layers : 0,
  };
}
