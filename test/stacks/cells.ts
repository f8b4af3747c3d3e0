import { App } from 'aws-cdk-lib';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { defaultCatalog } from '../../lib/catalog/catalog';
import type { CellPlan, NodeGroupPlan } from '../../lib/planner/plan';
import { CellStage, type CellStageProps } from '../../lib/stacks/cell-stage';
import { fixed } from '../../lib/units/range';
import type { Cell } from '../../lib/workload/cell';

/** An app as `blueprint.ts` opens it, its weak references included: a cell must not depend on them. */
export function anApp(): App {
  return new App({
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
    context: recommendedFlags,
  });
}

export function aCell(override: Partial<Cell> = {}): Cell {
  return {
    id: 'Sandbox',
    region: 'us-east-1',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    network: { kind: 'own', cidr: '10.0.0.0/16', egress: 'nat' },
    profile: 'sandbox',
    kubernetesVersion: '1.35',
    systemInstanceType: 't3.medium',
    systemNodes: 1,
    publicAccessCidrs: ['203.0.113.0/24'],
    ...override,
  };
}

export function aNodeGroup(override: Partial<NodeGroupPlan> = {}): NodeGroupPlan {
  return {
    name: 'chat-g6-xlarge',
    workload: 'chat',
    instanceType: 'g6.xlarge',
    purchase: 'onDemand',
    size: fixed(1),
    rootVolume: { gibibytes: 200, iops: 3000, mebibytesPerSecond: 125 },
    ...override,
  };
}

export function aPlan(cell: Cell, ...nodeGroups: readonly NodeGroupPlan[]): CellPlan {
  return { id: cell.id, region: cell.region, availabilityZone: cell.availabilityZones[0], nodeGroups };
}

export function aStage(
  app: App,
  cell: Cell,
  nodeGroups: readonly NodeGroupPlan[],
  props: Partial<CellStageProps> = {},
): CellStage {
  return new CellStage(app, cell.id, {
    cell,
    plan: aPlan(cell, ...nodeGroups),
    catalog: defaultCatalog,
    tags: { 'headroom:deployment': 'test', team: 'inference' },
    ...props,
  });
}

export const TEARDOWN = { goneBy: '2026-11-26T00:00:00Z' };
export const BUDGET = {
  limits: [{ id: 'stay', start: '2026-11-23T00:00:00Z', end: '2026-11-26T00:00:00Z', amount: '150' }],
};

export const SANDBOX = aCell();

/** A private cell with H200 nodes, and one with every other purchase beside. */
export const GPU = aCell({
  id: 'UsEast1',
  network: { kind: 'own', cidr: '10.16.0.0/16', egress: 'endpoints' },
  profile: 'production',
  systemInstanceType: 'm7g.large',
  systemNodes: 3,
  account: '111122223333',
  adminRoleArn: 'arn:aws:iam::111122223333:role/ClusterAdmin',
  publicAccessCidrs: undefined as never,
});
