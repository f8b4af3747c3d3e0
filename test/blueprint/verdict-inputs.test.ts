import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { filesOf, readQuestion } from '../../lib/blueprint/question';
import { inputsOf } from '../../lib/blueprint/verdict-inputs';
import { sandbox } from '../../lib/deployments/sandbox';
import { Problem } from '../../lib/problem';

const ROOT = path.join(__dirname, '..', '..');
const OWN = path.join(ROOT, sandbox.contractFile);
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-inputs-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function fileOf(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

const source = { root: ROOT, cwd: ROOT, deployment: 'sandbox' };
const judgedBy = (contract?: string, actuals?: string) => inputsOf(readQuestion({ ...source, contract, actuals }));
const { priceBook } = readQuestion(source);

describe('what a verdict names as judged by', () => {
  test('is the hash of each file, of the price book and of what was declared, on pass', () => {
    expect(judgedBy()).toEqual({
      contract: { id: 'sandbox-allowance', sha256: sha256(fs.readFileSync(OWN, 'utf8')) },
      waivers: null,
      assumptions: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      priceBook: { sha256: priceBook.sha256 },
      actuals: null,
    });
  });

  test('tells a change of what was declared from any other change of the contract', () => {
    const own = JSON.parse(fs.readFileSync(OWN, 'utf8'));
    const renamed = judgedBy(fileOf('renamed.json', JSON.stringify({ ...own, id: 'another' })));
    const [first, ...rest] = own.assumptions;
    const less = judgedBy(
      fileOf('less.json', JSON.stringify({ ...own, assumptions: [{ ...first, min: '0' }, ...rest] })),
    );
    const more = judgedBy(
      fileOf('more.json', JSON.stringify({ ...own, assumptions: [{ ...first, max: '999999' }, ...rest] })),
    );
    expect(renamed.assumptions).toEqual(judgedBy().assumptions);
    expect(renamed.contract).not.toEqual(judgedBy().contract);
    expect(new Set([less, more].map((one) => one.assumptions?.sha256)).size).toBe(2);
  });

  test('is the same where the contract cannot be read, but for its id', () => {
    const text = 'not json';
    expect(judgedBy(fileOf('broken.json', text))).toEqual({
      contract: { id: null, sha256: sha256(text) },
      waivers: null,
      assumptions: null,
      priceBook: { sha256: priceBook.sha256 },
      actuals: null,
    });
  });

  test('names broken actuals beside a contract that is sound, and no file that is not there', () => {
    const actuals = fileOf('actuals.json', '{}');
    expect(judgedBy(undefined, actuals)).toMatchObject({ actuals: { sha256: sha256('{}') }, contract: { id: null } });
    expect(judgedBy('/no/such/contract.json')).toMatchObject({
      contract: null,
      priceBook: { sha256: priceBook.sha256 },
    });
  });

  test('has no contract where none is asked for, and what the deployment declares all the same', () => {
    expect(judgedBy('none')).toEqual({ ...judgedBy(), contract: null });
  });

  test('is known of a deployment that cannot be asked about', () => {
    const broken = filesOf(sandbox, source, new Problem('InvalidDeployment', 'it cannot be planned'));
    expect(inputsOf(broken)).toMatchObject({
      contract: { id: null, sha256: sha256(fs.readFileSync(OWN, 'utf8')) },
      priceBook: { sha256: priceBook.sha256 },
    });
  });
});
