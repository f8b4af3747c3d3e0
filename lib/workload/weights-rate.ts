import type { CellServing } from './cell';

/** One connection to S3 at the low end of what AWS states (Amazon S3 performance guidelines: 85 to 90 MB/s a request). */
export const CONNECTION_BYTES_PER_SECOND = 85e6;
/** Starting the engine, compiling and capturing graphs: a judgement. Neuron compiles the model, for twenty minutes and more. */
export const ENGINE_START_SECONDS = { nvidia: 600, aws: 3600 } as const;
/** From the request for an instance to a node with its devices and the server's image: a judgement. */
export const NODE_START_SECONDS = 600;

/** The Run:ai streamer reads with one thread for each 4 GB, and not less than vLLM's own 16 (EKS guide, model loading). */
const STREAMED_BYTES_PER_THREAD = 4e9;
const LEAST_STREAMER_THREADS = 16;
/** Of `aws s3 cp` unless it is configured (AWS CLI, S3 configuration, max_concurrent_requests). */
const COPYING_CONNECTIONS = 10;

/** How fast a node gets at weights, and why that is so. */
export interface WeightsRate {
  readonly bytesPerSecond: number;
  readonly source: string;
}

/** Threads, each with a connection of its own, that weights of a size are streamed with. */
export function streamerThreads(bytes: number): number {
  return Math.max(LEAST_STREAMER_THREADS, Math.ceil(bytes / STREAMED_BYTES_PER_THREAD));
}

/**
 * The rate at which a server reads its weights: as measured, where the cell says so; else as its source is stated to give, up to
 * the node's own network. Undefined where nothing states it: the Hugging Face hub promises no rate.
 *
 * @param nodeBytesPerSecond the server's share of its node's network; undefined where no source states it
 */
export function weightsRate(
  serving: CellServing | undefined,
  copies: boolean,
  bytes: number,
  nodeBytesPerSecond: number | undefined,
): WeightsRate | undefined {
  const { weightsRate: measured, weightsBucket, weightsFileSystem } = serving ?? {};
  if (measured !== undefined) return measured;
  if (weightsFileSystem?.mount !== undefined) {
    const { storageGibibytes, megabytesPerSecondPerTebibyte } = weightsFileSystem;
    const given = (megabytesPerSecondPerTebibyte * 1e6 * storageGibibytes) / 1024;
    return upTo(given, nodeBytesPerSecond, `its file system's ${megabytesPerSecondPerTebibyte} MB/s per TiB`);
  }
  if (weightsBucket === undefined) return undefined;
  const connections = copies ? COPYING_CONNECTIONS : streamerThreads(bytes);
  const given = connections * CONNECTION_BYTES_PER_SECOND;
  return upTo(
    given,
    nodeBytesPerSecond,
    `${connections} connections to S3 at 85 MB/s each (AWS, S3 performance guidelines)`,
  );
}

function upTo(given: number, nodeBytesPerSecond: number | undefined, source: string): WeightsRate {
  if (nodeBytesPerSecond === undefined || nodeBytesPerSecond >= given) return { bytesPerSecond: given, source };
  return { bytesPerSecond: nodeBytesPerSecond, source: "the node's network" };
}
