import { defaultModel } from './performance/default-model';
import type { PlanRequest } from './plan-capacity';
import { type FrontPoint, paretoFront } from './sizing/pareto';
import { cellsOf, horizonLengths, type PlanningContext } from './sizing/planning-context';

/** The front of one served workload. */
export interface WorkloadFront {
  readonly name: string;
  readonly percentiles: { readonly ttft: number; readonly tpot: number };
  readonly front: readonly FrontPoint[];
}

/** What a million output tokens costs against how long they take, for every served workload on its own. */
export function planFronts(request: PlanRequest): readonly WorkloadFront[] {
  const context: PlanningContext = {
    catalog: request.catalog,
    rateOf: request.rateOf,
    performance: request.performance ?? defaultModel(),
    cells: request.cells,
    horizon: request.horizon,
    owned: request.owned ?? [],
    ...horizonLengths(request.horizon),
  };
  return request.workloads.flatMap(({ workload, model, traffic }) => {
    if (workload.kind !== 'inference' || model === undefined || traffic === undefined) return [];
    const cells = cellsOf(workload.placement, workload.name, request.cells);
    const { ttft, tpot } = workload.slo;
    const percentiles = { ttft: ttft.percentile, tpot: tpot.percentile };
    return [{ name: workload.name, percentiles, front: paretoFront(workload, model, traffic, cells, context) }];
  });
}
