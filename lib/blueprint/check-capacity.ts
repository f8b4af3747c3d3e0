import type { CapacityReservationRow } from '../budget/bill/ledger';
import type { Contract } from '../budget/envelope/contract';
import { type Catalog, findInstanceType } from '../catalog/catalog';
import type { Deployment } from '../deployments/deployment';
import { Problem } from '../problem';
import { type Interval, instant, interval, overlap } from '../units/interval';
import type { OwnedCapacity } from '../workload/capacity';
import type { Cell } from '../workload/cell';
import type { Placement } from '../workload/workload';
import { ownedOffers } from './owned-offers';

/** Instances of one Capacity Block (EC2 user guide, 2026-11-23). */
const MAX_BLOCK = 64;
const RESERVATION_ID = /^cr-[0-9a-f]{8,17}$/;
/** An alarm on arithmetic takes ten queries, the sum one of them (CloudWatch user guide, alarms on math). */
const METRICS_AN_ALARM = 9;
const DECIMAL = /^\d+(\.\d+)?$/;

/** @throws Problem InvalidDeployment for the first thing that contradicts itself in what is owned, declared or created. */
export function checkCapacity(deployment: Deployment, catalog: Catalog): void {
  for (const cell of deployment.cells) {
    for (const owned of cell.ownedCapacity ?? []) checkOwned(owned, cell, deployment, catalog);
  }
  const names = deployment.cells.flatMap((cell) =>
    (cell.ownedCapacity ?? []).map((owned) => `${nameOf(owned)} of ${owned.instanceType}`),
  );
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) refuse(deployment, `its cells own ${twice} twice; list it once, in the cell of its zone`);
  for (const { placement, name } of deployment.workloads) checkCreated(placement, name, deployment);
  checkSpotRates(deployment, catalog);
}

function checkOwned(owned: OwnedCapacity, cell: Cell, deployment: Deployment, catalog: Catalog): void {
  const { kind, instanceType, count, availabilityZone, start, end } = owned;
  const what = `its cell ${cell.id} owns ${nameOf(owned)}`;
  findInstanceType(catalog, instanceType);
  const most = kind === 'capacityBlock' ? MAX_BLOCK : Number.MAX_SAFE_INTEGER;
  if (!Number.isInteger(count) || count < 1 || count > most) {
    const limit = kind === 'capacityBlock' ? `1 to ${MAX_BLOCK}` : 'at least 1';
    refuse(deployment, `${what} of ${count} instances; give a whole number of ${limit}`);
  }
  const [zone] = cell.availabilityZones;
  if (availabilityZone !== zone) {
    refuse(
      deployment,
      `${what} in ${availabilityZone} and has its accelerators in ${zone}; put it in a cell of its zone, or that zone first`,
    );
  }
  checkMembers(owned, what, deployment);
  if (start !== undefined && end !== undefined && instant(start) >= instant(end)) {
    refuse(deployment, `${what} from ${start} to ${end}; correct the dates (the end is exclusive)`);
  }
}

function checkMembers(owned: OwnedCapacity, what: string, deployment: Deployment): void {
  const ids = owned.kind === 'capacityReservation' ? owned.reservationIds : undefined;
  if (ids === undefined) return;
  const wrong = ids.find((id) => !RESERVATION_ID.test(id));
  if (wrong !== undefined) {
    refuse(deployment, `${what} with the reservation ${JSON.stringify(wrong)}; write ids such as cr-0123456789abcdef0`);
  }
  if (ids.length === 0 || ids.length > METRICS_AN_ALARM || new Set(ids).size < ids.length) {
    const limit = `1 to ${METRICS_AN_ALARM}, each once; or leave them out`;
    refuse(deployment, `${what} with ${ids.length} reservations for an alarm; list ${limit}`);
  }
}

function checkCreated({ createReservation }: Placement, workload: string, deployment: Deployment): void {
  const { lifetime } = deployment;
  const end = createReservation?.end;
  if (end === undefined) return;
  if (lifetime.kind === 'hours') {
    refuse(
      deployment,
      `its workload ${workload} creates a reservation until ${end} and its teardown ends it; leave the end out`,
    );
  }
  if (instant(end) < instant(lifetime.end)) {
    refuse(
      deployment,
      `its workload ${workload} creates a reservation until ${end} and runs until ${lifetime.end}; end it no earlier`,
    );
  }
}

function checkSpotRates(deployment: Deployment, catalog: Catalog): void {
  const rates = deployment.spotRates ?? [];
  for (const { instanceType, usdPerHour, asOf } of rates) {
    findInstanceType(catalog, instanceType);
    instant(asOf);
    if (DECIMAL.test(usdPerHour) && Number(usdPerHour) > 0) continue;
    refuse(
      deployment,
      `its spot rate of ${instanceType} must be a decimal text above zero, got ${JSON.stringify(usdPerHour)}; write it as "0.35"`,
    );
  }
  const keys = rates.map(({ instanceType, region }) => `${instanceType} in ${region}`);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) refuse(deployment, `it declares two spot rates of ${twice}; keep one`);
}

/**
 * Refuses a contract whose ledger says something else of what a deployment owns: the plan counts on the one and the bill on
 * the other. What the ledger lacks is not refused: the bill says that it is unpriced.
 *
 * @throws Problem InvalidContract
 */
export function checkLedger(deployment: Deployment, contract: Contract, horizon: Interval): void {
  for (const offer of ownedOffers(deployment.cells)) {
    const rows = rowsOf(offer, contract);
    if (rows.length === 0) continue;
    const count = rows.reduce((sum, row) => sum + row.count, 0);
    const type = rows.find(({ instanceType }) => instanceType !== offer.instanceType)?.instanceType;
    if (type !== undefined || count !== offer.count) {
      const listed = `${count} × ${type ?? offer.instanceType}`;
      const owned = `${offer.count} × ${offer.instanceType}`;
      throw disagree(offer.name, offer.cell, listed, owned);
    }
    const unlisted = offer.reservationIds?.find((id) => !rows.some((row) => row.id === id));
    if (unlisted !== undefined) throw disagree(offer.name, offer.cell, `no ${unlisted}`, unlisted);
    const owned = text(overlap(horizon, offer.during));
    const row = rows.find((one) => text(overlap(horizon, heldBy(one))) !== owned);
    if (row !== undefined) throw disagree(offer.name, offer.cell, text(overlap(horizon, heldBy(row))), owned);
  }
}

interface LedgerRow extends Pick<CapacityReservationRow, 'id' | 'instanceType' | 'count' | 'start' | 'end'> {}

function rowsOf(
  { name, isResourceGroup, instanceType }: ReturnType<typeof ownedOffers>[number],
  { capacityReservations, capacityBlocks }: Contract,
): readonly LedgerRow[] {
  if (!isResourceGroup) return [...capacityReservations, ...capacityBlocks].filter(({ id }) => id === name);
  return capacityReservations.filter((row) => row.resourceGroupArn === name && row.instanceType === instanceType);
}

function heldBy({ start, end }: LedgerRow): Interval {
  return interval(start, end ?? '9999-12-31');
}

function text(span: Interval | undefined): string {
  return span === undefined ? 'no part of the horizon' : `${span.start} to ${span.end}`;
}

function disagree(name: string, cell: string, listed: string, owned: string): Problem {
  return new Problem(
    'InvalidContract',
    `the contract lists ${name} with ${listed} and the cell ${cell} owns it with ${owned}; correct one of them`,
  );
}

function nameOf(owned: OwnedCapacity): string {
  return owned.id ?? owned.resourceGroupArn;
}

function refuse({ name }: Deployment, why: string): never {
  throw new Problem('InvalidDeployment', `deployment ${name} cannot be planned: ${why}`);
}
