import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { writeL1Baseline } from './l1-baseline';

/**
 * Prints the ratio of our `cdk synth` to one of a single file of L1 calls that yields byte-identical templates: what planning,
 * billing and judging cost on top of writing the templates by hand. Both run through the pinned CLI with the same loader and
 * flags, in turn, so that a drift of the machine hits both. What the loader does for one it does for the other: it keeps the
 * script with its machine code between runs (bin/bundle.js), which the timed runs find as a person's second run does, and sets how
 * soon the engine optimizes (bin/run.js); aws-cdk-lib stays outside of either script. The one-cell deployment is to stay
 * under the limit, in CPU seconds; a loaded machine reads a few hundredths more. Then what 1, 10 and 100 cells of 1,000 nodes
 * take; with `--cells` that alone.
 */
const ROOT = path.join(__dirname, '..', '..');
const RUNS = Number(process.env.RUNS ?? 5);
const LIMIT = 1.3;
/** Cells × 10 may cost this much more: a linear synth, and a little for memory. */
const MOST_GROWTH = 11.5;
const CELL_RUNS = 3;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-bench-'));
process.on('exit', () => fs.rmSync(folder, { recursive: true, force: true }));

if (!process.argv.includes('--cells')) for (const deployment of ['sandbox', 'production']) compare(deployment);
compareCells();

function compare(deployment: string): void {
  const ours = path.join(folder, deployment);
  const theirs = path.join(folder, `${deployment}-l1`);
  const app = JSON.parse(fs.readFileSync(path.join(ROOT, 'cdk.json'), 'utf8')).app as string;
  // Inside the clone, so that it finds the same node_modules and the same runner.
  const baseline = path.join(ROOT, '.cache', `l1-${deployment}.ts`);
  synth(ours, app, deployment);
  writeL1Baseline(new CloudAssembly(ours), baseline);
  const theirApp = app.replaceAll('bin/app.ts', path.relative(ROOT, baseline));
  synth(theirs, theirApp, deployment);
  const count = identicalTemplates(ours, theirs);
  // Once more untimed: the loader keeps no script of a file as young as the baseline was.
  synth(theirs, theirApp, deployment);
  const pairs = Array.from(
    { length: RUNS },
    () => [synth(ours, app, deployment), synth(theirs, theirApp, deployment)] as const,
  );
  const least = (index: 0 | 1) => Math.min(...pairs.map((pair) => pair[index].cpuSeconds));
  const wall = median(pairs.map(([a, b]) => a.wallSeconds / b.wallSeconds));
  const ratio = least(0) / least(1);
  console.log(
    `${deployment}: ${count} byte-identical templates; cdk synth ${least(0).toFixed(2)} CPU s, L1 file ${least(1).toFixed(2)} CPU s; ratio ${ratio.toFixed(2)} (best of ${RUNS}, limit ${LIMIT} for one cell; wall ${wall.toFixed(2)}, median of pairs)`,
  );
}

interface Measured {
  readonly cells: number;
  readonly nodes: number;
  readonly stacks: number;
  readonly largestTemplateBytes: number;
  readonly mostResources: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
}

/** Prints what 1, 10 and 100 cells of 1,000 nodes take to plan, synthesize, bill and judge, each in a process of its own. */
function compareCells(): void {
  const best = [1, 10, 100].map((cells) => {
    const runs = Array.from({ length: CELL_RUNS }, () => measure(cells));
    const least = runs.reduce((a, b) => (b.cpuSeconds < a.cpuSeconds ? b : a));
    return { ...least, peakMegabytes: Math.min(...runs.map(({ peakMegabytes }) => peakMegabytes)) };
  });
  for (const { cells, nodes, stacks, cpuSeconds, peakMegabytes, largestTemplateBytes, mostResources } of best) {
    const perCell = `${((1000 * cpuSeconds) / cells).toFixed(0)} ms and ${(peakMegabytes / cells).toFixed(1)} MB a cell`;
    const largest = `largest template ${Math.ceil(largestTemplateBytes / 1000)} KB, most resources ${mostResources}`;
    console.log(
      `${cells} cells, ${nodes} nodes, ${stacks} stacks: ${cpuSeconds.toFixed(2)} CPU s, peak ${peakMegabytes.toFixed(0)} MB; ${perCell}; ${largest} (best of ${CELL_RUNS})`,
    );
  }
  const [, ten, hundred] = best;
  const growth = (hundred?.cpuSeconds ?? Number.NaN) / (ten?.cpuSeconds ?? Number.NaN);
  console.log(`T(100 cells) = ${growth.toFixed(2)} × T(10 cells), target at most ${MOST_GROWTH}`);
}

function measure(cells: number): Measured {
  const outdir = fs.mkdtempSync(path.join(folder, 'cells-'));
  const ran = spawnSync(
    process.execPath,
    [path.join(ROOT, 'bin/run.js'), 'test/bench/cells-app.ts', `${cells}`, outdir],
    {
      cwd: ROOT,
      encoding: 'utf8',
    },
  );
  fs.rmSync(outdir, { recursive: true, force: true });
  if (ran.status !== 0) throw new Error(`${cells} cells failed:\n${ran.stderr}`);
  return JSON.parse(ran.stdout) as Measured;
}

interface Cost {
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
}

function synth(outdir: string, app: string, deployment: string): Cost {
  const start = process.hrtime.bigint();
  const cpuBefore = childCpu();
  const ran = spawnSync(
    process.execPath,
    [
      path.join(ROOT, 'node_modules/aws-cdk/bin/cdk'),
      'synth',
      '-q',
      '--output',
      outdir,
      '--app',
      app,
      '-c',
      `deployment=${deployment}`,
    ],
    { cwd: ROOT, encoding: 'utf8', env: { ...process.env, CDK_DISABLE_VERSION_CHECK: '1' } },
  );
  if (ran.status !== 0) throw new Error(`synth failed:\n${ran.stderr}`);
  return { wallSeconds: Number(process.hrtime.bigint() - start) / 1e9, cpuSeconds: childCpu() - cpuBefore };
}

/** User and system seconds of finished children, from the kernel: fields 16 and 17 of /proc/self/stat, in ticks of 1/100 s. */
function childCpu(): number {
  const fields = fs
    .readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function identicalTemplates(ours: string, theirs: string): number {
  const names = fs
    .readdirSync(ours, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.template.json'));
  for (const name of names) {
    const other = path.join(theirs, name);
    if (!fs.existsSync(other) || !fs.readFileSync(path.join(ours, name)).equals(fs.readFileSync(other))) {
      throw new Error(`the baseline's ${name} differs from ours, so the comparison would be worth nothing`);
    }
  }
  return names.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
