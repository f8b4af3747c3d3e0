import { defaultCatalog, findInstanceType } from '../../lib/catalog/catalog';
import { networkLayout } from '../../lib/catalog/network-layout';

/** Cards, EFA interfaces, interfaces on card 0, interfaces in the launch template: DescribeInstanceTypes, August 2026. */
const TABLE: readonly (readonly [name: string, cards: number, efa: number, onCard0: number, interfaces: number])[] = [
  ['g6.xlarge', 1, 0, 4, 1],
  ['g6.8xlarge', 1, 1, 8, 2],
  ['g6.48xlarge', 1, 1, 15, 2],
  ['g6e.xlarge', 1, 0, 4, 1],
  ['g6e.8xlarge', 1, 1, 8, 2],
  ['g6e.24xlarge', 2, 2, 10, 3],
  ['g6e.48xlarge', 4, 4, 10, 5],
  ['g7.8xlarge', 1, 1, 10, 2],
  ['g7.48xlarge', 2, 2, 12, 3],
  ['g7e.2xlarge', 1, 0, 4, 1],
  ['g7e.8xlarge', 1, 1, 8, 2],
  ['g7e.24xlarge', 2, 2, 10, 3],
  ['g7e.48xlarge', 4, 4, 10, 5],
  ['p4d.24xlarge', 4, 4, 15, 5],
  ['p4de.24xlarge', 4, 4, 15, 5],
  ['p5.4xlarge', 1, 1, 4, 2],
  ['p5.48xlarge', 32, 32, 2, 33],
  ['p5e.48xlarge', 32, 32, 2, 33],
  ['p5en.48xlarge', 16, 16, 4, 17],
  ['p6-b200.48xlarge', 8, 8, 4, 9],
  ['p6-b300.48xlarge', 17, 16, 4, 17],
  ['inf2.xlarge', 1, 0, 4, 1],
  ['inf2.48xlarge', 1, 0, 15, 1],
  ['trn1.2xlarge', 1, 0, 4, 1],
  ['trn1.32xlarge', 8, 8, 5, 9],
  ['trn1n.32xlarge', 16, 16, 5, 17],
  ['trn2.3xlarge', 1, 1, 2, 2],
  ['trn2.48xlarge', 16, 16, 2, 17],
];

function layoutOf(name: string) {
  return networkLayout(findInstanceType(defaultCatalog, name));
}

test.each(TABLE)('%s has %i cards and %i EFA interfaces, %i on card 0, %i in its launch template', (...row) => {
  const [name, cards, efa, onCard0, interfaces] = row;
  const { network } = findInstanceType(defaultCatalog, name);
  expect(network).toMatchObject({ networkCards: cards, maxEfaInterfaces: efa, maxInterfacesOnPrimaryCard: onCard0 });
  const layout = layoutOf(name);
  expect(layout).toHaveLength(interfaces);
  expect(layout.filter((one) => one.interfaceType === 'efa-only')).toHaveLength(efa);
});

describe.each(defaultCatalog.instanceTypes.filter((type) => type.status === 'available'))('$name', (instanceType) => {
  const layout = networkLayout(instanceType);

  test('has its only ENA interface first, as the primary', () => {
    expect(layout[0]).toEqual({ networkCardIndex: 0, deviceIndex: 0, interfaceType: 'interface' });
    expect(layout.slice(1).every((one) => one.interfaceType === 'efa-only')).toBe(true);
  });

  test('gives each card at most one EFA interface, no slot twice and no more than the type allows', () => {
    const efaCards = layout.filter((one) => one.interfaceType === 'efa-only').map((one) => one.networkCardIndex);
    expect(new Set(efaCards).size).toBe(efaCards.length);
    expect(efaCards).toHaveLength(instanceType.network?.maxEfaInterfaces ?? 0);
    const slots = layout.map((one) => `${one.networkCardIndex}/${one.deviceIndex}`);
    expect(new Set(slots).size).toBe(slots.length);
    expect(layout.length).toBeLessThanOrEqual(instanceType.network?.maxNetworkInterfaces ?? 0);
    expect(Math.max(...layout.map((one) => one.networkCardIndex))).toBeLessThan(
      instanceType.network?.networkCards ?? 0,
    );
    const onCard0 = layout.filter((one) => one.networkCardIndex === 0).length;
    expect(onCard0).toBeLessThanOrEqual(instanceType.network?.maxInterfacesOnPrimaryCard ?? 0);
  });
});

test('p5.48xlarge has EFA beside its primary and on every other card', () => {
  expect(layoutOf('p5.48xlarge')).toEqual([
    { networkCardIndex: 0, deviceIndex: 0, interfaceType: 'interface' },
    { networkCardIndex: 0, deviceIndex: 1, interfaceType: 'efa-only' },
    ...Array.from({ length: 31 }, (_, index) => ({
      networkCardIndex: index + 1,
      deviceIndex: 0,
      interfaceType: 'efa-only',
    })),
  ]);
});

test('p6-b300.48xlarge has no EFA on card 0', () => {
  const layout = layoutOf('p6-b300.48xlarge');
  expect(layout.filter((one) => one.networkCardIndex === 0)).toEqual([
    { networkCardIndex: 0, deviceIndex: 0, interfaceType: 'interface' },
  ]);
  expect(layout.slice(1).map((one) => [one.networkCardIndex, one.deviceIndex])).toEqual(
    Array.from({ length: 16 }, (_, index) => [index + 1, 0]),
  );
});

test.each(['p6e-gb200.36xlarge', 'p6e-gb300.36xlarge', 'trn3.48xlarge'])(
  'fails for %s, whose interfaces no source states',
  (name) => {
    expect(() => layoutOf(name)).toThrow(`no source says which network interfaces ${name} takes`);
  },
);
