import { renderPlan } from '../../../lib/report/plan-report';
import { Usd } from '../../../lib/units/money';
import { anInferenceWorkload } from '../../builders';
import { aCell, anOffer, aTraffic, feasible } from '../fixtures';

const WORKLOAD = anInferenceWorkload({
  precision: 'bf16',
  slo: { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } },
  placement: { cells: ['UsEast1'], purchaseOptions: ['onDemand', 'capacityReservation'], instanceFamilies: ['g6'] },
});
const perReplica =
  feasible({ workload: WORKLOAD }, { cells: [aCell()] }).workloads[0]?.requestsPerSecondPerReplica ?? 0;
/** A load of 3.5 replicas, a quarter of it in the quietest hour; one on a g6.xlarge at 0.8048 USD an hour, December. */
const planned = (usdPerHour: string | undefined, cell = aCell(), override: object = {}) =>
  feasible(
    { workload: WORKLOAD, traffic: aTraffic(3.5 * perReplica) },
    {
      cells: [cell],
      committedRateOf: () =>
        usdPerHour === undefined ? undefined : { usdPerHour: Usd.of(usdPerHour), name: 'a plan' },
      ...override,
    },
  );
const proposed = (...given: Parameters<typeof planned>) => planned(...given).workloads[0]?.savingsPlanProposal;

describe('a Savings Plan that nobody has bought', () => {
  test('is proposed for the nodes that always run, with what it saves', () => {
    // Four at 0.5: 2 an hour; 4 × 0.3048 × 744.
    expect(proposed('0.5')).toEqual({ nodes: 4, rate: 'a plan', commitmentUsdPerHour: '2', savesUsd: '907.0848' });
    expect(renderPlan(planned('0.5')).replaceAll(/\s+/g, ' ')).toContain(
      'a plan: 2.00 USD an hour for the 4 nodes that always run would save 907.08 USD over the horizon',
    );
  });

  test('leaves out what comes and goes, and what is owned', () => {
    // A quarter of the load is one node.
    expect(proposed('0.5', aCell({ nodeScaling: { kind: 'clusterAutoscaler' } }))?.nodes).toBe(1);
    const owned = [anOffer({ instanceType: 'g6.xlarge', count: 3 })];
    expect(proposed('0.5', aCell(), { owned })?.nodes).toBe(1);
  });

  test('is not proposed where it saves nothing', () => {
    expect(proposed('0.8048')).toBeUndefined();
  });

  test('is listed as without a price where no rate is known, and offered to nobody', () => {
    const { savingsPlanProposal, rejected = [] } = planned(undefined).workloads[0] ?? {};
    expect(savingsPlanProposal).toBeUndefined();
    expect(rejected.at(-1)).toEqual({
      candidate: 'g6.xlarge Savings Plan',
      code: 'Unpriced',
      reason: 'no rate of a term within the horizon is known for g6.xlarge in us-east-1',
    });
  });

  test('changes nothing that is planned or billed', () => {
    expect(planned('0.01').listCost).toEqual(planned(undefined).listCost);
    expect(planned('0.01').cells).toEqual(planned(undefined).cells);
  });
});
