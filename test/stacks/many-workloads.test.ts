import * as fs from 'node:fs';
import { fixed } from '../../lib/units/range';
import { aNodeGroup, anApp, aStage, BUDGET, PRIVATE, Synthesized } from './cells';

const SLO = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 99.9, seconds: 0.055 } };
const WORKLOADS = Array.from({ length: 100 }, (_, index) => `assistant-${String(index).padStart(3, '0')}`);
const CELL = {
  ...PRIVATE,
  serving: {
    weightsBucket: 'weights',
    imageCache: {
      githubSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/g-AbCdEf',
    },
  },
};

function synthesized(workloads: readonly string[]): Synthesized {
  const app = anApp();
  const nodeGroups = workloads.map((workload) =>
    aNodeGroup({ name: `${workload}-g6-xlarge`, workload, size: fixed(2) }),
  );
  const slos = workloads.map((workload) => ({ workload, slo: SLO }));
  aStage(app, CELL, nodeGroups, { slos, servedWorkloads: workloads, budget: { limits: BUDGET.limits } });
  return new Synthesized(app);
}

const all = synthesized(WORKLOADS);

test('a cell of a hundred workloads keeps every template under 450 KB and every stack under 400 resources', () => {
  const sizes = all.stacks.map(({ stackName, templateFullPath, template }) => ({
    stackName,
    bytes: fs.statSync(templateFullPath).size,
    resources: Object.keys(template.Resources).length,
  }));
  expect(sizes.filter(({ bytes, resources }) => bytes >= 450_000 || resources > 400)).toEqual([]);
});

/** Logical ids of each stack that are new or say something else. */
function changes(before: Synthesized, after: Synthesized): Readonly<Record<string, readonly string[]>> {
  const idsOf = ({ stackName, template }: Synthesized['stacks'][number]): readonly string[] => {
    const old = before.stack(stackName).template.Resources;
    expect(Object.keys(old).filter((id) => template.Resources[id] === undefined)).toEqual([]);
    return Object.keys(template.Resources).filter(
      (id) => JSON.stringify(old[id]) !== JSON.stringify(template.Resources[id]),
    );
  };
  return Object.fromEntries(
    after.stacks.flatMap((stack) => {
      const ids = idsOf(stack).map((id) => id.replace(/[0-9A-F]{8}$/, ''));
      return ids.length === 0 ? [] : [[stack.stackName, ids]];
    }),
  );
}

test('one workload more changes its nodes, its role and what watches it', () => {
  // The first by name: nothing behind it moves.
  expect(changes(synthesized(WORKLOADS.slice(1)), all)).toEqual({
    'UsEast1-Capacity01': ['assistant000g6xlargeLaunchTemplate', 'assistant000g6xlargeNodeGroup'],
    'UsEast1-Observability': ['MetricsCapacity', 'MetricsPromises', 'OverviewDashboard'],
    'UsEast1-Serving': ['assistant000Role', 'assistant000RolePermissions', 'assistant000Association'],
  });
});
