// Runs a TypeScript entry: `node bin/run.js bin/app.ts`.
//
// It bundles our own sources in memory, so an edit is seen by the next run, nothing is written that two runs could trip over,
// and a cold start reads one module instead of two hundred. Packages stay where they are. Mapping stack traces back to the
// sources costs a tenth of a synth: NODE_OPTIONS=--enable-source-maps turns it on.
const Module = require('node:module');
const path = require('node:path');
const { buildSync } = require('esbuild');

const entry = path.resolve(process.argv[2]);
process.argv.splice(1, 2, entry);
const { outputFiles } = buildSync({
  entryPoints: [entry],
  bundle: true,
  platform: 'node',
  target: 'node20',
  packages: 'external',
  write: false,
  // Source maps are relative to it.
  outfile: `${entry}.js`,
  sourcemap:
    process.execArgv
      .concat(process.env.NODE_OPTIONS ?? '')
      .join(' ')
      .includes('--enable-source-maps') && 'inline',
  logLevel: 'error',
});
const main = new Module(entry, null);
main.filename = entry;
main.paths = Module._nodeModulePaths(path.dirname(entry));
main._compile(outputFiles[0].text, entry);
