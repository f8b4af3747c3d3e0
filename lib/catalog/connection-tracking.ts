import type { InstanceType } from './instance-type';

/**
 * Families on Nitro v6, whose interfaces forget a TCP connection that is idle for 350 s; all others, P6e-GB200 among them, for
 * five days (EC2 API reference, ConnectionTrackingConfiguration, read 2026-11-23).
 */
const FORGETFUL = new Set(['g7', 'g7e', 'p6-b200', 'p6-b300']);

/**
 * Seconds after which an idle connection is forgotten, where the type's own default would cut a stream of tokens that waits
 * for a slot or a long prefill: packets of a forgotten connection are dropped, and nobody is told.
 *
 * @returns undefined where the default is long enough
 */
export function idleConnectionSeconds({ family }: Pick<InstanceType, 'family'>): number | undefined {
  return FORGETFUL.has(family) ? ONE_HOUR : undefined;
}

const ONE_HOUR = 3600;
