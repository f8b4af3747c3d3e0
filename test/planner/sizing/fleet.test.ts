import fc from 'fast-check';
import { defaultCatalog } from '../../../lib/catalog/catalog';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { fleetOf, type Loss, leftAfterLoss, replicasPerNode, share } from '../../../lib/planner/sizing/fleet';
import { addCost, nodeCost, timesCost } from '../../../lib/planner/sizing/node-cost';
import { horizonLengths, type PlanningContext } from '../../../lib/planner/sizing/planning-context';
import { rootVolume } from '../../../lib/planner/sizing/root-volume';
import { interval } from '../../../lib/units/interval';
import { gibibytes } from '../../../lib/units/quantity';
import { aCell, anInstanceType, aShape, ratesOf } from '../fixtures';

describe('fleet', () => {
  const one = aShape({ acceleratorsPerReplica: 1 });

  test('replicas that take two of eight accelerators share a node in fours', () => {
    expect(replicasPerNode(aShape({ acceleratorsPerReplica: 2 }), 8)).toBe(4);
    expect(replicasPerNode(aShape({ acceleratorsPerReplica: 5 }), 8)).toBe(1);
    expect(replicasPerNode(aShape({ acceleratorsPerReplica: 16, nodesPerReplica: 2 }), 8)).toBe(1);
  });

  test('seven replicas over two cells are four and three, packed two to a node: two nodes each', () => {
    const demand = { needed: 7, spareFraction: 0, spareNodes: 0, cells: 2 };
    const fleet = fleetOf(demand, aShape({ acceleratorsPerReplica: 4 }), 8);
    expect(fleet).toEqual({ replicas: 7, nodes: 4, nodesPerCell: [2, 2], replicasPerCell: [4, 3] });
  });

  test('a spare tenth of ten is one, of eleven two', () => {
    const spare = (needed: number) => fleetOf({ needed, spareFraction: 0.1, spareNodes: 0, cells: 1 }, one, 1).replicas;
    expect(spare(10)).toBe(11);
    expect(spare(11)).toBe(13);
    expect(spare(30)).toBe(33);
  });

  test('every cell has a replica, and spare nodes run replicas in turn', () => {
    const fleet = fleetOf({ needed: 1, spareFraction: 0, spareNodes: 3, cells: 2 }, one, 4);
    expect(fleet).toEqual({ replicas: 2 + 12, nodes: 5, nodesPerCell: [3, 2], replicasPerCell: [9, 5] });
  });

  test('a replica on two nodes takes two, and one spare node completes none', () => {
    const pair = aShape({ nodesPerReplica: 2, acceleratorsPerReplica: 16 });
    expect(fleetOf({ needed: 3, spareFraction: 0, spareNodes: 1, cells: 1 }, pair, 8)).toEqual({
      replicas: 3,
      nodes: 7,
      nodesPerCell: [7],
      replicasPerCell: [3],
    });
  });

  test('dealing out loses nothing and differs by one at most', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.integer({ min: 1, max: 9 }), (count, parts) => {
        const dealt = Array.from({ length: parts }, (_, index) => share(count, index, parts));
        const spread = Math.max(...dealt) - Math.min(...dealt);
        return dealt.reduce((sum, part) => sum + part, 0) === count && spread <= 1;
      }),
    );
  });

  test('more needed replicas never take fewer nodes', () => {
    const demand = fc.record({
      needed: fc.integer({ min: 1, max: 500 }),
      spareFraction: fc.double({ min: 0, max: 1, noNaN: true }),
      spareNodes: fc.nat(5),
      cells: fc.integer({ min: 1, max: 4 }),
    });
    const shape = fc.constantFrom(1, 2, 4, 8).map((acceleratorsPerReplica) => aShape({ acceleratorsPerReplica }));
    fc.assert(
      fc.property(demand, shape, fc.nat(20), (given, laid, more) => {
        const less = fleetOf(given, laid, 8);
        const grown = fleetOf({ ...given, needed: given.needed + more }, laid, 8);
        return grown.nodes >= less.nodes && less.replicas >= given.needed;
      }),
    );
  });
});

describe('a fleet that survives a loss', () => {
  const one = aShape({ acceleratorsPerReplica: 1 });
  const fleet = (needed: number, survives: Loss, cells: number, more: object = {}, perNode = 1) =>
    fleetOf({ needed, spareFraction: 0, spareNodes: 0, cells, survives, ...more }, one, perNode);

  test('of a node has as many replicas more as fill one: four on nodes of four', () => {
    // 10 needed: 14 on 4 nodes (4, 4, 4, 2); without a full one 10 are left.
    expect(fleet(10, 'node', 1, {}, 4)).toMatchObject({ replicas: 14, nodes: 4 });
  });

  test('of one of three zones has half as many again, of one of two twice as many', () => {
    // 10 of 15 are left of three zones, 10 of 20 of two.
    expect(fleet(10, ['a', 'b', 'c'], 3).replicasPerCell).toEqual([5, 5, 5]);
    expect(fleet(10, ['a', 'b'], 2).replicasPerCell).toEqual([10, 10]);
  });

  test('of one of two regions has in each what is needed, however many cells either has', () => {
    // Evenly over three cells the two of the first region would have two thirds: 30 in all. By region first it is 20.
    expect(fleet(10, ['east', 'east', 'west'], 3).replicasPerCell).toEqual([5, 5, 10]);
  });

  test('has a replica in every cell, however few the load needs', () => {
    expect(fleet(1, ['east', 'west', 'west', 'west'], 4).replicasPerCell).toEqual([1, 1, 1, 1]);
  });

  test('counts other spare toward it', () => {
    // A spare tenth of 10 is 11 already; spare nodes of four replicas each count too: 10 + 2 × 4 on two zones, half of 20 is left.
    expect(fleet(10, 'node', 1, { spareFraction: 0.1 }).replicas).toBe(11);
    expect(fleet(10, ['a', 'b'], 2, { spareNodes: 2 }, 4).replicasPerCell).toEqual([10, 10]);
  });

  test('whole replicas over several nodes are lost with any of them', () => {
    const pair = aShape({ nodesPerReplica: 2, acceleratorsPerReplica: 16 });
    const demand = { needed: 3, spareFraction: 0, spareNodes: 0, cells: 1, survives: 'node' } as const;
    expect(fleetOf(demand, pair, 8)).toMatchObject({ replicas: 4, nodes: 8 });
  });

  const loss = fc.constantFrom<Loss>('node', ['a', 'b', 'c', 'd'], ['a', 'a', 'b', 'c'], ['a', 'b', 'b', 'b']);
  const given = fc.record({
    needed: fc.integer({ min: 1, max: 400 }),
    spareFraction: fc.constantFrom(0, 0.1, 0.5),
    spareNodes: fc.nat(4),
    perNode: fc.constantFrom(1, 2, 8),
  });

  test('keeps what the load needs, and not with one replica fewer', () => {
    fc.assert(
      fc.property(given, loss, ({ perNode, ...demand }, survives) => {
        const found = fleetOf({ ...demand, cells: 4, survives }, one, perNode);
        const without = fleetOf({ ...demand, cells: 4 }, one, perNode);
        expect(leftAfterLoss(found, survives, perNode)).toBeGreaterThanOrEqual(demand.needed);
        // Where the loss decides, one replica fewer would leave too few.
        // Every cell has a replica, whatever is needed: of few, that decides.
        const byLoss = found.replicas > without.replicas && demand.needed > 8;
        return !byLoss || leftAfterLoss(found, survives, perNode) <= demand.needed + 1;
      }),
      { numRuns: 2000 },
    );
  });

  test('never has fewer for a greater need or a greater loss', () => {
    fc.assert(
      fc.property(given, loss, fc.nat(20), ({ perNode, ...demand }, survives, more) => {
        const found = fleetOf({ ...demand, cells: 4, survives }, one, perNode);
        const grown = fleetOf({ ...demand, needed: demand.needed + more, cells: 4, survives }, one, perNode);
        const cautious = fleetOf({ ...demand, cells: 4 }, one, perNode);
        return grown.nodes >= found.nodes && found.replicas >= cautious.replicas;
      }),
    );
  });
});

describe('root volume', () => {
  const bare = anInstanceType({ instanceStoreBytes: undefined });

  test('is 100 GiB in a sandbox and 200 in production where weights go to the instance store', () => {
    const included = { iops: 3000, mebibytesPerSecond: 125 };
    expect(rootVolume(anInstanceType(), 'sandbox', gibibytes(500))).toEqual({ gibibytes: 100, ...included });
    expect(rootVolume(anInstanceType(), 'production', gibibytes(500))).toEqual({ gibibytes: 200, ...included });
  });

  test('holds the weights and a fifth where there is none: 130 GiB become 200 more, loaded at 1,000 MiB/s', () => {
    expect(rootVolume(bare, 'production', gibibytes(130))).toEqual({
      gibibytes: 400,
      iops: 4000,
      mebibytesPerSecond: 1000,
    });
    expect(rootVolume(bare, 'sandbox', gibibytes(16)).gibibytes).toBe(150);
  });

  test("never exceeds gp3's 16 TiB", () => {
    expect(rootVolume(bare, 'production', gibibytes(20_000)).gibibytes).toBe(16_384);
  });
});

describe('node cost', () => {
  const context: PlanningContext = {
    catalog: defaultCatalog,
    rateOf: ratesOf({ 'round.4xlarge': '1.5' }),
    performance: rooflineModel(),
    cells: [aCell()],
    ...horizonLengths(interval('2026-12-01', '2027-02-15')),
  };
  const volume = { gibibytes: 100, iops: 4000, mebibytesPerSecond: 225 };

  test('is hours of the instance and prorated months of the volume, exact', () => {
    const cost = nodeCost('us-east-1', 'round.4xlarge', 'onDemand', volume, context);
    if ('unpriced' in cost) throw new Error(cost.unpriced);
    // 31 + 31 + 14 days = 1,824 h at 1.5 = 2,736; 2.5 months of 100 × 0.08 + 1,000 × 0.005 + 100 × 0.04 = 17 → 42.5
    expect(cost.window.toText()).toBe('2778.5');
    // 1.5 + 17/730 = 1,112/730
    expect(cost.perHour.toText()).toBe('556/365');
  });

  test('of many is that many times one', () => {
    const cost = nodeCost('us-east-1', 'round.4xlarge', 'onDemand', volume, context);
    if ('unpriced' in cost) throw new Error(cost.unpriced);
    expect(timesCost(cost, 3).window.compare(addCost(cost, addCost(cost, cost)).window)).toBe(0);
  });

  test('is unknown when any price is, and asks for no price of what is not bought', () => {
    expect(nodeCost('us-east-1', 'round.4xlarge', 'spot', volume, context)).toEqual({
      unpriced: 'round.4xlarge spot in us-east-1',
    });
    const noIops = (option: Parameters<typeof context.rateOf>[0]) =>
      option.kind === 'gp3' && option.dimension === 'iops' ? undefined : context.rateOf(option);
    const without = { ...context, rateOf: noIops };
    expect(nodeCost('us-east-1', 'round.4xlarge', 'onDemand', volume, without)).toEqual({
      unpriced: 'gp3 iops in us-east-1',
    });
    expect(nodeCost('us-east-1', 'round.4xlarge', 'onDemand', { ...volume, iops: 3000 }, without)).not.toHaveProperty(
      'unpriced',
    );
  });
});
