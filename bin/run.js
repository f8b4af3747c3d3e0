// Runs a TypeScript entry: `node bin/run.js bin/app.ts`.
//
// An edit is seen by the next run, without a build step: see bundle.js. Mapping stack traces back to the sources costs a tenth
// of a synth: NODE_OPTIONS=--enable-source-maps turns it on.
const fs = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');
const { bundleOf } = require('./bundle');

// V8 optimizes a function, in the background, after so much work in it. Most of a run's functions are then nearly done: it
// costs a synth a sixth of its CPU time, and saves none. Four times the engine's own threshold; long runs reach it as well. The
// flag has another name in each engine, and one that is not known would be complained about.
const PATIENCE = {
  20: '--interrupt-budget=270336',
  22: '--invocation-count-for-turbofan=12000',
  24: '--invocation-count-for-turbofan=12000',
};
const patience = PATIENCE[process.versions.node.split('.')[0]];
// Before anything is looked up by the engine's flags.
if (patience !== undefined) v8.setFlagsFromString(patience);

const entry = path.resolve(process.argv[2]);
process.argv.splice(1, 2, entry);
// What an older synth answered must not outlive sources that no longer load. CDK_OUTDIR is how the CDK's CLI names its folder.
if (process.env.CDK_OUTDIR) fs.rmSync(path.join(process.env.CDK_OUTDIR, 'headroom'), { recursive: true, force: true });
try {
  load(bundleOf(entry, wantsSourceMaps()));
} catch (thrown) {
  fail(thrown);
}

function wantsSourceMaps() {
  const flags = process.execArgv.concat(process.env.NODE_OPTIONS ?? '').join(' ');
  return flags.includes('--enable-source-maps');
}

/** As Node would load a file in the place of the entry, but that the machine code of an earlier run is used again. */
function load({ text, code, keep }) {
  const main = new Module(entry, null);
  main.filename = entry;
  main.paths = Module._nodeModulePaths(path.dirname(entry));
  // Only this way does Node read the source map in the text.
  if (keep === undefined) return main._compile(text, entry);
  const script = new vm.Script(Module.wrap(text), { filename: entry, cachedData: code });
  // At the end, when what a run needs has been compiled.
  if (code === undefined || script.cachedDataRejected) process.on('exit', () => keep(script.createCachedData()));
  const run = script.runInThisContext();
  run.call(main.exports, main.exports, Module.createRequire(entry), main, entry, path.dirname(entry));
}

/** Sources that do not build or refuse a value are wrong input, 2; anything else is a defect, which is neither no (1) nor 2. */
function fail(thrown) {
  if (thrown?.name === 'Problem') console.error(`headroom: ${thrown.message} (${thrown.code})`);
  else if (thrown?.errors === undefined) console.error(thrown);
  process.exitCode = thrown?.name === 'Problem' || thrown?.errors !== undefined ? 2 : 70;
}
