import * as fs from 'node:fs';
import * as path from 'node:path';

const ROOT = path.join(__dirname, '..');

/**
 * Who may import whom: the only copy of the table. Longest match wins. `problem` is open to all.
 * npm packages beyond node's own are listed as "npm:name".
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'lib/problem.ts': [],
  'lib/units': ['npm:fraction.js'],
  'lib/workload': ['lib/units', 'npm:zod', 'npm:csv-parse'],
  'lib/catalog': ['lib/units', 'lib/workload', 'npm:zod'],
  'lib/planner/performance': ['lib/units', 'lib/workload', 'lib/catalog', 'lib/planner/plan.ts'],
  'lib/planner/performance/calibrated': [
    'lib/units',
    'lib/workload',
    'lib/catalog',
    'lib/planner/performance/performance-model.ts',
    // Confidence: a band's ends are quantiles of a normal, and where nothing is calibrated the base model's band stands in.
    'lib/planner/performance/confidence.ts',
    'lib/planner/performance/probability.ts',
    // Arrivals: predictions and sizing answer by the same queueing formulas.
    'lib/planner/performance/serving.ts',
    'lib/planner/performance/numeric-serving.ts',
    'lib/planner/performance/serving-demand.ts',
    'lib/planner/plan.ts',
    'npm:csv-parse',
    'npm:ml-matrix',
    'npm:zod',
  ],
  'lib/planner': ['lib/units', 'lib/workload', 'lib/catalog', 'lib/planner'],
  'lib/budget/prices': ['lib/units', 'npm:zod'],
  // The one place beside preflight that talks to AWS.
  'lib/budget/prices/refresh': [
    'lib/units',
    'lib/budget/prices',
    'npm:zod',
    'npm:@aws-sdk/client-ec2',
    'npm:@aws-sdk/client-pricing',
    'npm:@aws-sdk/client-savingsplans',
    'npm:@smithy/core',
    'npm:@smithy/types',
  ],
  // Templates are JSON or YAML.
  'lib/budget/bill': ['lib/units', 'lib/catalog', 'lib/budget/prices', 'npm:yaml'],
  'lib/budget/envelope': ['lib/units', 'lib/budget/prices', 'lib/budget/bill', 'npm:zod'],
  // What an export is asked, in SQL; who runs it is another's matter.
  'lib/focus': [],
  // Reads the exports of AWS that a person names, and nothing of the question.
  'lib/budget/actuals': ['lib/units', 'lib/focus', 'lib/budget/envelope', 'npm:csv-parse', 'npm:@duckdb/node-api'],
  // Two bills that were written before, and what became of each line.
  'lib/budget/diff': ['lib/units', 'lib/budget/bill', 'lib/budget/envelope', 'npm:zod'],
  'lib/budget/policy': ['lib/budget/bill', 'lib/budget/envelope', 'npm:aws-cdk-lib', 'npm:constructs'],
  // Needs are read from templates with the bill's own reader.
  'lib/preflight': [
    'lib/units',
    'lib/workload',
    'lib/catalog',
    'lib/budget/bill',
    'lib/constructs/address-plan.ts',
    'lib/planner/plan.ts',
  ],
  // Order, and what outlives its stack, are read from templates with the bill's own reader.
  'lib/teardown': ['lib/units', 'lib/budget/bill'],
  // The other place that talks to AWS, as patiently as the price list's reader.
  'lib/preflight/account': [
    'lib/preflight',
    'lib/budget/prices/refresh/patience.ts',
    'npm:@aws-sdk/client-ec2',
    'npm:@aws-sdk/client-eks',
    'npm:@aws-sdk/client-service-quotas',
    'npm:@aws-sdk/client-ssm',
    'npm:@aws-sdk/client-sts',
  ],
  // What is measured and when it alarms: read by the stacks, which deploy it, and by the manifests, which make it answer.
  'lib/metrics': ['lib/units', 'lib/workload', 'lib/catalog', 'lib/planner/plan.ts', 'npm:yaml'],
  'lib/manifests': ['lib/units', 'lib/workload', 'lib/catalog', 'lib/metrics', 'lib/planner/plan.ts', 'npm:cdk8s'],
  'lib/constructs': [
    'lib/units',
    'lib/focus',
    'lib/metrics',
    'lib/workload',
    'lib/catalog',
    'lib/planner/plan.ts',
    'npm:aws-cdk-lib',
    'npm:constructs',
  ],
  'lib/stacks': [
    'lib/units',
    'lib/metrics',
    'lib/constructs',
    'lib/workload',
    'lib/catalog',
    'lib/planner/plan.ts',
    'npm:aws-cdk-lib',
    'npm:constructs',
  ],
  'lib/report': [
    'lib/units',
    'lib/workload',
    'lib/planner/plan.ts',
    'lib/budget/bill',
    'lib/budget/prices',
    'lib/budget/envelope',
    'lib/budget/diff',
    'lib/preflight',
    'lib/teardown',
    'npm:text-table',
  ],
  'lib/deployments': ['lib/units', 'lib/workload', 'lib/catalog'],
  'lib/blueprint.ts': ['lib', 'npm:aws-cdk-lib'],
  'lib/blueprint': ['lib', 'npm:aws-cdk-lib', 'npm:zod'],
  'lib/cli': [
    'lib/blueprint.ts',
    'lib/blueprint',
    'lib/report',
    'lib/deployments',
    'lib/preflight',
    'lib/teardown',
    'lib/budget/prices',
    'lib/budget/actuals',
    'lib/units',
    'npm:commander',
    'npm:cli-progress',
  ],
  bin: [
    'lib/blueprint.ts',
    'lib/blueprint',
    'lib/deployments',
    'lib/units',
    'lib/cli',
    'lib/report',
    'lib/budget/policy',
    'npm:aws-cdk-lib',
  ],
};

/** The two wings never import each other, and blueprint never reaches for the outer rooms. */
const NEVER: readonly (readonly [string, string])[] = [
  ['lib/planner', 'lib/budget'],
  ['lib/budget', 'lib/planner'],
  ['lib/blueprint', 'lib/cli'],
  ['lib/blueprint', 'lib/report'],
];

function filesUnder(folder: string): readonly string[] {
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
    .sort();
}

function importsOf(file: string): readonly string[] {
  const text = fs.readFileSync(path.join(ROOT, file), 'utf8');
  const found = [...text.matchAll(/(?:\bfrom|^import|require\()\s*'([^'\n]+)'/gm)].map((match) => match[1] ?? '');
  return found.map((specifier) => {
    if (specifier.startsWith('node:')) return specifier;
    if (!specifier.startsWith('.'))
      return `npm:${specifier
        .split('/')
        .slice(0, specifier.startsWith('@') ? 2 : 1)
        .join('/')}`;
    const target = path.relative(ROOT, path.resolve(ROOT, path.dirname(file), specifier));
    return fs.existsSync(path.join(ROOT, `${target}.ts`)) ? `${target}.ts` : target;
  });
}

const isIn = (file: string, room: string) =>
  file === room || file.startsWith(`${room}/`) || file.startsWith(`${room}.`);

function roomOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT)
    .filter((room) => isIn(file, room))
    .sort((a, b) => b.length - a.length)[0];
}

const SOURCES = [...filesUnder('lib'), ...filesUnder('bin')];

describe('the house', () => {
  test('every file stands in a room of the table', () => {
    expect(SOURCES.filter((file) => roomOf(file) === undefined)).toEqual([]);
  });

  test('every import is allowed by the table', () => {
    const forbidden = SOURCES.flatMap((file) => {
      const room = roomOf(file) ?? '';
      const allowed = [room, 'lib/problem.ts', ...(MAY_IMPORT[room] ?? [])];
      return importsOf(file)
        .filter((target) => !target.startsWith('node:'))
        .filter((target) => !allowed.some((place) => isIn(target, place)))
        .map((target) => `${file} → ${target}`);
    });
    expect(forbidden).toEqual([]);
  });

  test('the wings never import each other, and the composition never imports its users', () => {
    const crossed = SOURCES.flatMap((file) =>
      importsOf(file)
        .filter((target) => NEVER.some(([from, to]) => isIn(file, from) && isIn(target, to)))
        .map((target) => `${file} → ${target}`),
    );
    expect(crossed).toEqual([]);
  });
});

describe('purity', () => {
  /** Only these touch files, the clock or the process: the composition, the command line and the plugin's evidence. */
  const WORLDLY = [
    'lib/blueprint',
    'lib/blueprint.ts',
    'lib/cli',
    'lib/budget/policy',
    'lib/budget/prices/refresh',
    'lib/budget/actuals',
    'lib/preflight/account',
  ];
  const IMPURE =
    /Date\.now|process\.|fetch\(|console\.|Math\.random|readFileSync|writeFileSync|from 'node:(fs|http|https|net|child_process|os)/;

  test('lib reads no clock, network, environment or files outside the composition', () => {
    const impure = SOURCES.filter(
      (file) => file.startsWith('lib/') && !WORLDLY.some((room) => isIn(file, room)),
    ).filter((file) => IMPURE.test(fs.readFileSync(path.join(ROOT, file), 'utf8')));
    expect(impure).toEqual([]);
  });

  test('a date object is made in units/interval.ts alone, and the clock is read in the command line alone', () => {
    const dated = SOURCES.filter((file) => file.startsWith('lib/') && file !== 'lib/units/interval.ts').filter((file) =>
      /new Date\(|Date\.now|Date\.UTC|Date\.parse/.test(fs.readFileSync(path.join(ROOT, file), 'utf8')),
    );
    expect(dated.filter((file) => !file.startsWith('lib/cli/'))).toEqual([]);
  });
});

describe('sizes', () => {
  /** Data tables are rows, not rooms. */
  const TABLES = [
    'lib/catalog/instance-types',
    'lib/catalog/accelerators.ts',
    'lib/catalog/models',
    'lib/catalog/ultra-servers.ts',
    'lib/deployments/conversation-lengths.ts',
  ];

  test('no source file is longer than 350 lines', () => {
    const long = SOURCES.filter((file) => !TABLES.some((table) => isIn(file, table)))
      .map((file) => [file, fs.readFileSync(path.join(ROOT, file), 'utf8').split('\n').length] as const)
      .filter(([, lines]) => lines > 350);
    expect(long).toEqual([]);
  });

  test('no golden is longer than 150 lines or 12 KB', () => {
    const folder = path.join(ROOT, 'test/golden');
    const large = fs.readdirSync(folder).filter((name) => {
      const text = fs.readFileSync(path.join(folder, name), 'utf8');
      return text.split('\n').length > 151 || text.length > 12_288;
    });
    expect(large).toEqual([]);
  });

  test('no name says nothing', () => {
    expect(
      SOURCES.filter((file) =>
        /(^|-)(utils?|helpers?|manager|service(?!-account)|common|impl)(-|\.)/i.test(path.basename(file)),
      ),
    ).toEqual([]);
  });
});

describe('problems', () => {
  const codes = [...fs.readFileSync(path.join(ROOT, 'lib/problem.ts'), 'utf8').matchAll(/^ {2}\| '(\w+)'/gm)].map(
    (match) => match[1] ?? '',
  );
  const everything = SOURCES.filter((file) => file !== 'lib/problem.ts').map((file) =>
    fs.readFileSync(path.join(ROOT, file), 'utf8'),
  );

  test.each(codes)('%s is thrown somewhere', (code) => {
    expect(everything.some((text) => text.includes(`'${code}'`))).toBe(true);
  });
});
