import fc from 'fast-check';
import { LAWS } from './laws';

/**
 * `npm run fuzz` tries ten thousand damaged templates, contracts and price files, `npm run fuzz -- 1000000` a million, from a
 * seed that it prints: `npm run fuzz -- 10000 SEED` repeats a run.
 */
const total = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 20_261_123);
const laws = Object.entries(LAWS);
const numRuns = Math.ceil(total / laws.length);
console.log(`${laws.length} laws, ${numRuns} cases each, seed ${seed}`);
let failed = 0;
for (const [name, law] of laws) {
  const start = Date.now();
  const result = fc.check(law() as fc.IProperty<unknown>, { numRuns, seed });
  if (result.failed) failed += 1;
  console.log(`${result.failed ? 'BROKEN' : 'held  '} ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  if (result.failed) console.log(fc.defaultReportMessage(result));
}
process.exitCode = failed === 0 ? 0 : 1;
