import * as path from 'node:path';
import { main } from '../lib/cli/main';
import { instant } from '../lib/units/interval';

main(process.argv.slice(2), {
  root: path.join(__dirname, '..'),
  // npm run moves to the package's root; INIT_CWD is where the person stood.
  cwd: process.env.INIT_CWD ?? process.cwd(),
  now: () => instant(new Date().toISOString().replace(/\.\d{3}Z$/, 'Z')),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  ...(process.stderr.isTTY ? { terminal: process.stderr } : {}),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (defect) => {
    // Not 1, which is an honest no, and not 2, which is the reader's to mend (sysexits.h calls it EX_SOFTWARE).
    console.error(defect);
    process.exitCode = 70;
  },
);
