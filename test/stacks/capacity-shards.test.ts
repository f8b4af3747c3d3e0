import * as fc from 'fast-check';
import { capacityShards } from '../../lib/stacks/capacity-shards';
import { aNodeGroup, anApp, aStage, PRIVATE, Synthesized } from './cells';

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/), { minLength: 1, maxLength: 20 });
const groups = (all: readonly string[]) => all.map((name) => aNodeGroup({ name }));
const partOf = (all: readonly string[], name: string) =>
  capacityShards(groups(all)).find((shard) => shard.nodeGroups.some((group) => group.name === name))?.part;

describe('shards of capacity', () => {
  test('hold every group once, and a group stays where it is whoever comes, goes or stands in front of it', () => {
    fc.assert(
      fc.property(names, fc.nat(), (all, seed) => {
        const held = capacityShards(groups(all)).flatMap((shard) => shard.nodeGroups.map((group) => group.name));
        expect([...held].sort()).toEqual([...all].sort());
        const name = all[seed % all.length] ?? '';
        expect(partOf([name], name)).toBe(partOf(all, name));
        expect(capacityShards(groups([...all].reverse()))).toEqual(capacityShards(groups(all)));
      }),
    );
  });

  test('stay where they were put: a name’s shard is written in stone', () => {
    expect(['chat-g6-xlarge', 'large', 'reserved', 'single'].map((name) => partOf([name], name))).toEqual([
      'Capacity02',
      'Capacity03',
      'Capacity00',
      'Capacity00',
    ]);
  });

  test('of 25 groups of the longest launch template there is keep their template under 450 KB', () => {
    const sameShard: string[] = [];
    for (let n = 0; sameShard.length < 25; n += 1) {
      if (partOf([`group-${n}`], `group-${n}`) === 'Capacity00') sameShard.push(`group-${n}`);
    }
    const app = anApp();
    aStage(
      app,
      PRIVATE,
      sameShard.map((name) => aNodeGroup({ name, instanceType: 'p5.48xlarge' })),
    );
    const bytes = JSON.stringify(new Synthesized(app).stack('UsEast1-Capacity00').template).length;
    expect(bytes).toBeGreaterThan(200_000);
    expect(bytes).toBeLessThan(450_000);
  });

  test('fails when a stack would hold more than 25 groups', () => {
    const many = groups(Array.from({ length: 150 }, (_, n) => `group-${n}`));
    expect(() => capacityShards(many)).toThrow(/^the stack Capacity0\d would hold \d+ node groups and 25 are allowed/);
  });

  test('fails when two groups share a name', () => {
    expect(() => capacityShards(groups(['chat', 'chat']))).toThrow('two node groups of a cell are named "chat"');
  });
});
