import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { App } from 'aws-cdk-lib';
import { addCells, openApp, planFor } from '../../lib/blueprint';
import { readQuestion } from '../../lib/blueprint/question';
import { DEPLOYMENT_NAMES } from '../../lib/deployments/registry';
import { FleetStage } from '../../lib/stacks/fleet-stage';
import { fixed } from '../../lib/units/range';
import type { CellServing } from '../../lib/workload/cell';
import { aCell, aNodeGroup, anApp, aStage, BUDGET, PRIVATE, SANDBOX, TEARDOWN } from './cells';
import { INVOICED_FLEET } from './fleets';

const ROOT = path.join(__dirname, '..', '..');
const CR = 'cr-0123456789abcdef0';

export const GIVEN = aCell({
  id: 'Given',
  network: {
    kind: 'existing',
    vpcId: 'vpc-0a1b2c3d4e5f60718',
    vpcCidr: '10.0.0.0/16',
    privateSubnetIds: ['subnet-0a1b2c3d4e5f60718', 'subnet-0b1c2d3e4f5a60718'],
  },
});

/** Manifests that come with the deployment. */
const DELIVERING: CellServing = {
  delivery: { kind: 'kubectl', kubectlLayerArn: 'arn:aws:lambda:us-east-1:111122223333:layer:kubectl-135:1' },
};
const DELIVERED = [{ name: 'one', objects: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'one' } }] }];

/** Weights on a file system, images in a cache, pulled in parallel. */
const STORED: CellServing = {
  weightsBucket: 'weights',
  weightsFileSystem: { storageGibibytes: 9600, megabytesPerSecondPerTebibyte: 500, efa: true },
  imageCache: {
    githubSecretArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/github-AbCdEf',
  },
  parallelImagePull: true,
};

/** Every deployment of the house, and cells that hold what none of them has. What is true of all templates is tested on these. */
export const VARIANTS: readonly (readonly [name: string, open: () => App])[] = [
  ...DEPLOYMENT_NAMES.map((name) => [name, () => deployed(name)] as const),
  ['sandbox cells', sandboxCells],
  ['production cells', productionCells],
  ['a fleet', aFleet],
];

function deployed(deployment: string): App {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-variant-'));
  process.on('exit', () => fs.rmSync(outdir, { recursive: true, force: true }));
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment });
  const app = openApp(outdir);
  addCells(app, question, planFor(question));
  return app;
}

function sandboxCells(): App {
  const app = anApp();
  aStage(app, SANDBOX, [aNodeGroup()], { teardown: TEARDOWN, budget: BUDGET });
  aStage(app, GIVEN, [aNodeGroup({ name: 'given' })]);
  aStage(app, { ...SANDBOX, id: 'Delivering', serving: DELIVERING }, [aNodeGroup({ name: 'delivered' })], {
    delivered: DELIVERED,
  });
  return app;
}

function productionCells(): App {
  const app = anApp();
  const groups = [
    aNodeGroup({ name: 'large', instanceType: 'p5en.48xlarge', size: fixed(4), nodesPerReplica: 2 }),
    aNodeGroup({ name: 'reserved', instanceType: 'p5.48xlarge', purchase: 'capacityReservation', reservationId: CR }),
    aNodeGroup({ name: 'block', instanceType: 'p5en.48xlarge', purchase: 'capacityBlock', reservationId: CR }),
    aNodeGroup({ name: 'spot', instanceType: 'g6e.2xlarge', purchase: 'spot' }),
  ];
  aStage(app, { ...PRIVATE, serving: { weightsBucket: 'weights' } }, groups, {
    servedWorkloads: ['chat', 'other'],
    budget: { ...BUDGET, emails: ['capacity@example.com'] },
  });
  const routed = { kind: 'own', cidr: '10.32.0.0/16', egress: 'nat' } as const;
  const metricsUrl = 'https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-1';
  const serving = { imageCache: {}, metricsUrl };
  const scaled = { network: routed, nodeScaling: { kind: 'clusterAutoscaler' }, serving } as const;
  aStage(app, { ...PRIVATE, id: 'Routed', ...scaled }, [
    aNodeGroup({ name: 'trn', instanceType: 'trn1.32xlarge', size: fixed(2) }),
  ]);
  const nodeScaling = { kind: 'karpenter', imageRelease: 'v20260903' } as const;
  aStage(app, { ...PRIVATE, id: 'Bursting', nodeScaling }, [aNodeGroup({ name: 'base' })]);
  const byZoneId = {
    ...PRIVATE,
    id: 'ByZoneId',
    availabilityZones: ['use1-az1', 'use1-az4'],
    bootstrapQualifier: 'platform',
    permissionsBoundary: 'TeamBoundary',
    addOnVersions: { coredns: 'v1.12.4-eksbuild.1' },
    amiReleases: { chat: '1.35.2-20261015' },
  } as const;
  aStage(app, byZoneId, [aNodeGroup({ instanceType: 'g7e.2xlarge' })]);
  aStage(app, { ...PRIVATE, id: 'ProductionGiven', network: GIVEN.network }, []);
  aStage(app, { ...PRIVATE, id: 'Stored', serving: STORED }, [aNodeGroup({ name: 'stored' })], {
    servedWorkloads: ['chat'],
  });
  return app;
}

function aFleet(): App {
  const app = anApp();
  new FleetStage(app, {
    fleet: INVOICED_FLEET,
    deployment: 'test',
    cells: ['UsEast1'],
    limits: BUDGET.limits,
    tags: { team: 'x' },
  });
  return app;
}
