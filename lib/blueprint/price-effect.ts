import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { addCells, billFor, openApp, planFor } from '../blueprint';
import type { Bill } from '../budget/bill/bill';
import type { StackTemplate } from '../budget/bill/stack-template';
import type { PriceBook } from '../budget/prices/price-book';
import { synthesizedStacks } from './assembly';
import { manifestTemplates, renderManifests } from './manifests';
import type { Question } from './question';

/** What other prices do to a deployment that does not change. */
export interface PriceEffect {
  readonly deployment: string;
  /** The templates that the older prices led to, at the older prices. */
  readonly before: Bill;
  /** The same templates at the newer prices. */
  readonly after: Bill;
  /** What the newer prices would lead to, at the newer prices; null when it is the same templates. */
  readonly replanned: Bill | null;
}

/** Bills one deployment's templates with two price books, and plans it anew with the newer one. */
export function priceEffect(question: Question, older: PriceBook, newer: PriceBook): PriceEffect {
  const [was, now] = [
    { ...question, priceBook: older, alteredPrices: undefined },
    { ...question, priceBook: newer, alteredPrices: undefined },
  ];
  const stacks = stacksFor(was);
  const anew = stacksFor(now);
  return {
    deployment: question.deployment.name,
    before: billFor(was, stacks),
    after: billFor(now, stacks),
    replanned: hashes(stacks) === hashes(anew) ? null : billFor(now, anew),
  };
}

function stacksFor(question: Question): readonly StackTemplate[] {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-'));
  try {
    const app = openApp(outdir);
    const planned = planFor(question);
    addCells(app, question, planned);
    return [...synthesizedStacks(app), ...manifestTemplates(renderManifests(question, planned))];
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

function hashes(stacks: readonly StackTemplate[]): string {
  return stacks.map(({ path: name, sha256 }) => `${name} ${sha256}`).join('\n');
}
