import type { MemoryFit, ReplicaConfiguration } from './performance-model';
import type { ServingDemand } from './serving-demand';
import { EFA } from './stated-coefficients';

/**
 * What requests look like to a server that reads prompts alone: it writes one token and hands the cache over (as vLLM's connectors
 * ask for one). That token is counted as a step of its own, which shares its weights with the prompts of others.
 */
export function prefillDemand(demand: ServingDemand): ServingDemand {
  const longestPrompt = Math.max(...demand.prompts.map(({ tokens, cachedTokens }) => tokens + cachedTokens));
  return {
    ...demand,
    outputs: [{ tokens: WRITTEN, weight: 1 }],
    meanOutputTokens: WRITTEN,
    longestRequestTokens: longestPrompt + WRITTEN,
    meanContextTokens: demand.meanPromptTokens + 1,
    meanFinalTokens: demand.meanPromptTokens + WRITTEN,
  };
}

/** The first token and the one that ends the request. */
const WRITTEN = 2;

/** What they look like to a server that writes answers: the cache came over, and one token of the prompt is read again. */
export function decodeDemand(demand: ServingDemand): ServingDemand {
  return {
    ...demand,
    prompts: demand.prompts.map(({ tokens, cachedTokens, weight }) => ({
      tokens: 1,
      cachedTokens: Math.max(0, tokens + cachedTokens - 1),
      weight,
    })),
  };
}

/** A cache on its way between two servers, as far as one of them holds it up. */
export interface CacheTransfer {
  /** Of a prompt, over all ranks of the server. */
  readonly bytes: number;
  /** The server's share of its node's EFA, as far as it is used. */
  readonly bytesPerSecond: number;
  readonly latencySeconds: number;
  readonly seconds: number;
}

/**
 * Seconds that a prompt's keys and values take over EFA, none of them hidden behind the prefill: bytes over the share of the node's
 * EFA that the server has, and the latency of a message. Undefined where the node has no EFA.
 */
export function cacheTransfer(
  { shape, instanceType }: ReplicaConfiguration,
  fit: Extract<MemoryFit, { fits: true }>,
  promptTokens: number,
): CacheTransfer | undefined {
  const node = instanceType.network?.efaBytesPerSecond;
  const { acceleratorCount } = instanceType;
  if (node === undefined || acceleratorCount === undefined) return undefined;
  const perNode = Math.max(1, Math.floor(acceleratorCount / shape.acceleratorsPerReplica));
  const bytes = fit.cacheBytesPerSequence(promptTokens) * shape.tensorParallel;
  const bytesPerSecond = (node / perNode) * EFA.bandwidthEfficiency;
  const { latencySeconds } = EFA;
  return { bytes, bytesPerSecond, latencySeconds, seconds: bytes / bytesPerSecond + latencySeconds };
}
