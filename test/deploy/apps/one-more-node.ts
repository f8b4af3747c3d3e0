import { synthesize } from './planned';

/** A deployment whose first workload was given a spare node: a change that only the plan knows of. */
synthesize((question) => ({
  ...question,
  workloads: question.workloads.map((ready, index) =>
    index === 0 && ready.workload.kind === 'inference'
      ? { ...ready, workload: { ...ready.workload, spareNodes: (ready.workload.spareNodes ?? 0) + 1 } }
      : ready,
  ),
}));
