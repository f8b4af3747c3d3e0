import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { addCells, answer, openApp, planFor } from '../../lib/blueprint';
import { synthesizedStacks } from '../../lib/blueprint/assembly';
import { manifestFiles, renderManifests } from '../../lib/blueprint/manifests';
import { readQuestion } from '../../lib/blueprint/question';
import { main } from '../../lib/cli/main';
import { toJsonText } from '../../lib/report/json';

const ROOT = path.join(__dirname, '..', '..');
const DAY = '2026-12-02T00:00:00Z';
let master: string;
let folder: string;

beforeAll(() => {
  master = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-expect-'));
  synthesize(path.join(master, 'cdk.out'));
});

afterAll(() => fs.rmSync(master, { recursive: true }));

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-expect-'));
  fs.cpSync(master, folder, { recursive: true });
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

/** What cdk synth leaves: templates, and the report beside them. */
function synthesize(outdir: string): void {
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox', asOf: DAY });
  const app = openApp(outdir);
  addCells(app, question, planFor(question));
  synthesizedStacks(app);
  const { planned, bill, verdict } = answer(question);
  const files = manifestFiles(renderManifests(question, planned));
  const report = [
    { path: 'bill.json', text: toJsonText(bill) },
    { path: 'verdict.json', text: toJsonText(verdict) },
    ...files,
  ];
  const passed = { pluginReports: [{ pluginName: 'Headroom', conclusion: 'success', violations: [] }] };
  fs.writeFileSync(path.join(outdir, 'validation-report.json'), JSON.stringify(passed));
  for (const { path: name, text } of report) {
    const file = path.join(outdir, 'headroom', name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  }
}

async function check(...argv: readonly string[]) {
  const said = { out: '', err: '' };
  const code = await main(['check', '--json', ...(argv.includes('--as-of') ? [] : ['--as-of', DAY]), ...argv], {
    root: ROOT,
    cwd: folder,
    now: () => DAY,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
  });
  return { code, ...said };
}

/** Exit code, status and the sentences of what is not as expected. */
async function held(...argv: readonly string[]) {
  const { code, out } = await check('--expect', 'expect.json', ...argv);
  const { status, findings } = JSON.parse(out);
  const meant = findings.filter((one: { rule: string }) => one.rule === 'NotAsExpected');
  return { code, status, sentences: meant.map((one: { sentence: string }) => one.sentence) };
}

const edit = (name: string, change: (text: string) => string) => {
  const file = path.join(folder, name);
  fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
};
const template = () =>
  path.join(
    'cdk.out/assembly-Sandbox',
    fs.readdirSync(path.join(folder, 'cdk.out/assembly-Sandbox')).find((name) => /Network.*template/.test(name)) ?? '',
  );

describe('headroom check --expect', () => {
  beforeEach(async () => {
    expect((await check('--write-expect', 'expect.json')).code).toBe(0);
  });

  test('what was reviewed and synthesized passes', async () => {
    expect(await held()).toEqual({ code: 0, status: 'within', sentences: [] });
    expect(JSON.parse(fs.readFileSync(path.join(folder, 'expect.json'), 'utf8'))).toMatchObject({
      deployment: 'sandbox',
      asOf: DAY,
      contract: expect.stringMatching(/^[0-9a-f]{64}$/),
      waivers: null,
      actuals: null,
    });
  });

  test.each(['verdict.json', 'bill.json'])('fails on a deleted and on an edited %s', async (name) => {
    edit(`cdk.out/headroom/${name}`, (text) => text.replace('"asOf"', '"asof"'));
    expect(await held()).toMatchObject({
      code: 1,
      sentences: [expect.stringContaining('is not what is answered now')],
    });
    fs.rmSync(path.join(folder, 'cdk.out/headroom', name));
    expect(await held()).toMatchObject({
      code: 1,
      status: 'failed',
      sentences: [expect.stringContaining('is not there')],
    });
  });

  test('fails on a deleted report of the CDK, and on one in which any plugin failed', async () => {
    edit('cdk.out/validation-report.json', (text) => text.replace('success', 'failure'));
    expect(await held()).toMatchObject({
      code: 1,
      sentences: [expect.stringMatching(/plugin Headroom refused the assembly or could not run$/)],
    });
    edit('cdk.out/validation-report.json', () => 'no report');
    expect((await held()).sentences).toEqual([expect.stringMatching(/it is no validation report$/)]);
    fs.rmSync(path.join(folder, 'cdk.out/validation-report.json'));
    expect(await held()).toMatchObject({
      code: 1,
      sentences: [expect.stringContaining('validation-report.json is not there')],
    });
  });

  test('fails on a template that was changed after it was judged', async () => {
    edit(template(), (text) => text.replace('{', '{ '));
    const { code, sentences } = await held();
    expect(code).toBe(1);
    expect(sentences).toEqual([
      expect.stringContaining('is that of Sandbox/Network'),
      'the template of Sandbox/Network was not judged',
      expect.stringMatching(/Network.*template.json is not what is synthesized now$/),
    ]);
  });

  interface Manifest {
    readonly artifacts: Record<string, { type: string; environment?: string; properties: Record<string, unknown> }>;
  }
  const deployed = (change: (stacks: [string, Manifest['artifacts'][string]][], manifest: Manifest) => void) =>
    edit('cdk.out/assembly-Sandbox/manifest.json', (text) => {
      const manifest: Manifest = JSON.parse(text);
      change(
        Object.entries(manifest.artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack'),
        manifest,
      );
      return JSON.stringify(manifest);
    });

  test.each<[string, Parameters<typeof deployed>[0], RegExp]>([
    [
      'is deployed to another region',
      (stacks) => {
        for (const [, stack] of stacks) stack.environment = 'aws://unknown-account/ap-northeast-1';
      },
      /manifest.json#SandboxCapacity.* is not what is synthesized now$/,
    ],
    [
      'is deployed to another account',
      (stacks) => {
        for (const [, stack] of stacks) stack.environment = 'aws://999999999999/us-east-1';
      },
      /manifest.json#SandboxCapacity.* is not what is synthesized now$/,
    ],
    [
      'is deployed twice, under two names',
      (stacks, manifest) => {
        for (const [id, stack] of stacks)
          manifest.artifacts[`${id}2`] = { ...stack, properties: { ...stack.properties, stackName: `${id}2` } };
      },
      /manifest.json#SandboxCapacity.*2 is one that was not judged$/,
    ],
    [
      'is deployed with parameters',
      (stacks) => {
        for (const [, stack] of stacks) stack.properties.parameters = { Size: '100' };
      },
      /manifest.json#SandboxCapacity.* is not what is synthesized now$/,
    ],
    [
      'is deployed from another upload',
      (stacks) => {
        for (const [, stack] of stacks) stack.properties.stackTemplateAssetObjectUrl = 's3://elsewhere/other.json';
      },
      /manifest.json#SandboxCapacity.* is not what is synthesized now$/,
    ],
    [
      'is left out',
      (stacks, manifest) => {
        for (const [id] of stacks) if (id.startsWith('SandboxTeardown')) delete manifest.artifacts[id];
      },
      /manifest.json#SandboxTeardown.* is missing$/,
    ],
  ])('fails on an assembly in which a stack %s', async (_, change, sentence) => {
    deployed(change);
    const { code, sentences } = await held();
    expect(code).toBe(1);
    expect(sentences).toContainEqual(expect.stringMatching(sentence));
  });

  test('fails on templates that changed places, and on an upload of another file', async () => {
    const place = 'cdk.out/assembly-Sandbox';
    const [one = '', other = ''] = fs
      .readdirSync(path.join(folder, place))
      .filter((name) => name.endsWith('.template.json'))
      .map((name) => path.join(folder, place, name));
    const texts = [one, other].map((file) => fs.readFileSync(file, 'utf8'));
    fs.writeFileSync(one, texts[1] ?? '');
    fs.writeFileSync(other, texts[0] ?? '');
    expect((await held()).sentences).toHaveLength(2);
    fs.writeFileSync(one, texts[0] ?? '');
    fs.writeFileSync(other, texts[1] ?? '');
    const assets = `${place}/${path.basename(one).replace('.template.json', '.assets.json')}`;
    edit(assets, (text) => text.replace(path.basename(one), path.basename(other)));
    expect(await held()).toMatchObject({
      code: 1,
      sentences: [expect.stringMatching(/assets.json is not what is synthesized now$/)],
    });
  });

  test('fails on a manifest that was changed, and on one that was added', async () => {
    const [name] = fs.readdirSync(path.join(folder, 'cdk.out/headroom/manifests/Sandbox'));
    edit(`cdk.out/headroom/manifests/Sandbox/${name}`, (text) => `${text} `);
    fs.writeFileSync(path.join(folder, 'cdk.out/headroom/manifests/Sandbox/more.yaml'), 'kind: Pod');
    const { code, sentences } = await held();
    expect(code).toBe(1);
    expect(sentences).toEqual([
      expect.stringContaining('is missing or was changed'),
      expect.stringContaining('more.yaml was not judged'),
    ]);
  });

  test('fails on an assembly that is not there', async () => {
    const { code, sentences } = await held('--assembly', 'elsewhere');
    expect(code).toBe(1);
    expect(sentences.join()).toContain('elsewhere/headroom/verdict.json is not there');
  });

  test('fails on another contract, and on none', async () => {
    const own = path.join(ROOT, readQuestion({ root: ROOT, cwd: ROOT, deployment: 'sandbox' }).deployment.contractFile);
    fs.writeFileSync(path.join(folder, 'other.json'), `${fs.readFileSync(own, 'utf8')} `);
    const other = await held('--contract', 'other.json');
    expect([other.code, other.sentences[0]]).toEqual([1, expect.stringMatching(/^the contract is .* is expected$/)]);
    const none = await held('--contract', 'none');
    expect([none.code, none.sentences[0]]).toEqual([1, expect.stringMatching(/^the contract is none, and /)]);
  });

  test('fails on an earlier day', async () => {
    const { code, sentences } = await held('--as-of', '2026-12-01');
    expect(code).toBe(1);
    expect(sentences[0]).toContain('as of 2026-12-01T00:00:00Z, before the expected 2026-12-02T00:00:00Z');
  });

  test.each(['priceBook', 'waivers', 'actuals', 'deployment'])('fails on another %s', async (what) => {
    edit('expect.json', (text) => JSON.stringify({ ...JSON.parse(text), [what]: 'a'.repeat(64) }));
    expect(await held()).toMatchObject({
      code: 1,
      status: 'failed',
      sentences: [expect.stringContaining('is expected')],
    });
  });

  test('fails with one sentence on an expectation that is none', async () => {
    edit('expect.json', () => '{}');
    const { code, err } = await check('--expect', 'expect.json');
    expect([code, err]).toEqual([2, expect.stringContaining('the expectation lacks schemaVersion')]);
    expect((await check('--expect', 'none.json')).code).toBe(2);
    expect((await check('--assembly', 'cdk.out')).code).toBe(2);
    expect((await check('--expect', 'a', '--write-expect', 'b')).code).toBe(2);
  });
});

test('--write-expect leaves nothing behind for what is not within its contract', async () => {
  expect((await check('--write-expect', 'expect.json', '--as-of', '2026-10-01')).code).toBe(1);
  expect(fs.existsSync(path.join(folder, 'expect.json'))).toBe(false);
});

describe('headroom check --max-price-age', () => {
  test('fails where a price of the bill was read longer ago than that, by the clock', async () => {
    const aged = async (days: string) => {
      const { code, out } = await check('--max-price-age', days);
      const { status, findings } = JSON.parse(out);
      return [code, status, findings.filter((one: { rule: string }) => one.rule === 'PricesTooOld').length];
    };
    // The oldest row of the sandbox was read on 2024-07-01, 884 days before.
    expect(await aged('884')).toEqual([0, 'within', 0]);
    expect(await aged('883')).toEqual([1, 'failed', 1]);
  });

  test('fails with one sentence on what is no number of days', async () => {
    for (const days of ['a month', '-1', '1.5']) {
      const { code, err } = await check('--max-price-age', days);
      expect([code, err]).toEqual([2, expect.stringContaining('--max-price-age takes whole days')]);
    }
  });
});
