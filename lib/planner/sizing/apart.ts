import type { Slo } from '../../workload/workload';
import { cacheTransfer, decodeDemand, prefillDemand } from '../performance/disaggregated';
import type { PoolRole } from '../plan';
import { type BoundedShape, type Candidate, candidatesOf, type Search } from './candidates';
import { searchBest } from './choose';
import { eligibleTypes } from './eligible-types';
import { loadLimit } from './load-limit';
import { addCost, type Cost } from './node-cost';
import type { PricedFleet } from './priced-fleet';
import type { ReplicaOption } from './replica-option';

/** Servers that read prompts and servers that write answers, each pool the cheapest that keeps its part of the promise. */
export interface Apart {
  readonly prefill: PricedFleet;
  readonly decode: PricedFleet;
  readonly cost: Cost;
  /** Of the TTFT target and of the requests that may miss it, what prefill has; the rest is the decode servers'. */
  readonly prefillShare: number;
}

/** Shares of the TTFT target that are tried for the prefill. */
const PREFILL_SHARES = [0.9, 0.7, 0.5];
const RANKS = [1, 2, 4, 8];

/**
 * The cheapest pair of pools, where requests may be served so: in one cell, by vLLM on accelerators with EFA, whole attention on one
 * node. Both parts of a first token are held to a share of its target, and the requests that miss either share are no more than may
 * miss the whole: P(A + B > a + b) ≤ P(A > a) + P(B > b). So each pool is sized by itself. A cache is handed to a server of the same
 * precision and generation, with as many ranks or a multiple. Only decode servers stand on what is owned, so that nothing is counted twice.
 */
export function cheapestApart(search: Search): Apart | undefined {
  const { workload, cells, model, demand } = search;
  const { maxContextTokens = Infinity } = model;
  const isPossible = model.attention.kind !== 'hybridLinear' && demand.longestRequestTokens <= maxContextTokens;
  if (workload.placement.disaggregation !== true || cells.length !== 1 || !isPossible) return undefined;
  const { owned: _, commitments: __, ...bought } = search.context;
  const pools = {
    prefill: poolShapes({ ...search, demand: prefillDemand(search.demand), context: bought }),
    decode: poolShapes({ ...search, demand: decodeDemand(search.demand) }),
  };
  const formats = formatsOf(pools.decode);
  let best: Apart | undefined;
  for (const prefillShare of PREFILL_SHARES) {
    const [reading, writing] = (['prefill', 'decode'] as const).map((role) =>
      pools[role].map((candidate) => withinShare(candidate, role, prefillShare, search)),
    );
    for (const { format, ranks } of formats) {
      const prefill = searchBest(
        of(reading ?? [], format, (tp) => tp === ranks),
        search,
      ).best;
      if (prefill === undefined) continue;
      const decode = searchBest(
        of(writing ?? [], format, (tp) => tp % ranks === 0),
        search,
      ).best;
      if (decode === undefined) continue;
      const cost = addCost(prefill.cost, decode.cost);
      if (best === undefined || best.cost.window.exceeds(cost.window)) best = { prefill, decode, cost, prefillShare };
    }
  }
  return best;
}

function poolShapes(search: Search): readonly Candidate[] {
  const { placement } = search.workload;
  return eligibleTypes(placement, search.cells, search.context)
    .eligible.filter(({ instanceType }) => instanceType.network?.efaBytesPerSecond !== undefined)
    .flatMap((type) => candidatesOf(type, search).candidates)
    .map((candidate) => ({ ...candidate, shapes: candidate.shapes.filter(({ option }) => isPool(option)) }))
    .filter(({ shapes }) => shapes.length > 0);
}

function isPool({ configuration: { shape } }: ReplicaOption): boolean {
  const { engine, nodesPerReplica, pipelineParallel, attentionDataParallel } = shape;
  return engine === 'vllm' && nodesPerReplica === 1 && pipelineParallel === 1 && attentionDataParallel === 1;
}

/** What two servers must have in common to read each other's caches: precision, and kernels of one generation of accelerators. */
function formatOf({ configuration: { shape, accelerator } }: ReplicaOption): string {
  return `${shape.precision} ${accelerator.generation}`;
}

function formatsOf(candidates: readonly Candidate[]): readonly { readonly format: string; readonly ranks: number }[] {
  const formats = candidates.flatMap(({ shapes }) => shapes.map(({ option }) => formatOf(option)));
  return [...new Set(formats)].sort().flatMap((format) => RANKS.map((ranks) => ({ format, ranks })));
}

function of(
  candidates: readonly Candidate[],
  format: string,
  allows: (ranks: number) => boolean,
): readonly Candidate[] {
  const isOf = ({ option }: BoundedShape) =>
    formatOf(option) === format && allows(option.configuration.shape.tensorParallel);
  return candidates.map((candidate) => ({ ...candidate, shapes: candidate.shapes.filter(isOf) }));
}

function withinShare(candidate: Candidate, role: PoolRole, prefillShare: number, search: Search): Candidate {
  return {
    ...candidate,
    shapes: candidate.shapes.map((shape) => ({ ...shape, option: limited(shape, role, prefillShare, search) })),
  };
}

/** The same shape, held to its part of the promise. */
function limited({ option }: BoundedShape, role: PoolRole, prefillShare: number, { workload }: Search): ReplicaOption {
  let found: ReturnType<ReplicaOption['limit']> | undefined;
  return {
    ...option,
    limit: () => {
      found ??= loadLimit(option.replica, option.slots, partOf(workload.slo, role, prefillShare, transferOf(option)));
      return found;
    },
  };
}

/** Of the longest prompt, in which all others are. */
export function transferOf({ configuration, replica }: ReplicaOption): number {
  const { prompts } = replica.demand;
  const longest = Math.max(...prompts.map(({ tokens, cachedTokens }) => tokens + cachedTokens));
  return cacheTransfer(configuration, replica.fit, longest)?.seconds ?? Infinity;
}

/** A pool's part of an SLO, once its side of the transfer is taken off. Prefill has no say in the time per output token. */
export function partOf({ ttft, tpot }: Slo, role: PoolRole, prefillShare: number, transferSeconds: number): Slo {
  const share = role === 'prefill' ? prefillShare : 1 - prefillShare;
  const seconds = ttft.seconds * share - transferSeconds;
  const percentile = 100 - share * (100 - ttft.percentile);
  return { ttft: { percentile, seconds }, tpot: role === 'prefill' ? { percentile: 50, seconds: 1e9 } : tpot };
}
