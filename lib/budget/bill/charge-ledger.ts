import { regionOfZone } from '../../catalog/availability-zone';
import { exact } from '../../units/exact';
import { later, overlap } from '../../units/interval';
import { fixed } from '../../units/range';
import { instanceItem } from '../prices/items';
import { type Accrual, accrue, type BillWindow } from './accrual';
import type { ResourceRef, UnpricedLine } from './charge';
import { chargeLine, type Pricing } from './charge-lines';
import type { CapacityBlockRow, CapacityReservationRow, Ledger } from './ledger';
import { priced } from './line';

/** What the ledger's rows cost, whoever uses them. */
export interface LedgerCharges {
  readonly accruals: readonly Accrual[];
  readonly unpriced: readonly UnpricedLine[];
}

type LedgerPricing = Pick<Pricing, 'priceBook' | 'assumptions' | 'window'>;

/** Where ledger rows stand in a bill. */
export const LEDGER = 'ledger';

export function chargeLedger(ledger: Ledger, pricing: LedgerPricing): LedgerCharges {
  const reservations = ledger.capacityReservations.map((row) => chargeReservation(row, pricing));
  const shown = ledger.withholdsFees === true ? [] : ledger.capacityBlocks;
  const blocks = shown.flatMap((row) => chargeBlock(row, pricing.window));
  return {
    accruals: [...reservations.flatMap(({ accruals }) => accruals), ...blocks],
    unpriced: reservations.flatMap(({ unpriced }) => unpriced),
  };
}

/** Count × on-demand rate while the reservation holds, at every bound. */
function chargeReservation(row: CapacityReservationRow, pricing: LedgerPricing): LedgerCharges {
  const resource: ResourceRef = { stack: LEDGER, logicalId: row.id, type: 'AWS::EC2::CapacityReservation' };
  const dimension = 'reservedInstanceHours';
  const region = regionOfZone(row.availabilityZoneId);
  if (region === undefined) {
    const reason = `the availability zone id ${row.availabilityZoneId} is of no known region`;
    return { accruals: [], unpriced: [{ ...resource, dimension, reason }] };
  }
  const window = pricing.window.interval;
  const held = { start: row.start, end: row.end ?? later(row.start, window.end) };
  const active = overlap(window, held);
  if (active === undefined) return { accruals: [], unpriced: [] };
  const line = {
    ...priced(dimension, instanceItem(row.instanceType, 'onDemand'), fixed(exact(row.count))),
    coverable: true,
  } as const;
  const outcome = chargeLine(line, { ...pricing, resource, region, active, created: { plan: true, decided: true } });
  if (outcome.kind === 'accrued') return { accruals: outcome.accruals, unpriced: [] };
  return { accruals: [], unpriced: [{ ...resource, dimension, reason: outcome.reason }] };
}

/** Paid upfront at its purchase, once; it stands in the bill of every window that it is bought or used in. */
function chargeBlock(row: CapacityBlockRow, billWindow: BillWindow): readonly Accrual[] {
  const window = billWindow.interval;
  const bought = window.start <= row.purchased && row.purchased < window.end;
  const active = { start: row.start, end: row.end };
  if (!bought && overlap(active, window) === undefined) return [];
  const resource: ResourceRef = { stack: LEDGER, logicalId: row.id, type: 'AWS::EC2::CapacityBlock' };
  const offer = instanceItem(row.instanceType, 'capacityBlock');
  const shared = { resource, dimension: 'capacityBlockUpfront', offer, unit: 'once', basis: 'price' } as const;
  return [
    accrue(
      { ...shared, active, dueAt: row.purchased, quantity: fixed(exact(1)), unitPrice: exact(row.upfront) },
      billWindow,
    ),
  ];
}
