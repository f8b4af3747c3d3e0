import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Bill } from '../../../lib/budget/bill/bill';
import { billTemplates } from '../../../lib/budget/bill/bill-templates';
import { parametersFor, parseParameters } from '../../../lib/budget/bill/parameters-file';
import { parseTemplate } from '../../../lib/budget/bill/template-text';
import { parseAssumptions } from '../../../lib/budget/envelope/parse-assumptions';
import { loadPriceBook, sealPriceBook } from '../../../lib/budget/prices/load';
import { AS_OF, anOffer, DECEMBER } from './billing';

const ROOM = path.join(__dirname, '../../fixtures/public-templates');
const BOOK = path.join(__dirname, '../../../lib/budget/prices/snapshots/2026-11-23.json');
const read = (name: string) => fs.readFileSync(path.join(ROOM, name), 'utf8');
const NAMES = fs
  .readdirSync(ROOM)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => name.replace('.yaml', ''));

const clone = loadPriceBook(fs.readFileSync(BOOK, 'utf8'));
/** The clone's own book, and made-up prices only where nobody has one with a source. */
const book = sealPriceBook('2026-11-23', [
  ...clone.offers,
  ...(
    [
      ['fsxLustre:persistent2:250', '0.2'],
      ['sagemaker:ml.g5.2xlarge:hosting', '1.5'],
      ['sagemaker:hostingData', '0.01'],
    ] as const
  )
    .filter(([item]) => !clone.offers.some((offer) => offer.item === item && offer.region === 'us-east-1'))
    .map(([item, usd]) => anOffer(item, usd)),
]);
const { assumptions, ledger } = parseAssumptions(read('assumptions.json'));

function billed(name: string, override: { readonly deployed?: boolean; readonly declared?: boolean } = {}): Bill {
  const { deployed = true, declared = true } = override;
  const template = parseTemplate(read(`${name}.yaml`), name);
  const given = parseParameters(read(`${name}.parameters.json`), name);
  const stack = { path: name, stackName: name, region: 'us-east-1', account: undefined, template, sha256: '' };
  return billTemplates({
    stacks: [deployed ? { ...stack, parameters: parametersFor(template, given, name) } : stack],
    window: DECEMBER,
    asOf: AS_OF,
    priceBook: book,
    assumptions: declared ? assumptions : [],
    ledger,
  });
}

test('there are at least ten, each with its source', () => {
  expect(NAMES.length).toBeGreaterThanOrEqual(10);
  for (const name of NAMES) expect(read('README.md')).toContain(`| \`${name}.yaml\` |`);
});

describe('every public template', () => {
  test.each(NAMES)('%s: nine in ten of its paid resources are priced', (name) => {
    const { resources } = billed(name);
    expect(resources.priced / (resources.total - resources.free)).toBeGreaterThanOrEqual(0.9);
  });

  test.each(NAMES)('%s: what nobody declared or fixed is unpriced, and nothing crashes', (name) => {
    const open = billed(name, { declared: false, deployed: false });
    expect(open.resources.total).toBe(billed(name).resources.total);
    expect(open.unpriced.length).toBeGreaterThan(0);
  });
});

/** December has 744 hours and is one month. */
describe('totals worked by hand', () => {
  test.each<readonly [string, string, string, string]>([
    // g5.xlarge 744 × 1.006 = 748.464; the image's 8 GiB × 0.08 = 0.64; an address 744 × 0.005 = 3.72.
    ['one-instance', '752.824', '752.824', '752.824'],
    // p4d.24xlarge has 96 vCPUs: 0, 1 and 4 of them, each 744 × 21.957642 = 16336.485648 and 8 GiB × 0.08 = 0.64.
    // Images: 0, 20 and 50 GB × 0.10.
    ['batch-training', '0', '16339.125648', '65353.502592'],
    // A node: m5.xlarge 744 × 0.192 = 142.848; 20 GB of gp2 × 0.10 = 2; an address 3.72; detailed monitoring, which a launch
    // configuration has by default, 7 × 0.30 = 2.10: 150.668. There are 1, 3 and 4.
    ['eks-worker-group', '150.668', '452.004', '602.672'],
    // Spot may be nothing. At most 64 ÷ 16 vCPUs = 4, of the dearer m5.4xlarge: 4 × 744 × 0.768 = 2285.568; 4 × 30 GB of gp2 ×
    // 0.10 = 12; 4 × 500 GB of st1 × 0.045 = 90.
    ['batch-spot', '0', '0', '2387.568'],
    // Hours: 2 NAT gateways × 0.045 = 66.96; 2 addresses × 0.005 = 7.44; 2 load balancers × 0.0225 = 33.48: 107.88. The front one
    // has 2 to 100 addresses: 7.44 to 372. Use at plan: 2 × 100 GB × 0.045 = 9, 10 × 0.01 = 0.1, 10 × 0.09 = 0.9, 2 LCU × 744 ×
    // 0.008 = 11.904. At max: 90, 1, 9 and 59.52.
    ['fargate-cluster', '115.32', '137.224', '639.4'],
    // t3a.small 744 × 0.0188 = 13.9872; 20 GB × 0.08 = 1.6; an address 3.72; a secret 0.40: 19.7072. 100 and 1,000 requests ×
    // 0.000005; at most 100 vCPU-hours of credits × 0.05 = 5.
    ['directory-server', '19.7072', '19.7077', '24.7122'],
  ])('%s', (name, min, plan, max) => {
    const of = billed(name);
    expect(of.unpriced).toEqual([]);
    expect(of.windowTotal).toEqual({ min, plan, max });
  });
});
