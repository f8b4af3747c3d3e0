import { type Instant, plusHours } from '../units/interval';

/** Longest a stack is expected to take to delete; the bill counts it to the end of that hour. */
const HOURS_TO_DELETE = 1;

/**
 * The waves in which a cell is deleted, each an hour after the one before: a stack can go only when those that import from
 * it are gone, and then it need not be asked twice.
 */
const WAVES = ['capacity', 'cluster', 'network', 'teardown'] as const;
export type TeardownWave = (typeof WAVES)[number];

/** When the deletion of each wave begins, so that all is gone by an instant. */
export function teardownStarts(goneBy: Instant): Readonly<Record<TeardownWave, Instant>> {
  const start = (wave: TeardownWave) => plusHours(goneBy, -(WAVES.length - WAVES.indexOf(wave)) * HOURS_TO_DELETE);
  return {
    capacity: start('capacity'),
    cluster: start('cluster'),
    network: start('network'),
    teardown: start('teardown'),
  };
}

/** When the nodes are gone, counted like the bill does: hours before the rest of the cell. */
export function nodesGoneBy(goneBy: Instant): Instant {
  return plusHours(teardownStarts(goneBy).capacity, HOURS_TO_DELETE);
}
