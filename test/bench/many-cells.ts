import * as path from 'node:path';
import type { Question, ReadyWorkload } from '../../lib/blueprint/question';
import { readQuestion } from '../../lib/blueprint/question';
import type { Deployment } from '../../lib/deployments/deployment';
import type { Cell } from '../../lib/workload/cell';
import { trafficProfileOf } from '../../lib/workload/traffic-profile';
import type { ReservedBlockWorkload, Workload } from '../../lib/workload/workload';

const ROOT = path.join(__dirname, '..', '..');

/**
 * `production` in so many cells of 1,000 nodes: a served model on about 100 nodes of each, and two blocks of 450. Half the cells'
 * nodes have 33 network interfaces, the longest launch template there is.
 */
export function manyCells(count: number, root = ROOT): Question {
  const base = readQuestion({ root, cwd: root, deployment: 'production' });
  const [first] = base.deployment.cells;
  const router = base.workloads.find(({ workload }) => workload.name === 'router');
  if (first === undefined || router?.workload.kind !== 'inference') throw new Error('production has changed');
  const cells = Array.from({ length: count }, (_, index) => cellOf(first, index));
  const placement = { cells: cells.map(({ id }) => id), purchaseOptions: ['onDemand'] } as const;
  const rate = 480 * count;
  const traffic = { kind: 'rate', meanRequestsPerSecond: rate / 2, peakRequestsPerSecond: rate } as const;
  const served = { ...router.workload, traffic, placement: { ...placement, instanceFamilies: ['g6'] } };
  const workloads: readonly ReadyWorkload[] = [
    {
      ...router,
      workload: served,
      traffic: trafficProfileOf(traffic, () => {
        throw new Error('no trace');
      }),
    },
    ready(blockOf('research', 'p5.48xlarge', 450 * count, placement)),
    ready(blockOf('batch', 'g6.xlarge', 450 * count, placement)),
  ];
  const deployment: Deployment = { ...base.deployment, cells, workloads: workloads.map(({ workload }) => workload) };
  return { ...base, deployment, workloads, contract: scopedAnywhere(base.contract) };
}

function cellOf(first: Cell, index: number): Cell {
  return {
    ...first,
    id: `Cell${index.toString().padStart(3, '0')}`,
    network: { kind: 'own', cidr: `10.${index}.0.0/16`, egress: 'endpoints' },
    privateAccessCidrs: ['172.16.0.0/16'],
  };
}

function blockOf(
  name: string,
  instanceType: string,
  count: number,
  placement: ReservedBlockWorkload['placement'],
): ReservedBlockWorkload {
  return { kind: 'reservedBlock', name, instanceType, count, purpose: 'nodes of a large deployment', placement };
}

function ready(workload: Workload): ReadyWorkload {
  return { workload, model: undefined, traffic: undefined };
}

/** Assumptions of one cell of production hold for all. */
function scopedAnywhere(contract: Question['contract']): Question['contract'] {
  if (contract.kind !== 'given') return contract;
  const assumptions = contract.contract.assumptions
    .filter(({ scope }) => !scope.startsWith('UsWest2/'))
    .map((row) => ({ ...row, scope: row.scope.replace('UsEast1/', '*/') }));
  return { ...contract, contract: { ...contract.contract, assumptions } };
}
