import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { main } from '../../lib/cli/main';

const ROOT = path.join(__dirname, '../..');
let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-bill-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, content: unknown): void {
  const file = path.join(folder, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
}

async function headroom(...argv: string[]) {
  const said = { out: '', err: '' };
  const code = await main(['bill', ...argv], {
    root: ROOT,
    cwd: folder,
    now: () => '2026-11-24T09:00:00Z',
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

const EAST = ['--region', 'us-east-1', '--json'];
const ADDRESS = 'Resources:\n  Address:\n    Type: AWS::EC2::EIP\n';

describe('headroom bill --template', () => {
  test('0: everything is priced, over the month after the price book', async () => {
    write('address.yaml', ADDRESS);
    const { code, out, err } = await headroom('--template', 'address.yaml', ...EAST);
    expect([code, err]).toEqual([0, '']);
    // 744 hours × 0.005 USD.
    expect(JSON.parse(out)).toMatchObject({
      window: { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' },
      windowTotal: { min: '3.72', plan: '3.72', max: '3.72' },
    });
  });

  test('1: something is unpriced, and the text says what', async () => {
    write('odd.yaml', `${ADDRESS}  Odd:\n    Type: Acme::Thing::Odd\n`);
    const { code, out } = await headroom('--template', 'odd.yaml', '--region', 'us-east-1');
    expect(code).toBe(1);
    expect(out).toMatch(/Odd \(Acme::Thing::Odd, Acme::Thing::Odd\)/);
  });

  test('parameters, assumptions, window and day are taken from the command line', async () => {
    write(
      't.yaml',
      `Parameters: {How: {Type: String, Default: none}}\nConditions: {Wanted: !Equals [!Ref How, some]}\n${ADDRESS}    Condition: Wanted\n  Net:\n    Type: AWS::EC2::VPC\n`,
    );
    write('p.json', ['How=some']);
    const usage = { usage: 'interAzGigabytes', scope: '**', unit: 'GB/month', owner: 'me', expires: '2027-06-01' };
    write('a.json', [{ ...usage, min: '0', plan: '10', max: '100' }]);
    const { code, out } = await headroom(
      ...['--template', 't.yaml', '--parameters', 'p.json', '--assumptions', 'a.json'],
      ...['--start', '2026-12-01', '--end', '2026-12-02', '--as-of', '2026-11-23', ...EAST],
    );
    expect(code).toBe(0);
    // 24 h × 0.005 = 3/25. 10 GB × 0.01 × 1/31 month = 1/310: 186/1550 + 5/1550. 100 GB: 93/775 + 25/775.
    expect(JSON.parse(out).windowTotal).toEqual({ min: '0.12', plan: '191/1550', max: '118/775' });
  });

  test('a nested template beside it is billed with what its parent passes', async () => {
    write('parent.json', {
      Resources: {
        Inner: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: {
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders so
            TemplateURL: { 'Fn::Sub': 'https://b.s3.amazonaws.com/${P}/inner.yaml' },
            Parameters: { On: 'yes' },
          },
        },
        Gone: {
          Type: 'AWS::CloudFormation::Stack',
          Properties: { TemplateURL: 'https://b.s3.amazonaws.com/gone.yaml' },
        },
      },
    });
    write(
      'inner.yaml',
      `Parameters: {On: {Type: String}}\nConditions: {Wanted: !Equals [!Ref On, "yes"]}\n${ADDRESS}    Condition: Wanted\n`,
    );
    const { code, out } = await headroom('--template', 'parent.json', ...EAST);
    expect(code).toBe(1);
    const { charges, unpriced } = JSON.parse(out);
    expect(charges).toMatchObject([{ stack: 'parent/Inner', windowTotal: { min: '3.72', max: '3.72' } }]);
    expect(unpriced).toMatchObject([{ logicalId: 'Gone', reason: 'the nested template is not among these stacks' }]);
  });

  test('fails: a template that nests itself ends, unpriced', async () => {
    write(
      'self.yaml',
      'Resources:\n  Me:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: ./self.yaml}\n',
    );
    expect((await headroom('--template', 'self.yaml', ...EAST)).code).toBe(1);
  });

  test.each<readonly [string, readonly string[], RegExp]>([
    ['no such file', ['--template', 'none.yaml', ...EAST], /cannot be read \(ENOENT\)/],
    ['no template', ['--template', 'prose.txt', ...EAST], /is no CloudFormation template/],
    ['no region', ['--template', 'address.yaml'], /pass --region/],
    ['a region that is none', ['--template', 'address.yaml', '--region', 'Virginia'], /must be a region/],
    ['half a window', ['--template', 'address.yaml', '--start', '2026-12-01', ...EAST], /two ends/],
    ['both', ['--template', 'address.yaml', '--assembly', '.', ...EAST], /cannot be used with/],
    ['a contract', ['--template', 'address.yaml', '--contract', 'none', ...EAST], /billed, not judged/],
    [
      'parameters that are none',
      ['--template', 'address.yaml', '--parameters', 'prose.txt', ...EAST],
      /parameters file/,
    ],
    ['assumptions that are none', ['--template', 'address.yaml', '--assumptions', 'prose.txt', ...EAST], /not JSON/],
    ['a region for a deployment', ['--region', 'us-east-1'], /belongs to --template/],
    ['a folder without a manifest', ['--assembly', '.'], /manifest of the cloud assembly/],
  ])('2: %s', async (_, argv, sentence) => {
    write('prose.txt', 'no template at all');
    write('address.yaml', ADDRESS);
    const { code, out, err } = await headroom(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(sentence);
  });
});

test('2: a device has no text that ends, and a template is of no deployment', async () => {
  write('address.yaml', ADDRESS);
  expect(await headroom('--template', '/dev/zero', ...EAST)).toMatchObject({
    code: 2,
    err: expect.stringContaining('cannot be read (a device)'),
  });
  expect(await headroom('--template', 'address.yaml', ...EAST, '-d', 'sandbox')).toMatchObject({
    code: 2,
    err: expect.stringContaining('leave out --deployment'),
  });
});

test('the keys of bill.json stand in the order of the format', async () => {
  write('address.yaml', ADDRESS);
  const keys = Object.keys(JSON.parse((await headroom('--template', 'address.yaml', ...EAST)).out));
  const known = ['schemaVersion', 'asOf', 'currency', 'priceBook', 'window', 'windowTotal', 'months', 'perHour'];
  const rest = ['perMonth730', 'peakRate', 'resources', 'charges', 'free', 'unpriced', 'assumedShareOfMax'];
  expect(keys.filter((key) => key !== 'reservations')).toEqual([...known, ...rest]);
});

describe('headroom bill --assembly', () => {
  const stack = (templateFile: string, more: object = {}) => ({
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/us-east-1',
    properties: { templateFile, stackName: 'Named' },
    ...more,
  });

  test('bills its stacks, those of its Stages, and nested templates by their asset', async () => {
    write('manifest.json', {
      artifacts: {
        Top: stack('Top.template.json', { displayName: 'Top' }),
        'Top.assets': { type: 'cdk:asset-manifest', properties: { file: 'Top.assets.json' } },
        'assembly-Prod': { type: 'cdk:cloud-assembly', properties: { directoryName: 'assembly-Prod' } },
        Tree: { type: 'cdk:tree', properties: { file: 'tree.json' } },
      },
    });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation writes its placeholders so
    const url = { 'Fn::Sub': 'https://s3.${AWS::Region}.${AWS::URLSuffix}/assets-${AWS::AccountId}/abc.json' };
    write('Top.template.json', {
      Resources: { Inner: { Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: url } } },
    });
    write('Top.assets.json', {
      files: {
        abc: { source: { path: 'TopInner.nested.template.json' }, destinations: { d: { objectKey: 'abc.json' } } },
      },
    });
    write('TopInner.nested.template.json', { Resources: { Address: { Type: 'AWS::EC2::EIP' } } });
    write('assembly-Prod/manifest.json', { artifacts: { C1: stack('C.template.json', { displayName: 'Prod/C' }) } });
    write('assembly-Prod/C.template.json', { Resources: { Address: { Type: 'AWS::EC2::EIP' } } });
    const { code, out, err } = await headroom('--assembly', '.', '--json');
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out).charges.map(({ stack }: { stack: string }) => stack)).toEqual(['Prod/C', 'Top/Inner']);
  });

  test('a stack without resources, which is never deployed, costs nothing', async () => {
    const manifest = (templateFile: string) => ({
      artifacts: {
        E: { type: 'aws:cloudformation:stack', environment: 'aws://1/us-east-1', properties: { templateFile } },
      },
    });
    write('empty/manifest.json', manifest('E.template.json'));
    write('empty/E.template.json', { Parameters: { BootstrapVersion: { Type: 'String' } } });
    const { code, out } = await headroom('--assembly', 'empty', '--json');
    expect([code, JSON.parse(out).resources.total]).toEqual([0, 0]);
    write('empty/E.template.json', { Transform: 'Somebodys' });
    expect((await headroom('--assembly', 'empty')).code).toBe(1);
    write('empty/E.template.json', { Resources: [] });
    expect((await headroom('--assembly', 'empty')).code).toBe(2);
  });

  test('2: a stack without a region, and a file outside the assembly', async () => {
    write('manifest.json', {
      artifacts: { A: stack('a.json', { environment: 'aws://unknown-account/unknown-region' }) },
    });
    write('a.json', ADDRESS);
    expect(await headroom('--assembly', '.')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/stack A names no region/),
    });
    expect((await headroom('--assembly', '.', ...EAST)).code).toBe(0);
    write('manifest.json', { artifacts: { A: stack('../../etc/hostname') } });
    expect((await headroom('--assembly', '.')).err).toMatch(/is not in it/);
  });
});
