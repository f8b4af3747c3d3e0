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
      readonly sparseTopK?: number;
    }
  /** Linear attention on most layers (state per sequence, not per token) with full attention on the rest. */
  | {
      readonly kind: 'hybridLinear';
      readonly full: {
        readonly layers: number;
        readonly heads: number;
        readonly kvHeads: number;
        readonly headDim: number;
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

/** How the published checkpoint stores its weights. Parts named in `unquantized` stay in bf16. */
export interface CheckpointQuantization {
  readonly precision: 'bf16' | 'fp8' | 'fp4' | 'int4';
  readonly block: 'tensor' | 'channel' | 'block' | 'unknown';
  readonly unquantized: readonly string[] | 'unknown';
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
  readonly totalParameters: number;
  readonly activeParameters: number;
}
