import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { App } from 'aws-cdk-lib';
import { addCells, billFor, openApp, planFor } from '../../lib/blueprint';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import { readQuestion } from '../../lib/blueprint/question';
import { billTemplates } from '../../lib/budget/bill/bill-templates';
import { loadPriceBook } from '../../lib/budget/prices/load';
import { bigStack, USED } from './big-template';

/**
 * Prints how many CPU seconds a template of 10,000 resources takes to bill, first and warm, and the bill of the production assembly as a share
 * of its synth (plan, stacks, templates). Both in one process on one core; the limits are the issue's.
 */
const ROOT = path.join(__dirname, '..', '..');
const RUNS = Number(process.env.RUNS ?? 5);
const RESOURCES = 10_000;
const LIMIT_SECONDS = 1;
const LIMIT_SHARE = 0.05;

const book = loadPriceBook(fs.readFileSync(path.join(ROOT, 'lib/budget/prices/snapshots/2026-11-23.json'), 'utf8'));
const stack = bigStack(RESOURCES);
const runs = Array.from({ length: RUNS }, () => seconds(() => billed()));
const [first = 0] = runs;
const warm = Math.min(...runs);
/** The named baseline: reading and writing the same template as JSON, which no biller can do without. */
const text = JSON.stringify(stack.template);
const baseline = Math.min(...Array.from({ length: RUNS }, () => seconds(() => JSON.stringify(JSON.parse(text)))));
const { resources } = billed();
console.log(
  `${resources.total} resources (${resources.priced} priced, ${resources.free} free, ${resources.unpriced} unpriced): ` +
    `${first.toFixed(2)} s first, ${warm.toFixed(2)} s warm (best of ${RUNS}); ${(first / LIMIT_SECONDS).toFixed(2)} of the limit of ${LIMIT_SECONDS} s; ${(warm / baseline).toFixed(0)} × reading and writing the same template as JSON`,
);

const share = productionShare();
console.log(`production: the bill is ${(100 * share).toFixed(1)} % of its synth (limit ${100 * LIMIT_SHARE} %)`);
process.exitCode = warm < LIMIT_SECONDS && share < LIMIT_SHARE && resources.unpriced === 0 ? 0 : 1;

function billed() {
  return billTemplates({
    stacks: [stack],
    window: { start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z' },
    asOf: '2026-11-23T00:00:00Z',
    priceBook: book,
    assumptions: USED,
    ledger: { capacityReservations: [], capacityBlocks: [] },
  });
}

/** Synth is what `cdk synth` asks of this process before anything is billed. */
function productionShare(): number {
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-bench-'));
  try {
    let app: App | undefined;
    let stacks: ReturnType<typeof synthesizedStacks> = [];
    const synth = seconds(() => {
      app = openApp(outdir);
      addCells(app, question, planFor(question));
      stacks = synthesizedStacks(app);
    });
    const bill = seconds(() => billFor(question, stacks));
    console.log(`production: ${stacks.length} templates, synth ${synth.toFixed(2)} s, bill ${bill.toFixed(3)} s`);
    return bill / synth;
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

/** Of the processor, so that a loaded machine reads the same; collecting garbage beside it counts too. */
function seconds(run: () => unknown): number {
  const start = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}
