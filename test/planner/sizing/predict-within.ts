import type { ModelArchitecture } from '../../../lib/catalog/model';
import type { PerformanceModel } from '../../../lib/planner/performance/performance-model';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { loadLimit } from '../../../lib/planner/sizing/load-limit';
import { replicaOf } from '../../../lib/planner/sizing/replica-option';
import type { InferenceWorkload } from '../../../lib/workload/workload';
import type { PredictReplica } from './every-unit';

/** The planner's prediction of one replica: all that an independent search shares with it. */
export function predictWithin(
  workload: InferenceWorkload,
  model: ModelArchitecture,
  arrivalScv: number,
  performance: PerformanceModel,
): PredictReplica {
  const demand = servingDemand(workload.tokens, workload.prefixCacheHitFraction, arrivalScv);
  return (accelerator, instanceType, shape) => {
    const built = replicaOf({ model, accelerator, instanceType, shape }, demand, performance, workload.confidence);
    if (!('slots' in built)) return undefined;
    const limit = loadLimit(built, built.slots, workload.slo);
    if (limit.kind !== 'limit') return undefined;
    const { weightsBytesPerAccelerator: weightBytesPerAccelerator } = built.fit;
    return { requestsPerSecond: limit.requestsPerSecond, weightBytesPerAccelerator };
  };
}
