import { type Catalog, findInstanceType } from '../catalog/catalog';
import { nearest } from '../catalog/nearest';
import { checkCell } from '../constructs/check-cell';
import { checkFleet } from '../constructs/check-fleet';
import type { Deployment } from '../deployments/deployment';
import { Problem } from '../problem';
import { FleetStage } from '../stacks/fleet-stage';
import type { Cell, KarpenterScaling } from '../workload/cell';
import { checkWorkloads } from '../workload/parse-workload';
import type { PurchaseOption, Workload } from '../workload/workload';
import { checkAllowed } from './check-allowed';
import { checkCapacity } from './check-capacity';
import { checkPurchases } from './check-purchases';
import { checkTags } from './check-tags';

/** A year: a stay that is longer is a term, and wants dates. */
const MOST_HOURS = 8784;
/** Of an account, one a cell; all may be in one subscription (AWS Cost Anomaly Detection, FAQs, 2026-11-24). */
const MOST_MONITORS = 101;
/** Reserved capacity is paid for whether it runs or not. */
const ELASTIC: ReadonlySet<PurchaseOption> = new Set(['onDemand', 'spot']);

/**
 * Refuses a deployment that contradicts itself or the catalogue, before anything is planned from it.
 *
 * @throws Problem, one sentence for the first thing that is wrong
 */
export function checkDeployment(deployment: Deployment, catalog: Catalog): void {
  const { name, cells, fleet, lifetime, workloads } = deployment;
  cells.forEach((cell, index) => {
    if (cell === undefined || cell === null)
      refuse(name, `its cell ${index + 1} is missing; define it or leave it out`);
    checkCell(cell);
  });
  const twin = cells.find((cell, index) => cells.findIndex(({ id }) => id === cell.id) !== index);
  if (twin !== undefined) refuse(name, `it has two cells ${twin.id}; rename one`);
  checkCaches(deployment);
  if (
    lifetime.kind === 'hours' &&
    !(Number.isInteger(lifetime.hours) && lifetime.hours >= 5 && lifetime.hours <= MOST_HOURS)
  ) {
    refuse(name, `it is kept for ${lifetime.hours} hours; give a whole number from 5 to ${MOST_HOURS}, or a term`);
  }
  checkAllowed(deployment);
  if (fleet !== undefined) checkFleet(fleet);
  if (fleet !== undefined && cells.some(({ id }) => id === FleetStage.ID)) {
    refuse(name, `its cell ${FleetStage.ID} has the name of the stage that cells share; rename it`);
  }
  if (fleet?.spend !== undefined && cells.length > MOST_MONITORS) {
    refuse(
      name,
      `its fleet watches ${cells.length} cells and AWS has ${MOST_MONITORS} anomaly monitors; spread them over deployments`,
    );
  }
  const { accounts, regions } = deployment.allowed ?? {};
  if (
    fleet !== undefined &&
    !((accounts?.includes(fleet.account) ?? true) && (regions?.includes(fleet.region) ?? true))
  ) {
    refuse(
      name,
      `what its cells share is in account ${fleet.account} and ${fleet.region}, which is not allowed; allow both`,
    );
  }
  checkTags(deployment);
  checkWorkloads(workloads);
  for (const workload of workloads) checkPlacement(workload, deployment, catalog);
  for (const cell of cells) checkReleases(cell, deployment);
  for (const cell of cells) checkNodeScaling(cell, deployment);
  checkCapacity(deployment, catalog);
  checkPurchases(deployment, catalog);
}

/** A pin of what is not there would pin nothing, in silence. */
function checkReleases({ id, amiReleases = {} }: Cell, { name, workloads }: Deployment): void {
  const served = workloads.filter(({ placement }) => placement.cells.includes(id)).map((workload) => workload.name);
  const known = ['system', ...served];
  const stray = Object.keys(amiReleases).find((key) => !known.includes(key));
  if (stray === undefined) return;
  refuse(name, `its cell ${id} pins the image of ${stray}, which is no workload placed in it; use ${known.join(', ')}`);
}

/** A registry has one rule for each prefix, whoever makes it. */
function checkCaches({ name, cells, fleet }: Deployment): void {
  const makers = [
    ...cells.filter(({ serving }) => serving?.imageCache !== undefined),
    ...(fleet?.cachedRegistries === undefined ? [] : [fleet]),
  ].map(({ account, region }) => `${account} in ${region}`);
  const twice = makers.find((registry, index) => makers.indexOf(registry) !== index);
  if (twice === undefined) return;
  refuse(
    name,
    `it makes two image caches for account ${twice}; keep one and name that registry in the other's serving.imageRegistry`,
  );
}

function checkPlacement({ name, placement }: Workload, deployment: Deployment, catalog: Catalog): void {
  const cells = deployment.cells.map((cell) => cell.id);
  const stray = placement.cells.find((cell) => !cells.includes(cell));
  if (stray !== undefined) {
    refuse(
      deployment.name,
      `its workload ${name} is placed in ${stray}, which is no cell of it; use ${cells.join(', ')}`,
    );
  }
  const families = [...new Set(catalog.instanceTypes.map(({ family }) => family))].sort();
  const typo = placement.instanceFamilies?.find((family) => !families.includes(family));
  if (typo !== undefined) {
    const close = nearest(typo, families).join(', ');
    refuse(
      deployment.name,
      `its workload ${name} allows the unknown instance family ${typo}; the nearest are ${close}`,
    );
  }
  for (const type of placement.unverifiedInstanceTypes ?? []) findInstanceType(catalog, type);
}

const IMAGE_RELEASE = /^v\d{8}$/;
const RESERVATION_ID = /^cr-[0-9a-f]{8,17}$/;

/** Karpenter's settings alone; where it has something to do is the workloads' business. */
function checkKarpenter({ id }: Cell, scaling: KarpenterScaling, { name, lifetime, workloads }: Deployment): void {
  if (lifetime.kind === 'hours') {
    refuse(
      name,
      `its cell ${id} has Karpenter and a teardown that would leave Karpenter's nodes running; use clusterAutoscaler or a term`,
    );
  }
  if (!IMAGE_RELEASE.test(scaling.imageRelease)) {
    refuse(
      name,
      `the imageRelease of cell ${id} must be a release of EKS's images such as "v20260903", got ${JSON.stringify(scaling.imageRelease)}; pin one`,
    );
  }
  const known = workloads
    .filter(({ kind, placement }) => kind === 'inference' && placement.cells.includes(id))
    .map((workload) => workload.name);
  const stray = Object.keys(scaling.burstNodes ?? {}).find((workload) => !known.includes(workload));
  if (stray !== undefined) {
    refuse(name, `its cell ${id} lets ${stray} burst, which does not serve there; name one of ${known.join(', ')}`);
  }
  const wrong = scaling.reservationIds?.find((reservation) => !RESERVATION_ID.test(reservation));
  if (wrong !== undefined) {
    refuse(
      name,
      `Karpenter of cell ${id} fills ${JSON.stringify(wrong)}; name reservations such as "cr-0123456789abcdef0"`,
    );
  }
}

/** An actuator without anything to act on is a mistake in the purchase options or in the cell. */
function checkNodeScaling(cell: Cell, deployment: Deployment): void {
  const { id, nodeScaling } = cell;
  const { name, workloads } = deployment;
  if (nodeScaling === undefined) return;
  if (nodeScaling.kind === 'karpenter') {
    checkKarpenter(cell, nodeScaling, deployment);
    if (Object.values(nodeScaling.burstNodes ?? {}).some((nodes) => nodes > 0)) return;
  }
  const here = workloads.filter(({ kind, placement }) => kind === 'inference' && placement.cells.includes(id));
  const elastic = here.some(({ placement }) => placement.purchaseOptions.some((option) => ELASTIC.has(option)));
  if (elastic) return;
  refuse(
    name,
    `its cell ${id} scales its nodes, and no workload there serves on capacity bought on demand or spot; allow one of them or leave nodeScaling out`,
  );
}

function refuse(deployment: string, why: string): never {
  throw new Problem('InvalidDeployment', `deployment ${deployment} cannot be planned: ${why}`);
}
