import { checkpointBytes } from '../../catalog/checkpoint-bytes';
import type { ModelArchitecture } from '../../catalog/model';
import type { Cell } from '../../workload/cell';
import { ENGINE_START_SECONDS, NODE_START_SECONDS, weightsRate } from '../../workload/weights-rate';
import type { Replacement } from '../plan';
import { replicasPerNode } from './fleet';
import type { ReplicaOption } from './replica-option';

/** A rate of requests and the share of the time in which it is what replicas must be there for. */
export interface LoadShare {
  readonly requestsPerSecond: number;
  readonly share: number;
}

/**
 * How long it takes from the request for a node to a replica that serves on it, in the slowest of its cells: start of the node,
 * weights as bytes over bandwidth, and start of the engine.
 */
export function replacementOf(model: ModelArchitecture, option: ReplicaOption, cells: readonly Cell[]): Replacement {
  const { shape } = option.configuration;
  const { instanceType, accelerator, acceleratorsPerNode } = option.type;
  const weightBytes = checkpointBytes(model);
  const network = instanceType.network?.bandwidthBytesPerSecond;
  const each = network === undefined ? undefined : network / replicasPerNode(shape, acceleratorsPerNode);
  const copies = shape.engine === 'vllm-neuron';
  const rates = cells.map(({ serving }) => weightsRate(serving, copies, weightBytes, each));
  const startSeconds = NODE_START_SECONDS + ENGINE_START_SECONDS[accelerator.vendor];
  let slowest = rates[0];
  for (const rate of rates) {
    if (rate === undefined) return { weightBytes, weights: null, startSeconds };
    if (slowest === undefined || rate.bytesPerSecond < slowest.bytesPerSecond) slowest = rate;
  }
  if (slowest === undefined) return { weightBytes, weights: null, startSeconds };
  const seconds = Math.ceil(weightBytes / slowest.bytesPerSecond);
  return { weightBytes, weights: { ...slowest, seconds }, startSeconds, leadSeconds: startSeconds + seconds };
}

/** Where nothing states how fast weights load: a whole hour, the step of a traffic's shape. */
const UNKNOWN_LEAD_SECONDS = 3600;

/** Seconds before its load that a replica must be asked for. */
export function leadOf({ startSeconds, leadSeconds }: Replacement): number {
  return leadSeconds ?? startSeconds + UNKNOWN_LEAD_SECONDS;
}

/**
 * What replicas must be there for in each hour of a shape that repeats, as shares of all the time: at every moment the most of what
 * comes until a replica that is asked for now would serve.
 */
export function withLead(hours: readonly number[], leadSeconds: number): readonly LoadShare[] {
  const whole = Math.floor(leadSeconds / 3600);
  const part = leadSeconds / 3600 - whole;
  return hours.flatMap((_, hour) => {
    const until = (last: number) =>
      Math.max(...Array.from({ length: last + 1 }, (_, ahead) => hours[(hour + ahead) % hours.length] ?? 0));
    const early = { requestsPerSecond: until(whole), share: (1 - part) / hours.length };
    return part === 0 ? [early] : [early, { requestsPerSecond: until(whole + 1), share: part / hours.length }];
  });
}
