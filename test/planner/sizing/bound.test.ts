import fc from 'fast-check';
import { defaultCatalog, findAccelerator, findInstanceType, findModel } from '../../../lib/catalog/catalog';
import { type OwnedCommitment, poolOf } from '../../../lib/planner/commitments';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import { horizonLengths, type PlanningContext } from '../../../lib/planner/sizing/planning-context';
import { boundedFleet, nodeCostsOf, pricedFleet } from '../../../lib/planner/sizing/priced-fleet';
import { replicaOptions } from '../../../lib/planner/sizing/replica-option';
import { Usd } from '../../../lib/units/money';
import type { PurchaseOption } from '../../../lib/workload/workload';
import { anInferenceWorkload, DECEMBER } from '../../builders';
import { aCell } from '../fixtures';

const TYPE = findInstanceType(defaultCatalog, 'g6.xlarge');
const MODEL = findModel(defaultCatalog, 'Qwen/Qwen3-0.6B');
const CELLS = [aCell(), aCell({ id: 'Other', availabilityZones: ['us-east-1b', 'us-east-1a'] })];

test('no fleet of a shape costs less than its bound, whatever it carries, is bought as, and is paid for anyway', () => {
  const worlds = fc.record({
    onDemand: fc.integer({ min: 1, max: 30 }),
    spot: fc.integer({ min: 1, max: 30 }),
    purchase: fc.constantFrom<PurchaseOption>('onDemand', 'spot', 'spot'),
    reserved: fc.nat(6),
    money: fc.nat(60),
    slower: fc.double({ min: 0.8, max: 1, noNaN: true }),
    peak: fc.double({ min: 1, max: 5, noNaN: true }),
    quiet: fc.double({ min: 0.3, max: 1, noNaN: true }),
    floor: fc.boolean(),
    spareNodes: fc.nat(2),
    cells: fc.constantFrom(1, 2),
  });
  fc.assert(
    fc.property(worlds, (given) => {
      const cells = CELLS.slice(0, given.cells);
      const workload = anInferenceWorkload({
        placement: {
          cells: cells.map(({ id }) => id),
          purchaseOptions: ['onDemand', 'spot'],
          spot: { floor: given.floor },
        },
      });
      const during = { start: '2026-01-01T00:00:00Z', end: '2030-01-01T00:00:00Z' };
      const region = 'us-east-1';
      const rate = Usd.of(`${given.onDemand}/2`);
      const commitments: readonly OwnedCommitment[] = [
        ...(given.reserved === 0
          ? []
          : [
              {
                kind: 'reservedInstances' as const,
                name: 'ri',
                during,
                region,
                instanceType: TYPE.name,
                count: given.reserved,
                usdPerHour: rate,
              },
            ]),
        ...(given.money === 0
          ? []
          : [
              {
                kind: 'savingsPlan' as const,
                name: 'sp',
                during,
                usdPerHour: Usd.of(given.money),
                rates: [{ region, instanceType: TYPE.name, usdPerHour: rate }],
              },
            ]),
      ];
      const context: PlanningContext = {
        catalog: defaultCatalog,
        rateOf: (option) =>
          option.kind === 'gp3'
            ? { usd: Usd.zero, per: 'month' }
            : { usd: Usd.of(option.purchase === 'spot' ? given.spot : given.onDemand), per: 'hour' },
        performance: rooflineModel(),
        cells,
        horizon: DECEMBER,
        commitments: poolOf(commitments, DECEMBER),
        ...horizonLengths(DECEMBER),
      };
      const type = {
        instanceType: TYPE,
        accelerator: findAccelerator(defaultCatalog, TYPE.acceleratorKey),
        acceleratorsPerNode: 1,
      };
      const demand = servingDemand(workload.tokens, 0, 1);
      const { options } = replicaOptions({
        workload,
        model: MODEL,
        demand,
        type,
        precision: 'bf16',
        engine: 'vllm',
        context,
      });
      const [option] = options;
      if (option === undefined) throw new Error('no shape fits');
      const costs = nodeCostsOf(given.purchase, workload.placement, cells, context)(option);
      if ('unpriced' in costs) throw new Error(costs.unpriced);
      const spare = { spareFraction: 0, spareNodes: given.spareNodes, cells: given.cells };
      const peakRequestsPerSecond = given.peak * option.highestRate;
      const rates = { peakRequestsPerSecond, lowestRequestsPerSecond: given.quiet * peakRequestsPerSecond };
      const least = boundedFleet(option, given.purchase, { ...rates, perReplica: option.highestRate }, spare, costs);
      const real = pricedFleet(
        option,
        given.purchase,
        { ...rates, perReplica: given.slower * option.highestRate },
        spare,
        costs,
      );
      if (least === undefined || real === undefined) throw new Error('nothing to stand on');
      return !least.cost.window.exceeds(real.cost.window);
    }),
    { numRuns: 1500 },
  );
});
