import * as fs from 'node:fs';
import { addCells, billFor, judgeFor, openApp, planFor } from '../../lib/blueprint';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import { manifestFiles, renderManifests } from '../../lib/blueprint/manifests';
import { manyCells } from './many-cells';

/** Plans, synthesizes, bills and judges so many cells in this process, and prints what it took as JSON. */
const [cells, outdir] = [Number(process.argv.at(-2)), process.argv.at(-1) ?? ''];
const question = manyCells(cells, process.cwd());
const planned = planFor(question);
const app = openApp(outdir);
addCells(app, question, planned);
const stacks = synthesizedStacks(app);
const manifests = manifestFiles(renderManifests(question, planned));
const bill = billFor(question, stacks);
const verdict = judgeFor(question, planned, bill, stacks);
const nodes =
  planned.kind === 'feasible'
    ? planned.plan.cells.flatMap(({ nodeGroups }) => nodeGroups).reduce((sum, { size }) => sum + size.max, 0)
    : 0;
const files = fs
  .readdirSync(outdir, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.template.json'))
  .map((name) => fs.statSync(`${outdir}/${name}`).size);
const resources = stacks.map(({ template }) => Object.keys((template as { Resources: object }).Resources).length);
const { user, system } = process.cpuUsage();
process.stdout.write(
  JSON.stringify({
    cells,
    nodes,
    stacks: stacks.length,
    manifests: manifests.length,
    largestTemplateBytes: Math.max(...files),
    mostResources: Math.max(...resources),
    unpriced: bill.unpriced.length,
    status: verdict.status,
    cpuSeconds: (user + system) / 1e6,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }),
);
