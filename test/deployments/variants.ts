import * as path from 'node:path';
import { checkLedger } from '../../lib/blueprint/check-capacity';
import { checkDeployment } from '../../lib/blueprint/check-deployment';
import { type Question, type ReadyWorkload, readQuestion } from '../../lib/blueprint/question';
import type { CapacityBlockRow, CapacityReservationRow } from '../../lib/budget/bill/ledger';
import type { Contract } from '../../lib/budget/envelope/contract';
import type { Deployment } from '../../lib/deployments/deployment';
import type { OwnedCapacity } from '../../lib/workload/capacity';
import type { CellServing } from '../../lib/workload/cell';
import type { Placement, Workload } from '../../lib/workload/workload';
import { aTrainingWorkload } from '../builders';

const ROOT = path.join(__dirname, '..', '..');
export const POOL = 'arn:aws:resource-groups:us-west-2:123456789012:group/trn1-pool';

interface Change {
  readonly owned?: Readonly<Record<string, readonly OwnedCapacity[]>>;
  readonly placements?: Readonly<Record<string, Partial<Placement>>>;
  readonly more?: readonly Workload[];
  readonly spotRates?: Deployment['spotRates'];
  readonly capacityReservations?: readonly CapacityReservationRow[];
  readonly capacityBlocks?: readonly CapacityBlockRow[];
  /** Of every cell, beside what it has. */
  readonly serving?: CellServing;
  readonly assumptions?: Contract['assumptions'];
}

const production = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });

/** `production` with other capacity, and its contract with the ledger of it. */
export function variantOf(change: Change): Question {
  const { deployment, contract } = production;
  const placed = <T extends Workload>(workload: T): T => ({
    ...workload,
    placement: { ...workload.placement, ...change.placements?.[workload.name] },
  });
  const varied: Deployment = {
    ...deployment,
    cells: deployment.cells.map((cell) => ({
      ...cell,
      ownedCapacity: change.owned?.[cell.id] ?? [],
      serving: { ...cell.serving, ...change.serving },
    })),
    workloads: [...deployment.workloads.map(placed), ...(change.more ?? [])],
    spotRates: change.spotRates ?? [],
  };
  checkDeployment(varied, production.catalog);
  if (contract.kind !== 'given') throw new Error('production has a contract');
  const { capacityReservations = [], capacityBlocks = [] } = change;
  const assumptions = [...contract.contract.assumptions, ...(change.assumptions ?? [])];
  const ledger = { ...contract.contract, capacityReservations, capacityBlocks, assumptions };
  checkLedger(varied, ledger, production.horizon);
  const more = (change.more ?? []).map(
    (workload): ReadyWorkload => ({ workload, model: undefined, traffic: undefined }),
  );
  return {
    ...production,
    deployment: varied,
    workloads: [...production.workloads.map((one) => ({ ...one, workload: placed(one.workload) })), ...more],
    contract: { ...contract, contract: ledger },
  };
}

const EAST = { availabilityZone: 'us-east-1a' };
const WEST = { availabilityZone: 'us-west-2a' };
const HELD = { start: '2026-11-01T00:00:00Z', end: null };
const BLOCK = { start: '2027-01-10T11:30:00Z', end: '2027-01-24T11:30:00Z' };
const BLOCK_ID = 'cr-0b10c0000000000f0';

/** Every purchase mode stands in one of them. */
export const VARIANTS: Readonly<Record<string, () => Question>> = {
  'a reservation by its id, and a resource group with more than is used': () =>
    variantOf({
      owned: {
        UsEast1: [
          {
            kind: 'capacityReservation',
            id: 'cr-00000000000000b20',
            instanceType: 'p6-b200.48xlarge',
            count: 8,
            ...EAST,
          },
        ],
        UsWest2: [
          {
            kind: 'capacityReservation',
            resourceGroupArn: POOL,
            reservationIds: ['cr-0000000000000071b', 'cr-0000000000000071a'],
            instanceType: 'trn1.32xlarge',
            count: 50,
            ...WEST,
          },
        ],
      },
      placements: {
        assistant: { purchaseOptions: ['onDemand', 'capacityReservation'] },
        summarizer: { purchaseOptions: ['capacityReservation'] },
      },
      capacityReservations: [
        {
          id: 'cr-00000000000000b20',
          instanceType: 'p6-b200.48xlarge',
          availabilityZoneId: 'use1-az4',
          count: 8,
          ...HELD,
        },
        {
          id: 'cr-0000000000000071a',
          instanceType: 'trn1.32xlarge',
          availabilityZoneId: 'usw2-az1',
          count: 30,
          ...HELD,
          resourceGroupArn: POOL,
        },
        {
          id: 'cr-0000000000000071b',
          instanceType: 'trn1.32xlarge',
          availabilityZoneId: 'usw2-az1',
          count: 20,
          ...HELD,
          resourceGroupArn: POOL,
        },
      ],
    }),
  'a reservation that is created': () =>
    variantOf({ placements: { assistant: { purchaseOptions: ['capacityReservation'], createReservation: {} } } }),
  'spot, and a Capacity Block that has not started': () =>
    variantOf({
      owned: {
        UsEast1: [{ kind: 'capacityBlock', id: BLOCK_ID, instanceType: 'p5.48xlarge', count: 4, ...EAST, ...BLOCK }],
      },
      placements: { router: { purchaseOptions: ['spot'], spot: { floor: true } } },
      more: [
        // 6 × 8e9 × 2e11 FLOPs over 13 days at 0.4 of 8 × 989 TFLOP/s a node is 2.7 nodes: three of the block's four.
        aTrainingWorkload({
          name: 'tune',
          trainingTokens: 2e11,
          start: '2027-01-11',
          deadline: '2027-01-24',
          placement: { cells: ['UsEast1'], purchaseOptions: ['capacityBlock'], instanceFamilies: ['p5'] },
        }),
      ],
      spotRates: ['us-east-1', 'us-west-2'].map((region) => ({
        region,
        instanceType: 'g7e.2xlarge',
        usdPerHour: '1.10',
        source: 'made up for a test',
        asOf: '2026-11-20',
      })),
      // 4 × 336 h × 35 USD, an amount made up for a test.
      capacityBlocks: [
        {
          id: BLOCK_ID,
          instanceType: 'p5.48xlarge',
          count: 4,
          ...BLOCK,
          upfront: '47040.00',
          purchased: '2026-12-15T00:00:00Z',
        },
      ],
    }),
  // No price of FSx for Lustre has a source: somebody answers for a ceiling, 9,600 GiB at an amount made up for a test.
  'weights on a file system, whose storage and EFA somebody bounds': () =>
    variantOf({
      serving: {
        weightsFileSystem: { storageGibibytes: 9600, megabytesPerSecondPerTebibyte: 500, efa: true },
      },
      assumptions: ['lustreStorage', 'lustreEfa'].map((usage) => ({
        usage,
        scope: '*/Weights',
        min: '0',
        plan: '3500',
        max: '4000',
        unit: 'USD/month',
        owner: 'inference-platform',
        expires: '2028-12-01',
      })),
    }),
  'prefill and decode apart': () => variantOf({ placements: { assistant: { disaggregation: true } } }),
};
