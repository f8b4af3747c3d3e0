import fc from 'fast-check';
import {
  type Catalog,
  defaultCatalog,
  findAccelerator,
  findInstanceType,
  findModel,
  findUltraServer,
  tryFindInstanceType,
  tryFindModel,
} from '../../lib/catalog/catalog';
import { Problem } from '../../lib/problem';
import { gibibytes } from '../../lib/units/quantity';

const { accelerators, instanceTypes, ultraServers, models } = defaultCatalog;
const TABLES = {
  accelerators: accelerators.map((row) => row.key),
  instanceTypes: instanceTypes.map((row) => row.name),
  ultraServers: ultraServers.map((row) => row.name),
  models: models.map((row) => row.id),
};

test('has 17 accelerators, 60 instance types, 6 UltraServers and 71 models', () => {
  const sizes = Object.values(TABLES).map((names) => names.length);
  expect(sizes).toEqual([17, 60, 6, 71]);
});

test.each(Object.entries(TABLES))('no two %s have the same name', (_table, names) => {
  expect(new Set(names).size).toBe(names.length);
});

test('every row says where it comes from and when it was read', () => {
  for (const row of [...accelerators, ...instanceTypes, ...ultraServers, ...models]) {
    expect(row.source.length).toBeGreaterThan(10);
    expect(row.asOf).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(row.asOf <= '2026-11-23').toBe(true);
  }
});

test('every instance type and UltraServer has its accelerator, and every UltraServer its members', () => {
  for (const row of [...instanceTypes, ...ultraServers]) findAccelerator(defaultCatalog, row.acceleratorKey);
  for (const { memberInstanceType } of ultraServers) {
    if (memberInstanceType !== undefined) findInstanceType(defaultCatalog, memberInstanceType);
  }
});

test('exactly the rows that AWS does not publish as launchable are unverified', () => {
  const unverified = (rows: readonly { name: string; status: string }[]) =>
    rows
      .filter((row) => row.status === 'unverified')
      .map((row) => row.name)
      .sort();
  expect(unverified(instanceTypes)).toEqual([
    'p6e-gb200.36xlarge',
    'p6e-gb300.36xlarge',
    'trn2u.48xlarge',
    'trn3.48xlarge',
    'trn3p.48xlarge',
    'trn3pd98.48xlarge',
    'trn3s.48xlarge',
  ]);
  expect(unverified(ultraServers)).toEqual(['trn3-gen1', 'trn3-gen2', 'u-p6e-gb300x72', 'u-trn2x64']);
});

test('available instance types have all that a plan and a launch template need', () => {
  for (const row of instanceTypes.filter((one) => one.status === 'available')) {
    expect(row.acceleratorCount).toBeGreaterThan(0);
    expect(row.vcpus).toBeGreaterThan(0);
    expect(row.hostMemoryBytes).toBeGreaterThan(0);
    expect(row.instanceStoreBytes).toBeGreaterThanOrEqual(0);
    expect(row.architecture).toBe('x86_64');
    expect(row.network?.bandwidthBytesPerSecond).toBeGreaterThan(0);
    expect(row.scaleUpDomainSize).toBeGreaterThan(0);
    expect(row.regions.length).toBeGreaterThan(0);
    expect(row.regions).toEqual([...new Set(row.regions)]);
    expect(row.usageClasses.length).toBeGreaterThan(0);
    expect(row.name.startsWith(`${row.family}.`)).toBe(true);
  }
});

test('a Neuron chip has logical cores and a GPU has none', () => {
  for (const row of instanceTypes.filter((one) => one.status === 'available')) {
    const { vendor } = findAccelerator(defaultCatalog, row.acceleratorKey);
    expect(row.logicalNeuronCoresPerChip === undefined).toBe(vendor === 'nvidia');
  }
});

test('Trainium2 has 96 GiB a chip, whatever EC2 reports', () => {
  expect(findAccelerator(defaultCatalog, 'TRN2').memoryBytes).toBe(gibibytes(96));
});

test('no accelerator is rated sparse: halving the precision at most triples the FLOP/s', () => {
  // B300: 13.5 / 4.5 = 3. Trainium3's FP8: 2,517 / 671 = 3.75.
  for (const { key, denseFlopsPerSecond } of accelerators.filter((row) => row.key !== 'TRN3')) {
    const { bf16, fp8, fp4 } = denseFlopsPerSecond;
    if (bf16 !== undefined && fp8 !== undefined) expect([key, fp8 / bf16 <= 2.1]).toEqual([key, true]);
    if (fp8 !== undefined && fp4 !== undefined) expect([key, fp4 / fp8 <= 3]).toEqual([key, true]);
  }
});

test('H100 is 80 GiB, 3.35 TB/s and 989 dense TFLOP/s', () => {
  expect(findAccelerator(defaultCatalog, 'H100')).toMatchObject({
    memoryBytes: 85_899_345_920,
    memoryBandwidthBytesPerSecond: 3.35e12,
    denseFlopsPerSecond: { bf16: 989e12, fp8: 1979e12 },
  });
});

test('figures that no source states are absent, not zero', () => {
  expect(findAccelerator(defaultCatalog, 'RTXPRO4500')).toMatchObject({
    memoryBandwidthBytesPerSecond: undefined,
    denseFlopsPerSecond: {},
  });
  expect(findInstanceType(defaultCatalog, 'trn3.48xlarge').acceleratorCount).toBeUndefined();
});

test('a shuffled catalogue finds the same rows and suggests the same names', () => {
  const shuffled = fc
    .tuple(
      fc.shuffledSubarray([...accelerators], { minLength: accelerators.length }),
      fc.shuffledSubarray([...instanceTypes], { minLength: instanceTypes.length }),
      fc.shuffledSubarray([...ultraServers], { minLength: ultraServers.length }),
      fc.shuffledSubarray([...models], { minLength: models.length }),
    )
    .map(([a, i, u, m]): Catalog => ({ accelerators: a, instanceTypes: i, ultraServers: u, models: m }));
  fc.assert(
    fc.property(shuffled, fc.string({ maxLength: 12 }), (catalog, name) => {
      for (const row of accelerators) expect(findAccelerator(catalog, row.key)).toBe(row);
      for (const row of instanceTypes) expect(findInstanceType(catalog, row.name)).toBe(row);
      for (const row of ultraServers) expect(findUltraServer(catalog, row.name)).toBe(row);
      for (const row of models) expect(findModel(catalog, row.id)).toBe(row);
      expect(messageOf(() => findModel(catalog, name))).toBe(messageOf(() => findModel(defaultCatalog, name)));
    }),
    { numRuns: 30 },
  );
});

test('fails with the nearest names for an unknown instance type', () => {
  expect(messageOf(() => findInstanceType(defaultCatalog, 'g6.xlage'))).toBe(
    'UnknownInstanceType: the catalogue has no instance type "g6.xlage"; use one it has, such as g6.xlarge, g5.xlarge, g6.2xlarge',
  );
});

test('fails with the nearest ids for an unknown model, and says that a config will do', () => {
  expect(messageOf(() => findModel(defaultCatalog, 'qwen/qwen3-8b'))).toMatch(
    /^UnknownModel: the catalogue has no model "qwen\/qwen3-8b"; use one it has, such as Qwen\/Qwen3-8B, .* or give its config\.json$/,
  );
});

test('fails plainly on an empty catalogue', () => {
  const empty: Catalog = { accelerators: [], instanceTypes: [], ultraServers: [], models: [] };
  expect(messageOf(() => findUltraServer(empty, 'u'))).toBe(
    'UnknownUltraServer: the catalogue has no UltraServer "u"; it has none',
  );
  expect(messageOf(() => findAccelerator(empty, 'A'))).toMatch(/^UnknownAccelerator/);
});

test('tryFind answers undefined where find would fail', () => {
  expect(tryFindModel(defaultCatalog, 'nobody/nothing')).toBeUndefined();
  expect(tryFindInstanceType(defaultCatalog, 'p5.48xlarge')?.acceleratorCount).toBe(8);
});

test('models survive JSON', () => {
  expect(JSON.parse(JSON.stringify(models))).toEqual(models);
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (thrown) {
    if (thrown instanceof Problem) return `${thrown.code}: ${thrown.message}`;
    throw thrown;
  }
  return 'no problem';
}
