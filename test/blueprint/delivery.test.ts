import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { addCells, billFor, judgeFor, openApp, planFor } from '../../lib/blueprint';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import { type Question, readQuestion } from '../../lib/blueprint/question';
import type { Assumption } from '../../lib/budget/bill/assumption';
import { anAssumption } from '../budget/bill/billing';
import type { Anything } from '../stacks/cells';

const ROOT = path.join(__dirname, '../..');
const LAYER = 'arn:aws:lambda:us-east-1:111122223333:layer:kubectl-135:1';

/** The sandbox with its manifests delivered, and with these declared beside what it declares already. */
function delivering(...more: readonly Assumption[]): Question {
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' });
  const { deployment, contract } = question;
  if (contract.kind !== 'given') throw new Error('the sandbox has a contract');
  const serving = { delivery: { kind: 'kubectl', kubectlLayerArn: LAYER } } as const;
  const assumptions = [...contract.contract.assumptions, ...more];
  return {
    ...question,
    deployment: { ...deployment, cells: deployment.cells.map((cell) => ({ ...cell, serving })) },
    contract: { ...contract, contract: { ...contract.contract, assumptions } },
  };
}

function answerTo(question: Question) {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-delivery-'));
  try {
    const app = openApp(outdir);
    const planned = planFor(question);
    addCells(app, question, planned);
    const stacks = synthesizedStacks(app);
    const bill = billFor(question, stacks);
    return { stacks, bill, verdict: judgeFor(question, planned, bill, stacks) };
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

test('the sandbox’s own model server is applied with its deployment', () => {
  const { stacks } = answerTo(delivering());
  const delivery = stacks.find(({ path: at }) => at === 'Sandbox/Delivery')?.template as Anything;
  const applied = Object.values<Anything>(delivery.Resources)
    .filter(({ Type }) => Type === 'Custom::AWSCDK-EKS-KubernetesResource')
    .flatMap(({ Properties }) => JSON.parse(Properties.Manifest));
  const server = applied.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === 'chat');
  expect(server.spec.replicas).toBe(1);
});

/** What two functions run and write, which no template shows. */
const USED = [
  'lambdaGigabyteSeconds',
  'lambdaLogGigabytes',
  'lambdaRequests',
  'logIngestGigabytes',
  'logStoredGigabytes',
];

test('fails closed until its functions and their logs are bounded, and is within once somebody answers for them', () => {
  const open = answerTo(delivering());
  const unpriced = open.bill.unpriced.map(({ stack, dimension }) => `${stack} ${dimension}`);
  expect([...new Set(unpriced)].sort()).toEqual(USED.map((usage) => `Sandbox/Delivery ${usage}`));
  expect(open.verdict.status).toBe('unpriced');
  const ceilings = USED.map((usage) => anAssumption(usage, '1', { unit: 'USD/month', scope: 'Sandbox/Delivery' }));
  expect(answerTo(delivering(...ceilings)).verdict.status).toBe('within');
});
