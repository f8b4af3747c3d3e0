import { renderPlan } from '../../lib/report/plan-report';
import { aPlan, aRejection, aWorkloadPlan } from '../builders';
import { expectGolden, expectReadable } from './golden';

const assistant = aWorkloadPlan({
  name: 'assistant',
  model: 'deepseek-ai/DeepSeek-R1',
  shape: {
    instanceType: 'p5en.48xlarge',
    acceleratorsPerReplica: 16,
    nodesPerReplica: 2,
    tensorParallel: 8,
    pipelineParallel: 2,
    expertParallel: 16,
    attentionDataParallel: 1,
    precision: 'fp8',
    engine: 'sglang',
  },
  replicas: { min: 2, plan: 4, max: 6 },
  assuredReplicas: 2,
  purchase: [
    { option: 'capacityReservation', assurance: 'reserved', nodes: 4 },
    { option: 'onDemand', assurance: 'bestEffort', nodes: 4 },
  ],
  requestsPerSecondPerReplica: 12.345,
  concurrencyPerReplica: 256,
  binding: 'ttft',
  rejected: [
    aRejection({
      candidate: 'g6.xlarge fp8 tp1',
      code: 'DoesNotFit',
      reason: 'needs 671.0 GB of weights, 22.0 GB are there',
    }),
    ...[1, 2, 3, 4, 5].map((by) =>
      aRejection({ candidate: `p5.48xlarge fp8 tp8 pp${by}`, reason: `${by} USD an hour dearer` }),
    ),
    aRejection({
      candidate: 'p4d.24xlarge bf16 tp8',
      code: 'SloMissed',
      reason: 'TTFT p95 is 4.1 s at the smallest load, the SLO asks for 2 s',
    }),
    aRejection({
      candidate: 'p6e-gb300.36xlarge',
      code: 'Unverified',
      reason: 'AWS does not publish the type as launchable',
    }),
  ],
});
const group = aPlan().cells[0]?.nodeGroups[0];

test('the plan reads as the golden does', () => {
  const plan = aPlan({
    workloads: [aWorkloadPlan(), assistant],
    cells: aPlan().cells.map((cell) => ({
      ...cell,
      nodeGroups: [
        ...cell.nodeGroups,
        {
          ...group!,
          name: 'assistant',
          workload: 'assistant',
          instanceType: 'p5en.48xlarge',
          purchase: 'capacityReservation',
          size: { min: 4, plan: 8, max: 12 },
        },
      ],
    })),
  });
  const text = renderPlan(plan);
  expectReadable(text);
  expectGolden('report-plan.txt', text);
});

test('a feasible result reads as its plan', () => {
  expect(renderPlan({ kind: 'feasible', plan: aPlan() })).toBe(renderPlan(aPlan()));
});

test('no plan is said first, with why each candidate lost', () => {
  const text = renderPlan({
    kind: 'infeasible',
    workloads: [
      {
        name: 'chat',
        rejected: [aRejection({ code: 'SloMissed', reason: 'TPOT p95 is 90 ms, the SLO asks for 50 ms' })],
      },
    ],
  });
  expectReadable(text);
  expect(text).toMatch(/^Plan {2}infeasible: no candidate serves chat\n/);
  expect(text).toContain(
    'misses the SLO: 1\n      g5.xlarge bf16 tp1 onDemand: TPOT p95 is 90 ms, the SLO asks for 50 ms',
  );
});

test('training and reserved blocks show what they have and nothing of serving', () => {
  const text = renderPlan(
    aPlan({
      workloads: [
        aWorkloadPlan({
          name: 'research',
          kind: 'reservedBlock',
          model: null,
          shape: null,
          requestsPerSecondPerReplica: null,
          concurrencyPerReplica: null,
          ttftSeconds: null,
          tpotSeconds: null,
          slo: null,
          errorBand: null,
          binding: 'requested',
          rejected: [],
        }),
      ],
    }),
  );
  expectReadable(text);
  expect(text).toContain('research  reservedBlock');
  expect(text).toContain('limit     the count that was asked for');
  expect(text).not.toMatch(/TTFT|requests\/s|shape/);
});

test('three candidates of a kind are shown and the rest counted', () => {
  const text = renderPlan(aPlan({ workloads: [assistant] }));
  expect(text).toContain('rejected  8 candidates');
  expect(text.match(/USD an hour dearer/g)).toHaveLength(3);
  expect(text).toContain('… and 2 more');
});

test('what is to be bought by hand is pending, with what was approved and what it comes to on demand', () => {
  const place = { region: 'us-east-1', availabilityZone: 'us-east-1a' };
  const of = { cell: 'UsEast1', instanceType: 'p5.48xlarge', count: 4, place } as const;
  const window = { days: 14, startsFrom: '2027-01-10', endsBy: '2027-01-31' };
  const text = renderPlan(
    aPlan({
      purchases: [
        {
          ...of,
          ...window,
          kind: 'capacityBlock',
          name: 'tune',
          maximumFeeUsd: '47040.00',
          // 4 × 55.04 an hour, 336 hours.
          onDemand: { perHour: '220.16', total: '73973.76' },
        },
        { ...of, kind: 'capacityReservation', name: 'floor', maximumUsdPerHour: '220.16' },
        {
          kind: 'savingsPlan',
          name: 'base',
          plan: { ec2Family: 'p5', region: 'us-east-1' },
          termYears: 1,
          payment: 'noUpfront',
          commitmentUsdPerHour: '100',
          maximumTotalUsd: '876000',
        },
      ],
    }),
  );
  expectReadable(text);
  expect(text.slice(text.indexOf('To buy by hand'))).toMatchInlineSnapshot(`
"To buy by hand (see headroom purchases): in no cost above, no bill and no verdict until it is listed as owned.
  pending  what                                       approved at most, USD     on demand instead, USD
  tune     block of 4 × p5.48xlarge                   47,040.00 at once         73,973.76, 220.16 an hour
           14 days within 2027-01-10 to 2027-01-31
  floor    reservation of 4 × p5.48xlarge             220.16 an hour            no known price
           from now on
  base     EC2 Instance (p5, us-east-1) Savings Plan  876,000.00 over its term  what is listed above
           100.00 an hour for 1 year
"
`);
});

test('what Karpenter may start beside a group is said with how it is bought', () => {
  const [cell] = aPlan().cells;
  if (cell === undefined || group === undefined) throw new Error('no cell');
  const { instanceType, rootVolume, workload } = group;
  const size = { min: 0, plan: 1, max: 4 };
  const pool = { name: 'burst', workload, instanceType, purchases: ['spot', 'onDemand'] as const, size, rootVolume };
  const text = renderPlan(aPlan({ cells: [{ ...cell, nodePools: [pool] }] }));
  expect(text.replaceAll(/\s+/g, ' ')).toContain('0 to 4 (1 planned) × g6.xlarge by Karpenter, spot or onDemand');
});
