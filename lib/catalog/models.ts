import type { ModelArchitecture } from './model';
import { DENSE_MODELS } from './models/dense';
import { HYBRID_MODELS } from './models/hybrid';
import { LATENT_ATTENTION_MODELS } from './models/latent-attention';
import { MIXTURE_OF_EXPERTS_MODELS } from './models/mixture-of-experts';

/** Models whose counted parameters agree with what their vendors state. Their order means nothing. */
export const MODELS: readonly ModelArchitecture[] = [
  ...DENSE_MODELS,
  ...MIXTURE_OF_EXPERTS_MODELS,
  ...LATENT_ATTENTION_MODELS,
  ...HYBRID_MODELS,
];
