import { MODEL_PARTS, type ModelPart } from '../model';
import { type ConfigSection, invalid } from './section';

/** Modules of a layer by part, under the names that checkpoints use; alternatives stand beside each other. */
const LAYER_MODULES: Readonly<Partial<Record<ModelPart, readonly string[]>>> = {
  attention: ['self_attn.q_proj', 'self_attn.o_proj', 'self_attn.kv_b_proj'],
  linearAttention: ['linear_attn.in_proj_qkvz', 'linear_attn.in_proj_qkv', 'linear_attn.out_proj'],
  indexer: ['self_attn.indexer.wq_b'],
  denseFeedForward: ['mlp.gate_proj', 'mlp.down_proj', 'feed_forward.gate_proj', 'feed_forward.down_proj'],
  experts: ['mlp.experts.0.gate_proj', 'mlp.experts', 'block_sparse_moe.experts.0.w1', 'feed_forward.experts'],
  sharedExperts: [
    'mlp.shared_experts.gate_proj',
    'mlp.shared_expert.gate_proj',
    'feed_forward.shared_expert.gate_proj',
  ],
};

/** No quantization method touches these. */
const NEVER_QUANTIZED: readonly ModelPart[] = ['embeddings', 'router', 'norms'];

/** In how many layers a part stands. Parts that the model has not are left out. */
export type PartLayers = Readonly<Partial<Record<ModelPart, number>>>;

/**
 * The parts that a list of ignored modules leaves in bf16: exact names, runs of name segments, globs, and regular
 * expressions after "re:". A part that is ignored in most of its layers counts as ignored, and `always` names those that
 * the method never quantizes.
 *
 * @throws Problem InvalidModelConfig for a regular expression that is none.
 */
export function unquantizedParts(
  section: ConfigSection,
  model: { readonly layers: number; readonly partLayers: PartLayers },
  ignored: readonly string[],
  always: readonly ModelPart[],
): readonly ModelPart[] {
  const tests = ignored.map((pattern) => matcher(section, pattern));
  const isIgnored = (module: string): boolean => tests.some((matches) => matches(module));
  const layersThatIgnore = (module: string): number =>
    Array.from({ length: model.layers }, (_, index) => `model.layers.${index}.${module}`).filter(isIgnored).length;
  return MODEL_PARTS.filter((part) => {
    if (NEVER_QUANTIZED.includes(part)) return true;
    if (part === 'head') return always.includes(part) || isIgnored('lm_head');
    const layers = model.partLayers[part] ?? 0;
    if (layers === 0 || always.includes(part)) return layers > 0;
    return (LAYER_MODULES[part] ?? []).some((module) => 2 * layersThatIgnore(module) > layers);
  });
}

/** Whether a module is ignored by one entry; multimodal checkpoints put "language_model" somewhere in the name. */
function matcher(section: ConfigSection, pattern: string): (module: string) => boolean {
  const plain = pattern.replace(/^re:/, '').replaceAll('language_model.', '');
  if (pattern.startsWith('re:')) {
    const expression = regularExpression(section, `^(?:${plain})`);
    return (module) => expression.test(module);
  }
  if (plain.includes('*')) {
    const glob = plain.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
    const expression = regularExpression(section, `(^|\\.)${glob}($|\\.)`);
    return (module) => expression.test(module);
  }
  return (module) => plain !== '' && `.${module}.`.includes(`.${plain}.`);
}

function regularExpression(section: ConfigSection, source: string): RegExp {
  try {
    return new RegExp(source);
  } catch {
    throw invalid(section.id, `ignores modules by ${source}, which is not a regular expression; correct it`);
  }
}
