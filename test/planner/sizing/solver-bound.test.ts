import * as fs from 'node:fs';
import * as path from 'node:path';
import loadHighs from 'highs';
import { defaultCatalog, findModel } from '../../../lib/catalog/catalog';
import type { RateOf } from '../../../lib/planner/capacity-option';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { candidatesOf } from '../../../lib/planner/sizing/candidates';
import { chooseFleet } from '../../../lib/planner/sizing/choose';
import { eligibleTypes } from '../../../lib/planner/sizing/eligible-types';
import { horizonLengths, type PlanningContext } from '../../../lib/planner/sizing/planning-context';
import { replicaOf } from '../../../lib/planner/sizing/replica-option';
import { Usd } from '../../../lib/units/money';
import { anInferenceWorkload, DECEMBER } from '../../builders';
import { aCell, aTraffic, ratesOf, SOME_PRICES } from '../fixtures';
import { everyUnit } from './every-unit';
import { predictWithin } from './predict-within';
import { solve } from './solver-bound';

const CELL = aCell();
const PERFORMANCE = rooflineModel();
const CONTEXT: PlanningContext = {
  catalog: defaultCatalog,
  rateOf: ratesOf(SOME_PRICES),
  performance: PERFORMANCE,
  cells: [CELL],
  horizon: DECEMBER,
  ...horizonLengths(DECEMBER),
};

test.each([
  ['Qwen/Qwen3-8B', 37],
  ['Qwen/Qwen3-8B', 913],
  ['openai/gpt-oss-120b', 211],
  ['meta-llama/Meta-Llama-3.1-70B', 55],
  ['Qwen/Qwen3-235B-A22B-FP8', 120],
  ['deepseek-ai/DeepSeek-R1', 60],
])(
  '%s at %d requests/s costs what a solver finds over all that can be bought, counted without the planner, and mixed fleets no more',
  async (id, peak) => {
    const workload = anInferenceWorkload({
      precision: 'any',
      slo: { ttft: { percentile: 95, seconds: 4 }, tpot: { percentile: 95, seconds: 0.1 } },
      placement: { cells: [CELL.id], purchaseOptions: ['onDemand'], bestEffortFloor: 'a test' },
    });
    const model = findModel(defaultCatalog, id);
    const { best } = chooseFleet(workload, model, aTraffic(peak), [CELL], CONTEXT);
    const planned = Number(best?.cost.perHour.toView(12));
    const units = everyUnit({
      model,
      ...defaultCatalog,
      region: CELL.region,
      profile: CELL.profile,
      usdPerHour: (name) => (SOME_PRICES[name] === undefined ? undefined : Number(SOME_PRICES[name])),
      gp3: { gibibyte: 0.08, iops: 0.005, mebibytePerSecond: 0.04 },
      predict: predictWithin(workload, model, 1, PERFORMANCE),
    });
    const solver = await loadHighs();
    const alone = solve(solver, units, peak, false);
    const mixed = solve(solver, units, peak, true);
    expect([alone?.isFeasible, mixed?.isFeasible]).toEqual([true, true]);
    expect(planned).toBeCloseTo(alone?.usdPerHour ?? 0, 6);
    expect(planned).toBeGreaterThanOrEqual(mixed?.boundUsdPerHour ?? Infinity);
  },
);

test.each(defaultCatalog.models.map(({ id }) => id))(
  'of %s the planner tries every shape that is counted without it, and no other',
  (id) => {
    const workload = anInferenceWorkload({
      precision: 'any',
      slo: { ttft: { percentile: 95, seconds: 60 }, tpot: { percentile: 95, seconds: 1 } },
      placement: { cells: [CELL.id], purchaseOptions: ['onDemand'], bestEffortFloor: 'a test' },
    });
    const model = findModel(defaultCatalog, id);
    const usd = Usd.of('1');
    const rateOf: RateOf = ({ kind }) => ({ usd, per: kind === 'gp3' ? 'month' : 'hour' });
    const context = { ...CONTEXT, rateOf };
    const demand = servingDemand(workload.tokens, 0, 1);
    const search = { workload, model, traffic: aTraffic(1), demand, cells: [CELL], context };
    const tried = eligibleTypes(workload.placement, [CELL], context).eligible.flatMap((type) =>
      candidatesOf(type, search).candidates.flatMap(({ shapes }) =>
        shapes
          .map(({ option }) => option.configuration.shape)
          .map((shape) =>
            [
              shape.instanceType,
              shape.precision,
              shape.tensorParallel,
              shape.pipelineParallel,
              shape.attentionDataParallel,
              shape.expertParallel,
              shape.nodesPerReplica,
            ].join(' '),
          ),
      ),
    );
    const counted = everyUnit({
      model,
      ...defaultCatalog,
      region: CELL.region,
      profile: CELL.profile,
      usdPerHour: () => 1,
      gp3: { gibibyte: 1, iops: 1, mebibytePerSecond: 1 },
      predict: (accelerator, instanceType, shape) => {
        const built = replicaOf({ model, accelerator, instanceType, shape }, demand, PERFORMANCE);
        return 'slots' in built ? { requestsPerSecond: 1, weightBytesPerAccelerator: 0 } : undefined;
      },
    });
    expect(tried.sort()).toEqual(counted.map(({ name }) => name).sort());
  },
);

test.each(['brute-force.ts', 'every-unit.ts'])('%s knows nothing of the planner but its types', (file) => {
  const imports = fs.readFileSync(path.join(__dirname, file), 'utf8').match(/^import .*? from '.*?';$/gms) ?? [];
  expect(imports.length).toBeGreaterThan(0);
  const values = imports.filter((line) => !line.startsWith('import type '));
  expect(values.filter((line) => !line.includes('/lib/catalog/'))).toEqual([]);
});
