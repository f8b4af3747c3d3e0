import { Problem } from '../../problem';
import type { Cell } from '../../workload/cell';
import type { InferenceWorkload } from '../../workload/workload';
import type { FleetDemand, Loss } from './fleet';

/** What of a workload's placement is lost at once; undefined where it asks for nothing. */
export function lossOf({ survives }: InferenceWorkload, cells: readonly Cell[]): Loss | undefined {
  switch (survives) {
    case undefined:
      return undefined;
    case 'node':
      return 'node';
    case 'cell':
      // Cells of several accounts in one zone are lost together. Names of zones differ between accounts: the same one counts as one.
      return cells.map(({ region, availabilityZones: [zone] }) => `${region} ${zone}`);
    case 'region':
      return cells.map(({ region }) => region);
  }
}

/** What is asked of a fleet beyond what the load needs. */
export type Spare = Omit<FleetDemand, 'needed'>;

/** A workload's, spread over its cells. */
export function spareOf(workload: InferenceWorkload, cells: readonly Cell[]): Spare {
  const { spareFraction = 0, spareNodes = 0 } = workload;
  const survives = lossOf(workload, cells);
  return { spareFraction, spareNodes, cells: cells.length, ...(survives === undefined ? {} : { survives }) };
}

/** @throws Problem InvalidWorkload where all that a workload has is what may be lost. */
export function checkSurvival(workload: InferenceWorkload, cells: readonly Cell[]): void {
  const loss = lossOf(workload, cells);
  if (loss === undefined || loss === 'node' || new Set(loss).size > 1) return;
  const place = workload.survives === 'region' ? 'region' : 'zone';
  throw new Problem(
    'InvalidWorkload',
    `workload ${workload.name} is to survive the loss of a ${workload.survives} and is placed in one ${place} alone (${loss[0]}); place it in a cell of another ${place} too, or ask it to survive less`,
  );
}
