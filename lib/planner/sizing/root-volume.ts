import type { InstanceType } from '../../catalog/instance-type';
import type { Cell } from '../../workload/cell';
import type { RootVolume } from '../plan';

/** Included in gp3's storage price (EBS documentation, 2026-11-23). */
export const INCLUDED_IOPS = 3000;
export const INCLUDED_MEBIBYTES_PER_SECOND = 125;

const SYSTEM_GIBIBYTES = { sandbox: 100, production: 200 };
const STEP_GIBIBYTES = 50;
const LARGEST_GIBIBYTES = 16384;

/**
 * The gp3 root volume of a node: operating system, container images and logs, in a sandbox half as large.
 *
 * Weights are pulled to the instance store where the type has one. Without it they lie on the root volume: their size plus a
 * fifth, rounded up to 50 GiB, and in production 1,000 MiB/s to load them (which gp3 allows from 4,000 IOPS on).
 */
export function rootVolume(instanceType: InstanceType, profile: Cell['profile'], weightBytes: number): RootVolume {
  const base = SYSTEM_GIBIBYTES[profile];
  const included = { iops: INCLUDED_IOPS, mebibytesPerSecond: INCLUDED_MEBIBYTES_PER_SECOND };
  if ((instanceType.instanceStoreBytes ?? 0) > 0 || weightBytes === 0) return { gibibytes: base, ...included };
  const weights = Math.ceil((weightBytes * 1.2) / 2 ** 30 / STEP_GIBIBYTES) * STEP_GIBIBYTES;
  const gibibytes = Math.min(base + weights, LARGEST_GIBIBYTES);
  return profile === 'sandbox' ? { gibibytes, ...included } : { gibibytes, iops: 4000, mebibytesPerSecond: 1000 };
}
