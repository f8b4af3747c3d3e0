// Runs a TypeScript entry: `node bin/run.js bin/app.ts`.
//
// It bundles our own sources in memory, so an edit is seen by the next run, nothing is written that two runs could trip over,
// and a cold start reads one module instead of two hundred. Packages stay where they are.
const Module = require('node:module');
const path = require('node:path');
const { buildSync } = require('esbuild');

const entry = path.resolve(process.argv[2]);
process.argv.splice(1, 2, entry);
const { outputFiles } = buildSync({
  entryPoints: [entry],
  // Not written; source maps are relative to it.
  outfile: `${entry}.js`,
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  write: false,
  sourcemap: 'inline',
  logLevel: 'error',
});
process.setSourceMapsEnabled(true);
const main = new Module(entry, null);
main.filename = entry;
main.paths = Module._nodeModulePaths(path.dirname(entry));
main._compile(outputFiles[0].text, entry);
