import fc from 'fast-check';
import { LAWS } from './laws';

/** A taste of what `npm run fuzz` tries ten thousand times and more. */
const RUNS = 40;

test.each(Object.entries(LAWS))('%s', (_, law) => {
  fc.assert(law() as fc.IProperty<unknown>, { numRuns: RUNS, seed: 5 });
});
