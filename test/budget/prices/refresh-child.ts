import * as fs from 'node:fs';
import { refreshPriceBook } from '../../../lib/budget/prices/refresh/refresh';
import { NOW, QUICK, watchedFiles } from './refresh-world';

/**
 * A refresh in a process of its own, which kills itself at a chosen moment, as a power cut would:
 *
 *     node bin/run.js test/budget/prices/refresh-child.ts BOOK never|journal|write|rename|renamed
 */
const [bookFile = '', moment = 'never'] = process.argv.slice(2);
let journalled = 0;

/** Half of what was to be written reaches the disk. */
function dieHalfway(file: string, bytes: Uint8Array): never {
  fs.writeFileSync(file, bytes.subarray(0, bytes.length / 2), { flag: 'a' });
  return die();
}

function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
}

const files = watchedFiles({
  write: (file, bytes) => {
    if (file.endsWith('.journal')) journalled += 1;
    if (moment === 'journal' && journalled === 3) return dieHalfway(file, bytes);
    if (moment === 'write' && file.endsWith('.tmp')) return dieHalfway(file, bytes);
    return undefined;
  },
  rename: () => moment === 'rename' && die(),
  renamed: () => moment === 'renamed' && die(),
});

refreshPriceBook(
  { bookFile, regions: ['us-west-2'] },
  { now: () => NOW, patience: { ...QUICK, timeoutMillis: 60_000 }, files },
).then((outcome) => {
  process.exitCode = outcome.kind === 'replaced' ? 0 : 1;
});
