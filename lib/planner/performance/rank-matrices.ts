import type { Attention, ModelArchitecture, ModelPart } from '../../catalog/model';
import type { Precision } from '../../workload/workload';
import type { ReplicaShape } from '../plan';
import type { MatrixFormat, MemoryCoefficients } from './coefficients';
import type { RankExperts } from './experts';
import type { WeightMatrix } from './gemm';
import { rankKvHeads } from './rank-attention';
import { partFormat } from './weights';

/** A matrix that every one of `layers` layers multiplies by. */
export interface LayerMatrix extends WeightMatrix {
  readonly layers: number;
  readonly format: MatrixFormat;
}

export interface LayerExperts extends RankExperts {
  readonly layers: number;
  readonly format: MatrixFormat;
}

type Columns = readonly (readonly [columns: number, depth: number])[];
type Grouped = Pick<Extract<Attention, { kind: 'gqa' }>, 'heads' | 'kvHeads' | 'headDim'> & { outputGate?: boolean };
type Latent = Extract<Attention, { kind: 'mla' }>;
type Linear = Extract<Attention, { kind: 'hybridLinear' }>['linear'];

/** The weight matrices of all layers as one rank holds them; routed experts apart. */
export function rankMatrices(
  model: ModelArchitecture,
  shape: ReplicaShape,
  memory: MemoryCoefficients,
): readonly LayerMatrix[] {
  const { hidden, layers, denseLayers, denseIntermediate, moe, feedForwardMatrices, attention } = model;
  const tp = shape.tensorParallel;
  const of = (part: ModelPart, count: number, columns: Columns) =>
    count === 0 ? [] : columns.map((pair) => inLayers(model, shape.precision, part, count, pair, memory));
  const feedForward = (width: number): Columns => [
    [((feedForwardMatrices - 1) * width) / tp, hidden],
    [hidden, width / tp],
  ];
  const attentionLayers = attention.kind === 'hybridLinear' ? attention.full.layers : layers;
  const linear = attention.kind === 'hybridLinear' ? attention.linear : undefined;
  return [
    ...of('attention', attentionLayers, attentionColumns(attention, hidden, tp)),
    ...(linear === undefined ? [] : of('linearAttention', linear.layers, linearColumns(linear, hidden, tp))),
    ...of('denseFeedForward', denseLayers, feedForward(denseIntermediate ?? 0)),
    ...(moe === undefined ? [] : of('router', moe.layers, [[moe.experts, hidden]])),
    ...(moe === undefined || moe.sharedExperts === 0
      ? []
      : of('sharedExperts', moe.layers, feedForward(moe.sharedExperts * moe.sharedIntermediate))),
  ];
}

/** Routed experts; undefined on dense models. What expert parallelism does not split, tensor parallelism does. */
export function rankExperts(
  model: ModelArchitecture,
  shape: ReplicaShape,
  memory: MemoryCoefficients,
): LayerExperts | undefined {
  const { moe, hidden, feedForwardMatrices } = model;
  if (moe === undefined) return undefined;
  const ranks = shape.tensorParallel * shape.attentionDataParallel;
  const { format, bytesPerParameter } = partFormat(model, shape.precision, 'experts', memory);
  const parameters = (feedForwardMatrices * hidden * moe.expertIntermediate) / (ranks / shape.expertParallel);
  return {
    layers: moe.layers,
    format,
    experts: moe.experts,
    expertsPerToken: moe.expertsPerToken,
    expertParallel: shape.expertParallel,
    parametersPerExpert: parameters,
    bytesPerExpert: parameters * bytesPerParameter,
  };
}

/** The output head: a table of its own or the embedding's, split over the tensor-parallel ranks. */
export function rankHead(model: ModelArchitecture, shape: ReplicaShape, memory: MemoryCoefficients): LayerMatrix {
  const pair = [model.vocabulary / shape.tensorParallel, model.hidden] as const;
  return inLayers(model, shape.precision, 'head', 1, pair, memory);
}

function inLayers(
  model: ModelArchitecture,
  precision: Precision,
  part: ModelPart,
  layers: number,
  [columns, depth]: readonly [number, number],
  memory: MemoryCoefficients,
): LayerMatrix {
  const { format, bytesPerParameter } = partFormat(model, precision, part, memory);
  return { layers, format, columns, depth, bytes: columns * depth * bytesPerParameter };
}

function attentionColumns(attention: Attention, hidden: number, tp: number): Columns {
  switch (attention.kind) {
    case 'gqa':
      return groupedColumns(attention, hidden, tp);
    case 'hybridLinear':
      return groupedColumns(attention.full, hidden, tp);
    case 'mla':
      return latentColumns(attention, hidden, tp);
  }
}

function groupedColumns({ heads, kvHeads, headDim, outputGate }: Grouped, hidden: number, tp: number): Columns {
  const queries = (heads / tp) * headDim;
  const projected = outputGate === true ? 2 * queries : queries;
  return [
    [projected + 2 * rankKvHeads(kvHeads, tp) * headDim, hidden],
    [hidden, queries],
  ];
}

/** Projections down to the latents are replicated; projections up to the heads are split. */
function latentColumns(attention: Latent, hidden: number, tp: number): Columns {
  const heads = attention.heads / tp;
  const { qLoraRank, kvLoraRank, qkNopeHeadDim, qkRopeHeadDim, vHeadDim } = attention;
  const queryDepth = qLoraRank === 0 ? hidden : qLoraRank;
  return [
    [qLoraRank + kvLoraRank + qkRopeHeadDim, hidden],
    [heads * (qkNopeHeadDim + qkRopeHeadDim), queryDepth],
    [heads * (qkNopeHeadDim + vHeadDim), kvLoraRank],
    [hidden, heads * vHeadDim],
  ];
}

function linearColumns({ keyHeads, keyDim, valueHeads, valueDim }: Linear, hidden: number, tp: number): Columns {
  const values = valueHeads * valueDim;
  return [
    [(2 * keyHeads * keyDim + 2 * values + 2 * valueHeads) / tp, hidden],
    [hidden, values / tp],
  ];
}
