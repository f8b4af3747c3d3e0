import { CONNECTION_BYTES_PER_SECOND, NODE_START_SECONDS, streamerThreads } from '../../workload/weights-rate';
import type { TrainingWorkload } from '../../workload/workload';
import type { TrainingProgress } from '../plan';

/** Weights in bf16 with a master copy and two moments in fp32: the state of ZeRO (arXiv 1910.02054, §3.1) without gradients. */
export const CHECKPOINT_BYTES_PER_PARAMETER = 14;

/**
 * 419 unexpected interruptions in 54 days of 2,048 nodes of eight H100: 54 × 24 × 2,048 / 419 hours of a node (Llama 3, arXiv
 * 2407.21783, §3.3.4).
 */
const HOURS_BETWEEN_FAILURES_OF_NODE = 6335;
const FAILURES_SOURCE = 'Llama 3, arXiv 2407.21783, §3.3.4: 419 interruptions in 54 days of 2,048 nodes of 8 H100';

/** Of so many nodes: how much of the time computes what is kept. */
export type RunningTime = Pick<
  TrainingProgress,
  'usefulShare' | 'checkpointSeconds' | 'checkpointEverySeconds' | 'hoursBetweenFailures' | 'restartSeconds' | 'source'
>;

/**
 * What checkpoints and failures leave of a run on so many nodes. Every interval τ is followed by a checkpoint of w seconds in which
 * nothing is computed; a failure costs the restart and on average half of what was done since: useful = τ/(τ + w) ·
 * (1 − (R + (τ + w)/2)/M). Where the interval is not given it is the best to first order, √(2 w M) (Young 1974). Below 0 a run
 * never ends.
 */
export function runningTime(workload: TrainingWorkload, nodes: number): RunningTime {
  const { checkpoint, failures } = workload;
  const bytes = CHECKPOINT_BYTES_PER_PARAMETER * (workload.totalParameters ?? workload.activeParameters);
  const each = streamerThreads(bytes / nodes) * CONNECTION_BYTES_PER_SECOND;
  const rate = checkpoint?.bytesPerSecond ?? nodes * each;
  const written = bytes / rate;
  const ofNode = failures?.hoursBetweenFailuresOfNode ?? HOURS_BETWEEN_FAILURES_OF_NODE;
  const between = (3600 * ofNode) / nodes;
  const interval = checkpoint?.everySeconds ?? Math.sqrt(2 * written * between);
  const restart = failures?.restartSeconds ?? NODE_START_SECONDS + written;
  const share = (interval / (interval + written)) * (1 - (restart + (interval + written) / 2) / between);
  return {
    usefulShare: share,
    checkpointSeconds: written,
    checkpointEverySeconds: interval,
    hoursBetweenFailures: between / 3600,
    restartSeconds: restart,
    source: [
      failures?.source ?? FAILURES_SOURCE,
      checkpoint?.source ??
        'checkpoints over the connections to S3 of every node, 85 MB/s each (AWS, S3 performance guidelines)',
    ].join('; '),
  };
}

/**
 * The fewest nodes on which a run that would take `ideal` nodes without checkpoints and failures ends in time; undefined where more
 * nodes fail more often than they help.
 */
export function nodesWithAllowance(workload: TrainingWorkload, ideal: number, least: number): number | undefined {
  // More nodes lose more, so that the nodes which so many would need never fall: from below, the first that suffices is the fewest.
  for (let nodes = Math.max(1, least, Math.ceil(ideal)); ; ) {
    const { usefulShare } = runningTime(workload, nodes);
    if (usefulShare <= 0) return undefined;
    const wanted = Math.ceil(ideal / usefulShare);
    if (wanted <= nodes) return nodes;
    nodes = wanted;
  }
}
