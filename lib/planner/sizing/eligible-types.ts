import type { Accelerator } from '../../catalog/accelerator';
import { tryFindAccelerator } from '../../catalog/catalog';
import type { InstanceType } from '../../catalog/instance-type';
import type { Cell } from '../../workload/cell';
import type { Placement } from '../../workload/workload';
import type { Rejection } from '../plan';
import type { PlanningContext } from './planning-context';

/** An instance type that may be launched in all of a workload's cells, with its accelerator. */
export interface EligibleType {
  readonly instanceType: InstanceType;
  readonly accelerator: Accelerator;
  readonly acceleratorsPerNode: number;
}

export interface EligibleTypes {
  readonly eligible: readonly EligibleType[];
  readonly rejected: readonly Rejection[];
}

/** The types of the placement's families that every cell can launch, by name; the rest with why not. */
export function eligibleTypes(
  placement: Placement,
  cells: readonly Cell[],
  { catalog }: PlanningContext,
): EligibleTypes {
  const eligible: EligibleType[] = [];
  const rejected: Rejection[] = [];
  const types = catalog.instanceTypes
    .filter(({ family }) => placement.instanceFamilies === undefined || placement.instanceFamilies.includes(family))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const instanceType of types) {
    const refusal = launchWhyNot(instanceType, placement, cells);
    const accelerator = tryFindAccelerator(catalog, instanceType.acceleratorKey);
    const acceleratorsPerNode = instanceType.acceleratorCount;
    if (refusal !== undefined) rejected.push({ candidate: instanceType.name, ...refusal });
    else if (accelerator === undefined || acceleratorsPerNode === undefined) {
      const reason = `no source states the accelerators of ${instanceType.name}`;
      rejected.push({ candidate: instanceType.name, code: 'UnknownHardware', reason });
    } else eligible.push({ instanceType, accelerator, acceleratorsPerNode });
  }
  return { eligible, rejected };
}

/** Why a type cannot be launched in all cells; undefined when it can. An override waives both: its owner knows better. */
export function launchWhyNot(
  instanceType: InstanceType,
  placement: Placement,
  cells: readonly Cell[],
): Pick<Rejection, 'code' | 'reason'> | undefined {
  const insisted = placement.unverifiedInstanceTypes?.includes(instanceType.name) === true;
  if (insisted) return undefined;
  if (instanceType.status === 'unverified') {
    return {
      code: 'Unverified',
      reason: `EC2's public description has no ${instanceType.name}; name it in unverifiedInstanceTypes to insist`,
    };
  }
  const missing = cells.find(({ region }) => !instanceType.regions.includes(region));
  if (missing === undefined) return undefined;
  return { code: 'NotOffered', reason: `${instanceType.name} is not offered in ${missing.region}` };
}
