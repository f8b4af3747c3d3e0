import fc from 'fast-check';
import type { Relaxation } from '../../../lib/planner/plan';
import { renderPlan } from '../../../lib/report/plan-report';
import { Usd } from '../../../lib/units/money';
import { anInferenceWorkload } from '../../builders';
import { aTraffic, feasible } from '../fixtures';

/** A tiny model on g6.xlarge alone: 0.8048 × 744 + 8 = 606.7712 USD a node for December. */
const NODE = Usd.of('606.7712');

function planned(peak: number, more: object = {}) {
  return feasible({
    workload: anInferenceWorkload({
      precision: 'bf16',
      placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand'], instanceFamilies: ['g6'] },
      ...more,
    }),
    traffic: aTraffic(peak),
  });
}

const perReplica = planned(1).workloads[0]?.requestsPerSecondPerReplica ?? 0;
const savesOf = (plan: ReturnType<typeof planned>): Partial<Record<Relaxation['constraint'], string>> =>
  Object.fromEntries(plan.workloads[0]?.relaxations?.map(({ constraint, savesUsd }) => [constraint, savesUsd]) ?? []);

test('says what a tenth less load and spare, and nodes by the tenth, would save', () => {
  // 9.5 replicas of load: ten, and ten again with ten spare nodes. 8.55 are nine, nine spare nodes are one less each.
  const saves = savesOf(planned(9.5 * perReplica, { spareNodes: 10 }));
  expect(saves.requested).toBe(NODE.toText());
  expect(saves.spare).toBe(NODE.toText());
  // 9.5 nodes instead of ten.
  expect(saves.purchaseUnit).toBe(NODE.times('1/2').toText());
});

test('says what a longer promise saves: as much as planning for it', () => {
  const at = (seconds: number) =>
    planned(4000, { slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds } } });
  const total = (plan: ReturnType<typeof planned>) => Usd.of(plan.listCost.windowTotal.max);
  const [strict, eased] = [at(0.0072), at(0.0072 * 1.1)];
  expect(strict.workloads[0]?.shape).toEqual(eased.workloads[0]?.shape);
  expect(strict.workloads[0]?.binding).toBe('tpot');
  expect(savesOf(strict).tpot).toBe(total(strict).minus(total(eased)).toText());
  expect(Usd.of(savesOf(strict).tpot ?? '0').exceeds(Usd.zero)).toBe(true);
});

test('no constraint costs more when it is easier, and every one is told', () => {
  const seconds = fc.double({ min: 0.006, max: 0.1, noNaN: true });
  fc.assert(
    fc.property(fc.double({ min: 1, max: 3000, noNaN: true }), seconds, fc.nat(4), (peak, tpot, spareNodes) => {
      const slo = { ttft: { percentile: 95, seconds: 1 }, tpot: { percentile: 95, seconds: tpot } };
      const saves = savesOf(planned(peak, { slo, spareNodes }));
      expect(Object.keys(saves).sort()).toEqual(
        ['memory', 'prefillFlops', 'decodeBandwidth', 'ttft', 'tpot', 'spare', 'requested', 'purchaseUnit'].sort(),
      );
      for (const saved of Object.values(saves)) expect(Usd.of(saved).isNegative()).toBe(false);
    }),
    { numRuns: 60 },
  );
});

test('the report tells what saves most first', () => {
  const text = renderPlan(planned(9.5 * perReplica, { spareNodes: 10 })).replaceAll(/\s+/g, ' ');
  expect(text).toMatch(/a tenth easier saves, USD over the horizon: .*less spare 606.77/);
});
