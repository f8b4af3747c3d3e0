import * as fc from 'fast-check';
import { defaultCatalog } from '../../lib/catalog/catalog';
import { networkLayout } from '../../lib/catalog/network-layout';
import type { NodeGroupPlan } from '../../lib/planner/plan';
import { capacityShards, templateBytes } from '../../lib/stacks/capacity-shards';
import { fixed } from '../../lib/units/range';
import { aNodeGroup, anApp, aStage, PRIVATE, Synthesized } from './cells';

const names = fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9-]{0,15}$/), { minLength: 1, maxLength: 20 });
const shards = (all: readonly NodeGroupPlan[]) => capacityShards(all, defaultCatalog);
const groups = (all: readonly string[]) => all.map((name) => aNodeGroup({ name }));
const partOf = (all: readonly string[], name: string) =>
  shards(groups(all)).find((shard) => shard.nodeGroups.some((group) => group.name === name))?.part;

describe('shards of capacity', () => {
  test('hold every group once, and a group stays where it is whoever comes, goes or stands in front of it', () => {
    fc.assert(
      fc.property(names, fc.nat(), (all, seed) => {
        const held = shards(groups(all)).flatMap((shard) => shard.nodeGroups.map((group) => group.name));
        expect([...held].sort()).toEqual([...all].sort());
        const name = all[seed % all.length] ?? '';
        expect(partOf([name], name)).toBe(partOf(all, name));
        expect(shards(groups([...all].reverse()))).toEqual(shards(groups(all)));
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

  test('weigh a group by more than any type of the catalogue writes, with a reservation and its alarm', () => {
    const launchable = defaultCatalog.instanceTypes.filter((type) => {
      try {
        return networkLayout(type).length > 0 && type.acceleratorKey !== 'RTXPRO4500';
      } catch {
        return false;
      }
    });
    expect(launchable.length).toBeGreaterThan(40);
    const app = anApp();
    const all = launchable.map(({ name: instanceType }) =>
      aNodeGroup({
        name: `a-workload-of-some-length-${instanceType.replaceAll('.', '-')}`,
        instanceType,
        purchase: 'capacityReservation',
        createdReservation: { count: 3 },
        nodesPerReplica: 3,
        size: fixed(3),
      }),
    );
    aStage(app, PRIVATE, all);
    const synthesized = new Synthesized(app);
    for (const { part, nodeGroups } of shards(all)) {
      const { length } = JSON.stringify(synthesized.stack(`UsEast1-${part}`).template);
      const weight = nodeGroups.reduce((sum, { instanceType }) => sum + templateBytes(instanceType, defaultCatalog), 0);
      expect(length).toBeLessThan(weight);
      expect(length).toBeGreaterThan(0.7 * weight);
    }
  });

  test('take groups by what their templates weigh: 76 of one interface, 27 of thirty-three', () => {
    const inOneShard = (count: number, instanceType: string) => {
      const found: NodeGroupPlan[] = [];
      for (let n = 0; found.length < count; n += 1) {
        if (partOf([`group-${n}`], `group-${n}`) === 'Capacity00')
          found.push(aNodeGroup({ name: `group-${n}`, instanceType }));
      }
      return found;
    };
    // 5,600 + 320 bytes, 76 times: 449,920; 5,600 + 33 × 320, 27 times: 436,320.
    expect(shards(inOneShard(76, 'g6.xlarge'))).toHaveLength(1);
    expect(() => shards(inOneShard(77, 'g6.xlarge'))).toThrow(
      /^the stack Capacity00 would hold 77 node groups in about 456 KB, and 450 KB are allowed; spread/,
    );
    expect(shards(inOneShard(27, 'p5.48xlarge'))).toHaveLength(1);
    expect(() => shards(inOneShard(28, 'p5.48xlarge'))).toThrow(/28 node groups in about 452 KB/);
  });

  test('fails when two groups share a name', () => {
    expect(() => shards(groups(['chat', 'chat']))).toThrow('two node groups of a cell are named "chat"');
  });
});
