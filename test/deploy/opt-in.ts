import { checkDeployment } from '../../lib/blueprint/check-deployment';
import { type Question, readQuestion } from '../../lib/blueprint/question';
import type { Deployment } from '../../lib/deployments/deployment';
import { production } from '../../lib/deployments/production';
import { findDeployment } from '../../lib/deployments/registry';
import type { Cell } from '../../lib/workload/cell';
import type { Fleet } from '../../lib/workload/fleet';
import type { Workload } from '../../lib/workload/workload';
import type { Target } from './settings';

/** Scripts run in the clone. */
const ROOT = process.cwd();
/** Stands in the emulated account without having been deployed. */
export const SHARED_RESERVATION = 'cr-0123456789abcdef0';

/** What each target deploys. */
export function deploymentOf(target: Exclude<Target, 'variants'>): Deployment {
  return target === 'opt-in' ? optIn() : findDeployment(target);
}

/** The question that a target's deployment answers, as of a day. */
export function questionOf(target: string, asOf: string | undefined): Question {
  if (target !== 'opt-in') return readQuestion({ root: ROOT, cwd: ROOT, deployment: target, asOf });
  const asked = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production', asOf });
  const deployment = optIn();
  checkDeployment(deployment, asked.catalog);
  const workloads = deployment.workloads.map((workload) => {
    const ready = asked.workloads.find((one) => one.workload.name === workload.name);
    if (ready === undefined) throw new Error(`production has no workload ${workload.name}`);
    return { ...ready, workload };
  });
  return { ...asked, deployment, workloads };
}

/**
 * One cell of `production` with what neither deployment has: nodes that Cluster Autoscaler scales, a reservation that is
 * created, weights on a file system, mails; and a fleet in the management account before it.
 */
function optIn(): Deployment {
  const [first] = production.cells;
  if (first === undefined) throw new Error('production has a cell');
  return {
    ...production,
    cells: [optedIn(first)],
    workloads: production.workloads.flatMap((workload) => placedIn(workload, first.id)),
    fleet: fleetOf(first),
  };
}

function optedIn(cell: Cell): Cell {
  return {
    ...cell,
    nodeScaling: { kind: 'clusterAutoscaler' },
    observability: { level: 'metrics', emails: ['oncall@example.com'] },
    serving: {
      ...cell.serving,
      metricsUrl: `https://aps-workspaces.${cell.region}.amazonaws.com/workspaces/ws-0123456789abcdef`,
      weightsFileSystem: { storageGibibytes: 1200, megabytesPerSecondPerTebibyte: 125 },
    },
  };
}

/** `assistant` in a reservation of its own; `router` on demand, so that it scales. */
function placedIn(workload: Workload, cell: string): readonly Workload[] {
  const { placement } = workload;
  if (!placement.cells.includes(cell)) return [];
  const reserved = { purchaseOptions: ['capacityReservation' as const], createReservation: {} };
  const bought = workload.name === 'assistant' ? reserved : { purchaseOptions: ['onDemand' as const] };
  const { bestEffortFloor: _, ...rest } = placement;
  return [{ ...workload, placement: { ...rest, cells: [cell], ...bought } } as Workload];
}

/** In the cell's own account, the only one that an emulator has. */
function fleetOf({ account = '', region, serving }: Cell): Fleet {
  return {
    account,
    region,
    modelBuckets: [serving?.weightsBucket ?? ''],
    repositories: ['inference/gateway'],
    cachedRegistries: ['public.ecr.aws', 'registry.k8s.io'],
    consumerAccounts: ['111122223333'],
    sharedReservations: [SHARED_RESERVATION],
    spend: { emails: ['finance@example.com'] },
    invoice: { bucketName: 'example-invoices' },
  };
}
