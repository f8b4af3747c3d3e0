import * as fs from 'node:fs';
import * as path from 'node:path';

test('the lock file names every platform’s packages, so that npm ci works on all of them', () => {
  const text = fs.readFileSync(path.join(__dirname, '..', 'package-lock.json'), 'utf8');
  const packages: Record<string, { version?: string; optionalDependencies?: Record<string, string> }> =
    JSON.parse(text).packages;
  const missing = Object.entries(packages).flatMap(([place, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        ![`${place}/node_modules/${name}`, `node_modules/${name}`].some((at) => packages[at]?.version !== undefined),
    ),
  );
  // `node bin/run.js test/checks/complete-lock.ts` adds them.
  expect(missing).toEqual([]);
});
