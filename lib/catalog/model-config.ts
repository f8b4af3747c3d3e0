import * as z from 'zod';
import type { ModelArchitecture, ModelShape } from './model';
import { ATTENTION_SCHEMAS, readAttention } from './model-config/attention';
import { feedForwardSchemas, readFeedForward } from './model-config/feed-forward';
import { readQuantization } from './model-config/quantization';
import { checkKeys, configSection } from './model-config/section';
import { withParameters } from './models/row';

const count = z.int().positive();

const BASE = z.object({
  hidden_size: count,
  num_hidden_layers: count,
  vocab_size: count,
  max_position_embeddings: count.nullish(),
  tie_word_embeddings: z.boolean().nullish(),
});

/**
 * Reads a Hugging Face `config.json` (its text, not its path). Dense and MoE models with grouped-query, latent,
 * sliding-window or hybrid linear attention; the text part of multimodal ones.
 *
 * @throws Problem InvalidModelConfig for text that is cut off, for missing or wrong keys (all missing ones are named) and
 * for an architecture or a quantization whose layout is not known.
 */
export function modelFromConfig(text: string, id: string): ModelArchitecture {
  const section = configSection(text, id);
  checkKeys(section, [BASE, ...ATTENTION_SCHEMAS[section.family.attention], ...feedForwardSchemas(section)]);
  const base = BASE.parse(section.values);
  const attention = readAttention(section);
  const feedForward = readFeedForward(section);
  const shape: ModelShape = {
    id,
    architecture: section.architecture,
    layers: base.num_hidden_layers,
    hidden: base.hidden_size,
    vocabulary: base.vocab_size,
    tiedEmbeddings: base.tie_word_embeddings ?? section.family.tiedEmbeddings,
    attention,
    ...feedForward,
    feedForwardMatrices: section.family.feedForwardMatrices,
    maxContextTokens: base.max_position_embeddings ?? undefined,
    checkpoint: readQuantization(section, { layers: base.num_hidden_layers, attention, feedForward }),
    source: `config.json given as ${id}`,
    asOf: 'undated',
  };
  return withParameters(shape);
}
