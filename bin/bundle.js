// One script of an entry, our sources and the small packages that they use: a cold start reads one file, not seven hundred.
//
// The script is kept in node_modules/.cache/headroom with the machine code of the run that made it. It is used again only if each
// file that it was made of has the same bytes and no folder of ours has another source in it. Any doubt, a damaged file, a disk
// that cannot be written: it is made anew. Nothing here can fail a run, and of two runs at once each sees a whole file.
const { createHash, randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const v8 = require('node:v8');

const ROOT = path.join(__dirname, '..');
const FOLDER = path.join(ROOT, 'node_modules', '.cache', 'headroom');
/** Packages that go into the script: used in each synth, and without files that they read. The others stay where they are. */
const INSIDE = new Set(['cdk8s', 'csv-parse', 'fraction.js', 'text-table', 'yaml', 'zod']);
/** What decides about a script beside its sources: how it is made, and which packages there are. */
const SETTINGS = ['bin/bundle.js', 'node_modules/.package-lock.json'];
/** Names under which an import may find a file, and the files that may change what it finds. */
const SOURCE = /\.(?:[jt]sx?|css|json)$/;
/** A file that changed so shortly before it was read may change again without another time of change. */
const YOUNG_MILLISECONDS = 1000;

/**
 * The script of an entry; its machine code, if an earlier run left it; and `keep`, which takes it, absent where none is wanted:
 * with a source map, or for an entry outside this clone.
 *
 * @throws esbuild's BuildFailure, whose messages it has printed.
 */
function bundleOf(entry, sourceMap) {
  const name = path.relative(ROOT, entry);
  if (sourceMap || name.startsWith('..')) return { text: build(entry, sourceMap).text };
  const file = path.join(FOLDER, `${sha256(`${name} ${process.version} ${v8.cachedDataVersionTag()}`)}.bundle`);
  const kept = readKept(file);
  if (kept !== undefined) return { ...kept, keep: (code) => write(file, kept.sources, kept.text, code) };
  const began = Date.now();
  const { text, files } = build(entry, false);
  const sources = sourcesOf(files, began);
  return { text, keep: (code) => sources !== undefined && write(file, sources, text, code) };
}

function build(entry, sourceMap) {
  // Here, because a run that finds its script does not need it.
  const { buildSync } = require('esbuild');
  const { outputFiles, metafile } = buildSync({
    entryPoints: [entry],
    absWorkingDir: ROOT,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: outside(),
    // As a require: V8 forgets what to do with import() in a script whose machine code was kept.
    supported: { 'dynamic-import': false },
    write: false,
    metafile: true,
    // Source maps are relative to it.
    outfile: `${entry}.js`,
    sourcemap: sourceMap && 'inline',
    logLevel: 'error',
  });
  return { text: outputFiles[0].text, files: Object.keys(metafile.inputs) };
}

function outside() {
  const { dependencies, devDependencies } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  return Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !INSIDE.has(name));
}

/** What the script was made of; undefined where something changed so lately that what was read is not sure. */
function sourcesOf(files, began) {
  const folders = foldersOf(files.filter((file) => !file.startsWith('node_modules/')));
  const beside = folders.flatMap((folder) => sourcesIn(folder).map((name) => path.join(folder, name)));
  try {
    for (const file of new Set([...files, ...beside])) {
      const { mtimeMs, ctimeMs } = fs.statSync(path.join(ROOT, file));
      if (Math.max(mtimeMs, ctimeMs) > began - YOUNG_MILLISECONDS) return undefined;
    }
    return { files, folders, sha256: digestOf({ files, folders }) };
  } catch {
    return undefined;
  }
}

/** Those of our own files and all above them: a new name in one may be what an import means from then on. */
function foldersOf(files) {
  const folders = new Set(['.']);
  for (const file of files) {
    for (let folder = path.dirname(file); !folders.has(folder); folder = path.dirname(folder)) folders.add(folder);
  }
  return [...folders];
}

function sourcesIn(folder) {
  return fs
    .readdirSync(path.join(ROOT, folder))
    .filter((name) => SOURCE.test(name))
    .sort();
}

/** @throws where a file or a folder is no longer there. */
function digestOf({ files, folders }) {
  const digest = createHash('sha256');
  for (const name of [...SETTINGS, ...files]) {
    const bytes = SETTINGS.includes(name) ? ifThere(name) : fs.readFileSync(path.join(ROOT, name));
    digest.update(`${name}\0${bytes.length}\0`).update(bytes);
  }
  for (const folder of folders) digest.update(`${folder}\0${sourcesIn(folder).join('\0')}\0\0`);
  return digest.digest('hex');
}

function ifThere(name) {
  const file = path.join(ROOT, name);
  return fs.existsSync(file) ? fs.readFileSync(file) : Buffer.alloc(0);
}

/** Undefined where there is none, it is damaged, or it was made of something else. A file: digest of the rest, head, script, code. */
function readKept(file) {
  try {
    const bytes = fs.readFileSync(file);
    const start = bytes.indexOf('\n') + 1;
    if (bytes.toString('latin1', 0, start - 1) !== sha256(bytes.subarray(start))) return undefined;
    const textStart = bytes.indexOf('\n', start) + 1;
    const { sources, textBytes } = JSON.parse(bytes.toString('utf8', start, textStart));
    if (digestOf(sources) !== sources.sha256) return undefined;
    const codeStart = textStart + textBytes;
    return { sources, text: bytes.toString('utf8', textStart, codeStart), code: bytes.subarray(codeStart) };
  } catch {
    return undefined;
  }
}

function write(file, sources, text, code) {
  const script = Buffer.from(text);
  const rest = Buffer.concat([Buffer.from(`${JSON.stringify({ sources, textBytes: script.length })}\n`), script, code]);
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    fs.mkdirSync(FOLDER, { recursive: true });
    fs.writeFileSync(temporary, Buffer.concat([Buffer.from(`${sha256(rest)}\n`), rest]));
    fs.renameSync(temporary, file);
  } catch {
    // A clone that cannot be written, or a full disk: the next run makes the script again.
    removeQuietly(temporary);
  }
}

function removeQuietly(file) {
  try {
    fs.rmSync(file, { force: true });
  } catch {
    // It was never made.
  }
}

function sha256(content) {
  return createHash('sha256').update(content).digest('hex');
}

module.exports = { bundleOf };
