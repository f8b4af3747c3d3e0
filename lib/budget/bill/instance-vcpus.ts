import { defaultCatalog, tryFindInstanceType } from '../../catalog/catalog';

const SIZES: Readonly<Record<string, number>> = { large: 2, xlarge: 4 };
/** vCPUs of the sizes of current families: 2 for large, 4 for xlarge, 4 × N for Nxlarge (EC2 instance types, 2026-11-23). */
const REGULAR =
  /^(?:c5|c5a|c5d|c5n|c6|c7|c8|g4|g5|g6|hpc|i3|i4|i7|i8|m5|m6|m7|m8|p3|p4|p5|p6|r5|r6|r7|r8|t3|t4|x2|inf|trn)[a-z0-9-]*\.(?:(\d+)xlarge|large|xlarge)$/;

/** vCPUs of an instance type; undefined for one whose size does not say. */
export function vcpusOf(instanceType: string): number | undefined {
  const known = tryFindInstanceType(defaultCatalog, instanceType)?.vcpus;
  if (known !== undefined) return known;
  const match = REGULAR.exec(instanceType);
  if (match === null) return undefined;
  const times = match[1];
  return times === undefined ? SIZES[instanceType.split('.')[1] ?? ''] : 4 * Number(times);
}
