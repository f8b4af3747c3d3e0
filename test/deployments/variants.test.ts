import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { addCells, billFor, judgeFor, openApp, planFor } from '../../lib/blueprint';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import type { Question } from '../../lib/blueprint/question';
import { LEDGER } from '../../lib/budget/bill/charge-ledger';
import { costWithin } from '../../lib/budget/bill/cost-within';
import type { NodeGroupPlan } from '../../lib/planner/plan';
import { Usd } from '../../lib/units/money';
import { BOUNDS, type Bound } from '../../lib/units/range';
import { POOL, VARIANTS, variantOf } from './variants';

function answered(question: Question) {
  const planned = planFor(question);
  if (planned.kind !== 'feasible')
    throw new Error(JSON.stringify(planned.workloads.map(({ rejected }) => rejected[0])));
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-variant-'));
  const app = openApp(outdir);
  addCells(app, question, planned);
  const stacks = synthesizedStacks(app);
  fs.rmSync(outdir, { recursive: true, force: true });
  const bill = billFor(question, stacks);
  return { question, plan: planned.plan, stacks, bill, verdict: judgeFor(question, planned, bill, stacks) };
}

/** What the planned node groups are billed while they are planned: their reservations included, alarms on these aside. */
function billedFor({ bill, question }: Pick<ReturnType<typeof answered>, 'bill' | 'question'>) {
  const planned = bill.charges.filter(
    ({ stack, type, dimension }) =>
      (/\/Capacity\d+$/.test(stack) && type !== 'AWS::CloudWatch::Alarm') ||
      (stack === LEDGER && dimension === 'reservedInstanceHours'),
  );
  const billed = (bound: Bound) =>
    Usd.sum(planned.map((charge) => costWithin(charge, question.horizon)[bound])).toText();
  return Object.fromEntries(BOUNDS.map((bound) => [bound, billed(bound)]));
}

const answers = Object.entries(VARIANTS).map(([name, question]) => ({ name, ...answered(question()) }));
const groupsOf = (index: number): readonly NodeGroupPlan[] =>
  answers[index]?.plan.cells.flatMap(({ nodeGroups }) => nodeGroups) ?? [];

/** Nodes that the two large workloads of production need, however they are bought: what the variants share out. */
const needed = (workload: string): number =>
  groupsOf(0)
    .filter((group) => group.workload === workload)
    .reduce((sum, { size }) => sum + size.plan, 0);
const assistant = needed('assistant');
const summarizer = needed('summarizer');

describe.each(answers)('production with $name', ({ question, plan, bill, verdict }) => {
  test('stays within its contract, with a price or an owner for every resource', () => {
    expect(bill.unpriced).toEqual([]);
    expect(verdict.findings.filter(({ severity }) => severity === 'fatal')).toEqual([]);
    expect(verdict.status).toBe('within');
  });

  test('is billed what it was planned to cost, exactly, at min, plan and max', () => {
    expect(billedFor({ bill, question })).toEqual(plan.listCost.windowTotal);
  });

  test('uses no more than is reserved, and says how much of it is unused', () => {
    for (const { count, used, unused, over } of bill.reservations) {
      expect(over).toEqual({ min: 0, plan: 0, max: 0 });
      for (const bound of BOUNDS) expect(used[bound] + unused[bound]).toBe(count);
    }
  });
});

test.each<[string, number, RegExp, string]>([
  [
    'a created reservation of one instance more',
    1,
    RegExp(`"InstanceCount":${assistant}`),
    `"InstanceCount":${assistant + 1}`,
  ],
  ['a created reservation of another type', 1, /"InstanceType":"p6-b200.48xlarge"/g, '"InstanceType":"p5.48xlarge"'],
  ['a group larger than its reservation', 0, /"MaxSize":8/, '"MaxSize":9'],
  ['a group in another reservation', 0, /cr-00000000000000b20/, 'cr-0000000000000dead'],
  ['a group in another block', 2, /cr-0b10c0000000000f0/, 'cr-0000000000000dead'],
])('fails to be the plan’s bill with %s', (_, index, found, instead) => {
  const answer = answers[index];
  if (answer === undefined) throw new Error('no such variant');
  let edits = 0;
  const stacks = answer.stacks.map((stack) => {
    const text = JSON.stringify(stack.template);
    if (!/\/Capacity\d+$/.test(stack.path) || text.search(found) < 0) return stack;
    edits += 1;
    return { ...stack, template: JSON.parse(text.replace(found, instead)) };
  });
  expect(edits).toBeGreaterThan(0);
  const bill = billFor(answer.question, stacks);
  const same = JSON.stringify(billedFor({ ...answer, bill })) === JSON.stringify(answer.plan.listCost.windowTotal);
  const oversubscribed = bill.reservations.some(({ over }) => over.max > 0);
  expect(same && bill.unpriced.length === 0 && !oversubscribed).toBe(false);
});

test('every purchase mode stands in a variant', () => {
  const modes = answers.flatMap((_, index) =>
    groupsOf(index).map(({ purchase, reservationId, reservationGroupArn, createdReservation }) => {
      const how = [
        reservationId === undefined ? '' : ' by id',
        reservationGroupArn === undefined ? '' : ' by resource group',
        createdReservation === undefined ? '' : ' created',
      ];
      return `${purchase}${how.join('')}`;
    }),
  );
  expect([...new Set(modes)].sort()).toEqual([
    'capacityBlock by id',
    'capacityReservation by id',
    'capacityReservation by resource group',
    'capacityReservation created',
    'onDemand',
    'spot',
  ]);
});

test('unused reservations are alarmed in every way that a plan names them', () => {
  const watched = answers.slice(0, 2).map(({ stacks }) =>
    stacks.flatMap(({ template }) =>
      Object.values((template as { Resources: Record<string, { Properties: Record<string, unknown> }> }).Resources)
        .map(({ Properties }) => Properties?.AlarmDescription)
        .filter((description) => /paid for whether/.test(String(description))),
    ),
  );
  expect(watched).toEqual([
    [
      expect.stringContaining('8 planned instances run in cr-00000000000000b20'),
      expect.stringContaining(`${summarizer} planned instances run in ${POOL}`),
    ],
    [expect.stringContaining(`${assistant} planned instances run in the reservation of assistant-p6-b200-48xlarge`)],
  ]);
});

test('what is owned is used before anything is bought, and the rest stays owned', () => {
  expect(groupsOf(0).map(({ name, purchase, size }) => [name, purchase, size.plan])).toEqual(
    expect.arrayContaining([
      ['assistant-p6-b200-48xlarge-00000b20', 'capacityReservation', 8],
      ['assistant-p6-b200-48xlarge', 'onDemand', assistant - 8],
      ['summarizer-trn1-32xlarge-trn1pool', 'capacityReservation', summarizer],
    ]),
  );
  expect(answers[0]?.bill.reservations.map(({ id, used, unused }) => [id, used.plan, unused.plan])).toEqual([
    ['cr-0000000000000071a', 30, 0],
    ['cr-0000000000000071b', summarizer - 30, 50 - summarizer],
    ['cr-00000000000000b20', 8, 0],
  ]);
  expect(answers[0]?.plan.workloads[0]).toMatchObject({
    purchase: [
      { option: 'capacityReservation', assurance: 'reserved', nodes: 8 },
      { option: 'onDemand', assurance: 'bestEffort', nodes: assistant - 8 },
    ],
    // Two replicas of four accelerators stand on a node of eight.
    assuredReplicas: 16,
  });
});

test('spot is nothing at min and on demand above; a block waits without nodes and is prepaid', () => {
  const [, , answer] = answers;
  const spot = answer?.bill.charges.find(({ offer }) => offer === 'instance:g7e.2xlarge:onDemand');
  expect([spot?.quantity.min, spot?.quantity.plan === spot?.quantity.max]).toEqual(['0', true]);
  expect(groupsOf(2).find(({ purchase }) => purchase === 'capacityBlock')).toMatchObject({
    size: { min: 0, plan: 3, max: 3 },
    awaitsStart: true,
  });
  expect(answer?.bill.charges.find(({ dimension }) => dimension === 'capacityBlockUpfront')?.windowTotal.plan).toBe(
    '47040',
  );
});

test('fails where a resource group is watched by a reservation that the ledger does not list in it', () => {
  const group = {
    kind: 'capacityReservation',
    resourceGroupArn: POOL,
    instanceType: 'trn1.32xlarge',
    count: 20,
  } as const;
  const row = {
    id: 'cr-0000000000000071a',
    instanceType: 'trn1.32xlarge',
    availabilityZoneId: 'usw2-az1',
    count: 20,
    start: '2026-11-01T00:00:00Z',
    end: null,
    resourceGroupArn: POOL,
  };
  const watchedBy = (id: string) => () =>
    variantOf({
      owned: { UsWest2: [{ ...group, reservationIds: [id], availabilityZone: 'us-west-2a' }] },
      capacityReservations: [row],
    });
  expect(watchedBy(row.id)).not.toThrow();
  expect(watchedBy('cr-0000000000000071b')).toThrow(
    /with no cr-0000000000000071b and the cell UsWest2 owns it with cr-/,
  );
});

test('fails where the contract’s ledger says something else, and where it says nothing it is unpriced', () => {
  const owned = {
    kind: 'capacityReservation',
    id: 'cr-00000000000000b20',
    instanceType: 'p6-b200.48xlarge',
    count: 8,
  } as const;
  const row = {
    id: owned.id,
    instanceType: owned.instanceType,
    availabilityZoneId: 'use1-az4',
    count: 8,
    start: '2026-11-01T00:00:00Z',
    end: null,
  };
  const given = (rows: readonly (typeof row)[]) =>
    variantOf({
      owned: { UsEast1: [{ ...owned, availabilityZone: 'us-east-1a' }] },
      placements: { assistant: { purchaseOptions: ['onDemand', 'capacityReservation'] } },
      capacityReservations: rows,
    });
  expect(() => given([{ ...row, count: 9 }])).toThrow(
    'the contract lists cr-00000000000000b20 with 9 × p6-b200.48xlarge and the cell UsEast1 owns it with 8 × p6-b200.48xlarge; correct one of them',
  );
  expect(() => given([{ ...row, start: '2027-01-01T00:00:00Z' }])).toThrow(/with 2027-01-01T00:00:00Z to 2028-12-01/);
  expect(answered(given([])).verdict.status).toBe('unpriced');
});

test('pools that are apart stand on groups of their own, and cost less than replicas that do both', () => {
  const apart = answers.at(-1);
  const groups = groupsOf(answers.length - 1).filter(({ workload }) => workload === 'assistant');
  expect(groups.map(({ pool }) => pool)).toEqual(['prefill', 'decode']);
  expect(apart?.plan.workloads[0]?.rejected[0]?.reason).toContain('that do both');
});
