// Runs a TypeScript entry: `node bin/run.js bin/app.ts`.
//
// It bundles our own sources in memory, so an edit is seen by the next run, nothing is written that two runs could trip over,
// and a cold start reads one module instead of two hundred. Packages stay where they are. Mapping stack traces back to the
// sources costs a tenth of a synth: NODE_OPTIONS=--enable-source-maps turns it on.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const { buildSync } = require('esbuild');

const entry = path.resolve(process.argv[2]);
process.argv.splice(1, 2, entry);
// What an older synth answered must not outlive sources that no longer load. CDK_OUTDIR is how the CDK's CLI names its folder.
if (process.env.CDK_OUTDIR) fs.rmSync(path.join(process.env.CDK_OUTDIR, 'headroom'), { recursive: true, force: true });
try {
  load(bundle());
} catch (thrown) {
  fail(thrown);
}

function bundle() {
  return buildSync({
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
  }).outputFiles[0].text;
}

function load(text) {
  const main = new Module(entry, null);
  main.filename = entry;
  main.paths = Module._nodeModulePaths(path.dirname(entry));
  main._compile(text, entry);
}

/** Sources that do not build or refuse a value are wrong input, 2; anything else is a defect, which is neither no (1) nor 2. */
function fail(thrown) {
  if (thrown?.name === 'Problem') console.error(`headroom: ${thrown.message} (${thrown.code})`);
  else if (thrown?.errors === undefined) console.error(thrown);
  process.exitCode = thrown?.name === 'Problem' || thrown?.errors !== undefined ? 2 : 70;
}
