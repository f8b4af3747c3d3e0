import { COEFFICIENT_NAMES, type Coefficients } from './coefficient-names';

const FREE_OF_CHARGE =
  /Floor$|^host|^tileRows$|^expertRows$|^collectiveLatency$|^collectiveRank$|^elementwise$|^expertPasses$|^prefillLaunch$|Overhead$|^frontLag$|^stepsBefore$|Stall$|^coldRanks$/;

/** The plain roofline: the same formulas with every efficiency 1 and every floor, overhead and stall 0. */
export function perfectHardware(): Coefficients {
  const entries = COEFFICIENT_NAMES.map(
    (name) => [name, FREE_OF_CHARGE.test(name) && name !== 'driftStall' ? 0 : 1] as const,
  );
  return Object.fromEntries(entries) as Coefficients;
}
