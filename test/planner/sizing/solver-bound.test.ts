import loadHighs from 'highs';
import { defaultCatalog, findModel } from '../../../lib/catalog/catalog';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { chooseFleet } from '../../../lib/planner/sizing/choose';
import { horizonLengths, type PlanningContext } from '../../../lib/planner/sizing/planning-context';
import { anInferenceWorkload, DECEMBER } from '../../builders';
import { aCell, aTraffic, ratesOf, SOME_PRICES } from '../fixtures';
import { solve, unitsOf } from './solver-bound';

const CELL = aCell();
const CONTEXT: PlanningContext = {
  catalog: defaultCatalog,
  rateOf: ratesOf(SOME_PRICES),
  performance: rooflineModel(),
  cells: [CELL],
  horizon: DECEMBER,
  ...horizonLengths(DECEMBER),
};

test.each([
  ['Qwen/Qwen3-8B', 37],
  ['Qwen/Qwen3-8B', 913],
  ['openai/gpt-oss-120b', 211],
  ['meta-llama/Meta-Llama-3.1-70B', 55],
])(
  '%s at %d requests/s costs what a solver finds over the whole catalogue, and mixed fleets no more',
  async (id, peak) => {
    const workload = anInferenceWorkload({
      slo: { ttft: { percentile: 95, seconds: 4 }, tpot: { percentile: 95, seconds: 0.1 } },
      placement: { cells: [CELL.id], purchaseOptions: ['onDemand'], bestEffortFloor: 'a test' },
    });
    const model = findModel(defaultCatalog, id);
    const traffic = aTraffic(peak);
    const { best } = chooseFleet(workload, model, traffic, [CELL], CONTEXT);
    const planned = Number(best?.cost.perHour.toView(12));
    // Replicas that share a node: a plan's last node may be half empty, and a unit of the solver is a whole node.
    const units = unitsOf(workload, model, traffic, CELL, CONTEXT);
    const solver = await loadHighs();
    const alone = solve(solver, units, peak, false);
    const mixed = solve(solver, units, peak, true);
    expect([alone?.isFeasible, mixed?.isFeasible]).toEqual([true, true]);
    expect(planned).toBeCloseTo(alone?.usdPerHour ?? 0, 6);
    expect(planned).toBeGreaterThanOrEqual(mixed?.boundUsdPerHour ?? Infinity);
  },
);
