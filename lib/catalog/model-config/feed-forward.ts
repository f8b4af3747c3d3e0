import * as z from 'zod';
import type { MixtureOfExperts } from '../model';
import { type ConfigSection, invalid, ownName } from './section';

const count = z.int().positive();
const maybe = z.int().nonnegative().nullish();

const DENSE = z.object({ hidden_size: count, num_hidden_layers: count, dense_intermediate_size: count.nullish() });

const EXPERTS = z.object({
  num_hidden_layers: count,
  num_experts: count,
  num_experts_per_tok: count,
  expert_intermediate_size: count,
  n_shared_experts: maybe,
  shared_expert_intermediate_size: maybe,
  shared_intermediate_size: maybe,
  /** Layers before the first with experts. */
  first_k_dense_replace: maybe,
  /** Every so manieth layer has experts, or one flag a layer. */
  moe_layer_freq: z.union([count, z.array(z.union([z.literal(0), z.literal(1)]))]).nullish(),
  decoder_sparse_step: count.nullish(),
  interleave_moe_layer_step: count.nullish(),
  moe_layers: z.array(z.int().nonnegative()).nullish(),
  /** Layers without experts. */
  mlp_only_layers: z.array(z.int().nonnegative()).nullish(),
});
type Experts = z.infer<typeof EXPERTS>;

/** Keys that a family's feed-forward blocks are read from. */
export function feedForwardSchemas(section: ConfigSection): readonly z.ZodType[] {
  return section.family.experts === 'none' ? [DENSE] : [DENSE, EXPERTS];
}

export interface FeedForward {
  readonly denseLayers: number;
  readonly denseIntermediate: number | undefined;
  readonly moe?: MixtureOfExperts;
}

/** @throws Problem InvalidModelConfig where a dense layer has no width, or a token needs more experts than there are. */
export function readFeedForward(section: ConfigSection): FeedForward {
  const dense = DENSE.parse(section.values);
  const moe = section.family.experts === 'none' ? undefined : mixture(section);
  const denseLayers = dense.num_hidden_layers - (moe?.layers ?? 0);
  const width =
    denseLayers === 0 ? undefined : (dense.dense_intermediate_size ?? impliedWidth(section, dense.hidden_size));
  return { denseLayers, denseIntermediate: width, ...(moe === undefined ? {} : { moe }) };
}

/** A block without a gate is four times as wide as the model when nothing is said. */
function impliedWidth(section: ConfigSection, hidden: number): number {
  if (section.family.feedForwardMatrices === 2) return 4 * hidden;
  const key = ownName(section, 'dense_intermediate_size');
  throw invalid(section.id, `lacks ${key}; give the model's complete config.json`);
}

function mixture(section: ConfigSection): MixtureOfExperts | undefined {
  const config = EXPERTS.parse(section.values);
  if (config.num_experts_per_tok > config.num_experts) {
    throw invalid(
      section.id,
      `sends a token to ${config.num_experts_per_tok} of ${config.num_experts} experts; correct one`,
    );
  }
  const layers = section.family.experts === 'all' ? config.num_hidden_layers : expertLayers(config);
  if (layers === 0) return undefined;
  return {
    layers,
    experts: config.num_experts,
    expertsPerToken: config.num_experts_per_tok,
    expertIntermediate: config.expert_intermediate_size,
    ...shared(section, config),
  };
}

/** The layers that every rule of the config lets have experts. */
function expertLayers(config: Experts): number {
  const indices = Array.from({ length: config.num_hidden_layers }, (_, index) => index);
  return indices.filter((index) => hasExperts(config, index)).length;
}

function hasExperts(config: Experts, index: number): boolean {
  const { moe_layer_freq: frequency } = config;
  if (config.moe_layers) return config.moe_layers.includes(index);
  if (config.mlp_only_layers?.includes(index) || index < (config.first_k_dense_replace ?? 0)) return false;
  if (Array.isArray(frequency)) return frequency[index] === 1;
  const step = config.decoder_sparse_step ?? config.interleave_moe_layer_step ?? 1;
  return (index + 1) % step === 0 && index % (frequency ?? 1) === 0;
}

/** Some families count shared experts of an expert's width, others have one of a width of its own; Llama 4 always has one. */
function shared(
  section: ConfigSection,
  config: Experts,
): Pick<MixtureOfExperts, 'sharedExperts' | 'sharedIntermediate'> {
  const width = config.shared_expert_intermediate_size ?? config.shared_intermediate_size ?? 0;
  if (width > 0) return { sharedExperts: 1, sharedIntermediate: width };
  const always = section.architecture.startsWith('Llama4') ? 1 : 0;
  const experts = config.n_shared_experts ?? always;
  return { sharedExperts: experts, sharedIntermediate: experts === 0 ? 0 : config.expert_intermediate_size };
}
