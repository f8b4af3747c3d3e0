import type { Sourced } from './sourced';

/** How the keys and values of past tokens are kept, which decides their memory and traffic. */
export type Attention =
  /** Multi-head (kvHeads = heads) or grouped-query attention. `window`: layers that see only the last `windowTokens`. */
  | {
      readonly kind: 'gqa';
      readonly heads: number;
      readonly kvHeads: number;
      readonly headDim: number;
      readonly window?: { readonly tokens: number; readonly layers: number };
    }
  /** Multi-head latent attention: one latent per token for all heads. `sparseTopK`: only so many tokens are attended. */
  | {
      readonly kind: 'mla';
      readonly heads: number;
      readonly kvLoraRank: number;
      readonly qLoraRank: number;
      readonly qkNopeHeadDim: number;
      readonly qkRopeHeadDim: number;
      readonly vHeadDim: number;
      /** DeepSeek sparse attention: a step attends to this many tokens at most, whatever the context. */
      readonly sparseTopK?: number;
      /** What picks those tokens: `headDim` values per token and layer in a cache of its own. Absent without `sparseTopK`. */
      readonly indexer?: { readonly heads: number; readonly headDim: number };
    }
  /** Linear attention on most layers (state per sequence, not per token) with full attention on the rest. */
  | {
      readonly kind: 'hybridLinear';
      readonly full: {
        readonly layers: number;
        readonly heads: number;
        readonly kvHeads: number;
        readonly headDim: number;
        /** The query projection is twice as wide: its second half gates the attention output. @default false */
        readonly outputGate?: boolean;
      };
      readonly linear: {
        readonly layers: number;
        readonly keyHeads: number;
        readonly valueHeads: number;
        readonly keyDim: number;
        readonly valueDim: number;
        readonly convolution: number;
      };
    };

/** Experts of the MoE layers; absent on dense models. */
export interface MixtureOfExperts {
  readonly layers: number;
  readonly experts: number;
  readonly expertsPerToken: number;
  readonly expertIntermediate: number;
  readonly sharedExperts: number;
  readonly sharedIntermediate: number;
}

/** The parts of a model that a checkpoint may store at different precisions. */
export const MODEL_PARTS = [
  'embeddings',
  'attention',
  'linearAttention',
  'indexer',
  'denseFeedForward',
  'experts',
  'sharedExperts',
  'router',
  'norms',
  'head',
] as const;
export type ModelPart = (typeof MODEL_PARTS)[number];

/** How the published checkpoint stores its weights. Parts named in `unquantized` stay in bf16. */
export interface CheckpointQuantization {
  readonly precision: 'bf16' | 'fp8' | 'fp4' | 'int4';
  /** What shares a scale: `block` also stands for groups of a row. `none` on bf16. */
  readonly block: 'none' | 'tensor' | 'channel' | 'block' | 'unknown';
  /**
   * Stored bits of a quantized weight, its share of the scales included: NVFP4 has 8 bits for every 16 weights (4.5),
   * MXFP4 8 for every 32 (4.25). @default - 16, 8 or 4, the precision's own
   */
  readonly bitsPerWeight?: number;
  readonly unquantized: readonly ModelPart[] | 'unknown';
}

/** A transformer's architecture, as far as its memory and arithmetic need it. */
export interface ModelArchitecture extends Sourced {
  readonly id: string;
  readonly architecture: string;
  readonly layers: number;
  readonly hidden: number;
  readonly vocabulary: number;
  readonly tiedEmbeddings: boolean;
  readonly attention: Attention;
  /** Feed-forward width of the dense layers (all layers on a dense model); undefined when every layer is MoE. */
  readonly denseIntermediate: number | undefined;
  readonly denseLayers: number;
  readonly moe?: MixtureOfExperts;
  /** Matrices of a feed-forward block: 3 for gated (SwiGLU), 2 for plain. */
  readonly feedForwardMatrices: 2 | 3;
  readonly maxContextTokens: number | undefined;
  readonly checkpoint: CheckpointQuantization;
  /** Derived by `parameterCount`; multi-token-prediction layers and vision towers are left out. */
  readonly totalParameters: number;
  /** Read and multiplied for one token: without the unchosen experts and the input embedding's table. */
  readonly activeParameters: number;
}

/** A model as its config describes it, before its parameters are counted. */
export type ModelShape = Omit<ModelArchitecture, 'totalParameters' | 'activeParameters'>;
