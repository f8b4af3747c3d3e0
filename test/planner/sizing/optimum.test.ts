import fc from 'fast-check';
import type { Accelerator } from '../../../lib/catalog/accelerator';
import type { InstanceType } from '../../../lib/catalog/instance-type';
import type { RateOf } from '../../../lib/planner/capacity-option';
import { defaultModel } from '../../../lib/planner/performance/default-model';

import { cacheTransfer, decodeDemand, prefillDemand } from '../../../lib/planner/performance/disaggregated';
import { servingDemand } from '../../../lib/planner/performance/serving-demand';
import type { OwnedOffer } from '../../../lib/planner/plan';
import type { PlanRequest } from '../../../lib/planner/plan-capacity';
import { cheapestApart, partOf } from '../../../lib/planner/sizing/apart';
import { loadLimit } from '../../../lib/planner/sizing/load-limit';
import { horizonLengths, type PlanningContext } from '../../../lib/planner/sizing/planning-context';
import { replicaOf } from '../../../lib/planner/sizing/replica-option';
import { Usd } from '../../../lib/units/money';
import { gigabytes, terabytesPerSecond, teraflopsPerSecond } from '../../../lib/units/quantity';
import type { InferenceWorkload, PurchaseOption } from '../../../lib/workload/workload';
import { anInferenceWorkload, DECEMBER } from '../../builders';
import {
  aCatalog,
  aCell,
  aModel,
  anAccelerator,
  anInstanceType,
  anOffer,
  aTraffic,
  plan,
  US_WEST_2,
} from '../fixtures';
import {
  cheapestApartByBruteForce,
  cheapestByBruteForce,
  coveredCents,
  type Predict,
  type PredictPool,
  type Problem,
} from './brute-force';

/** 16 layers of hidden 2,048: 1.2 GB in bf16, so that memory of a few GB decides. */
const MODEL = aModel({
  layers: 16,
  hidden: 2048,
  denseLayers: 16,
  denseIntermediate: 5632,
  attention: { kind: 'gqa', heads: 16, kvHeads: 4, headDim: 128 },
});

const accelerator = (key: string): fc.Arbitrary<Accelerator> =>
  fc
    .record({
      memory: fc.constantFrom(4, 5, 8, 16, 40),
      bandwidth: fc.double({ min: 0.05, max: 4, noNaN: true }),
      flops: fc.double({ min: 5, max: 500, noNaN: true }),
      fp8: fc.boolean(),
      generation: fc.constantFrom('ada' as const, 'hopper' as const, 'blackwell' as const),
    })
    .map(({ memory, bandwidth, flops, fp8, generation }) =>
      anAccelerator({
        key,
        generation,
        memoryBytes: gigabytes(memory),
        memoryBandwidthBytesPerSecond: terabytesPerSecond(bandwidth),
        denseFlopsPerSecond: {
          bf16: teraflopsPerSecond(flops),
          ...(fp8 ? { fp8: teraflopsPerSecond(2 * flops) } : {}),
        },
      }),
    );

interface World {
  readonly accelerators: readonly Accelerator[];
  readonly instanceTypes: readonly InstanceType[];
  readonly cents: Readonly<Record<string, number>>;
  readonly workload: InferenceWorkload;
  readonly peak: number;
  readonly owned: readonly OwnedOffer[];
  readonly committed: Problem['committed'];
}

const KEYS = ['A', 'B', 'C'];
const TYPE_NAMES = ['a.1', 'a.2', 'b.1', 'c.1'];

const instanceType = (name: string): fc.Arbitrary<InstanceType> =>
  fc
    .record({
      acceleratorKey: fc.constantFrom(...KEYS),
      acceleratorCount: fc.constantFrom(1, 2, 3, 4, 8),
      fabric: fc.boolean(),
      regions: fc.constantFrom(['us-east-1', 'us-west-2'], ['us-east-1', 'us-west-2'], ['us-east-1']),
    })
    .map(({ fabric, ...row }) =>
      anInstanceType({
        name,
        family: name.startsWith('c') ? 'p5' : 'g6',
        ...row,
        scaleUpDomainSize: fabric ? row.acceleratorCount : 1,
      }),
    );

const world: fc.Arbitrary<World> = fc
  .record({
    accelerators: fc.tuple(...KEYS.map(accelerator)),
    instanceTypes: fc.tuple(...TYPE_NAMES.map(instanceType)),
    // Even, so that half of it is whole.
    onDemand: fc.array(
      fc.integer({ min: 5, max: 2500 }).map((half) => 2 * half),
      { minLength: 4, maxLength: 4 },
    ),
    spot: fc.array(fc.option(fc.integer({ min: 5, max: 5000 })), { minLength: 4, maxLength: 4 }),
    peak: fc.double({ min: 0.1, max: 300, noNaN: true }),
    ttft: fc.double({ min: 0.02, max: 2, noNaN: true }),
    tpot: fc.double({ min: 0.002, max: 0.1, noNaN: true }),
    precision: fc.constantFrom('any' as const, 'bf16' as const, 'fp8' as const),
    cells: fc.constantFrom(['UsEast1'], ['UsEast1', 'UsWest2'], ['UsEast1', 'UsEast1b', 'UsWest2']),
    survives: fc.constantFrom(undefined, undefined, 'node' as const, 'cell' as const, 'region' as const),
    spareFraction: fc.constantFrom(0, 0.1, 0.25),
    spareNodes: fc.constantFrom(0, 1, 2),
    ownedType: fc.constantFrom(...TYPE_NAMES),
    ownedCount: fc.constantFrom(0, 0, 1, 3, 20),
    reservedType: fc.constantFrom(...TYPE_NAMES),
    reservedCount: fc.constantFrom(0, 0, 1, 4),
    planCents: fc.constantFrom(0, 0, 250, 4000),
    spotPolicy: fc.constantFrom(
      {},
      { floor: true },
      { interruptionAllowance: 0.3 },
      { interruptionAllowance: 0.5, floor: true },
    ),
    waived: fc.boolean(),
  })
  .map(({ onDemand, spot, ttft, tpot, cells, ownedType, ownedCount, spotPolicy, waived, ...rest }) => ({
    ...rest,
    committed: { region: 'us-east-1', type: rest.reservedType, count: rest.reservedCount, cents: rest.planCents },
    owned: ownedCount === 0 ? [] : [anOffer({ instanceType: ownedType, count: ownedCount })],
    cents: Object.fromEntries(
      TYPE_NAMES.flatMap((name, index) => {
        const spotCents = spot[index];
        const priced: [string, number][] = [[`${name} onDemand`, onDemand[index] ?? 1]];
        return spotCents === null || spotCents === undefined ? priced : [...priced, [`${name} spot`, spotCents]];
      }),
    ),
    workload: anInferenceWorkload({
      precision: rest.precision,
      // Even odds: as many replicas as the twin can try every placement of.
      confidence: 0.5,
      slo: { ttft: { percentile: 95, seconds: ttft }, tpot: { percentile: 95, seconds: tpot } },
      placement: {
        cells,
        purchaseOptions: ['onDemand', 'spot', 'capacityReservation'],
        spot: spotPolicy,
        ...(waived ? { bestEffortFloor: 'a test' } : {}),
      },
      spareFraction: rest.spareFraction,
      spareNodes: rest.spareNodes,
      // One cell alone cannot survive its own loss.
      ...(rest.survives === undefined || (cells.length === 1 && rest.survives !== 'node')
        ? {}
        : { survives: rest.survives }),
    }),
  }));

const EAST_TOO = aCell({ id: 'UsEast1b', availabilityZones: ['us-east-1b', 'us-east-1a'] });
const CELLS = [aCell(), EAST_TOO, US_WEST_2];
/** gp3 is free here: brute force counts whole cents. */
const rateOf =
  (cents: World['cents']): RateOf =>
  (option) => {
    if (option.kind === 'gp3') return { usd: Usd.zero, per: 'month' };
    const found = cents[`${option.instanceType} ${option.purchase}`];
    return found === undefined ? undefined : { usd: Usd.of(`${found}/100`), per: 'hour' };
  };

/** An hour of the nodes that are bought, at the rates that were compared. What is owned costs nothing more. */
function planned(given: World): string | undefined {
  const { cents, workload, peak, committed } = given;
  const result = plan({ workload, model: MODEL, traffic: aTraffic(peak) }, requestOf(given));
  if (result.kind === 'infeasible') return undefined;
  const bought = result.plan.cells.flatMap(({ nodeGroups }) => nodeGroups.filter((one) => one.during === undefined));
  const total = bought.reduce(
    (sum, one) => sum + one.size.plan * (cents[`${one.instanceType} ${one.purchase}`] ?? 0),
    0,
  );
  const inEast = result.plan.cells
    .filter(({ region }) => region === committed.region)
    .flatMap(({ nodeGroups }) => nodeGroups);
  // Prefill servers are counted as bought, whatever commitments there are.
  const onDemand = inEast.filter(({ purchase, pool }) => purchase === 'onDemand' && pool !== 'prefill');
  const nodes = onDemand.reduce((sum, { size }) => sum + size.plan, 0);
  const problem = { committed: besideOwned(given), centsPerHour: (type: string) => cents[`${type} onDemand`] };
  return Usd.of(`${total - coveredCents(problem, onDemand[0]?.instanceType ?? '', nodes)}/100`).toText();
}

/** What reservations that are owned, billed on demand whether used or not, leave of reserved instances and of the plan's money. */
function besideOwned({ cents, owned, committed }: World): Problem['committed'] {
  let { count, cents: money } = committed;
  for (const offer of owned) {
    const reserved = offer.instanceType === committed.type ? Math.min(offer.count, count) : 0;
    count -= reserved;
    money = Math.max(0, money - ((offer.count - reserved) * (cents[`${offer.instanceType} onDemand`] ?? 0)) / 2);
  }
  return { ...committed, count, cents: money };
}

function requestOf({ accelerators, instanceTypes, cents, owned, committed }: World): Partial<PlanRequest> {
  const { region, type, count } = committed;
  const during = { start: '2026-01-01T00:00:00Z', end: '2030-01-01T00:00:00Z' };
  const half = (name: string) => Usd.of(`${(cents[`${name} onDemand`] ?? 0) / 2}/100`);
  const reserved = { kind: 'reservedInstances' as const, name: 'ri', during, region, instanceType: type, count };
  const rates = TYPE_NAMES.map((instanceType) => ({ region, instanceType, usdPerHour: half(instanceType) }));
  const plan_ = {
    kind: 'savingsPlan' as const,
    name: 'sp',
    during,
    usdPerHour: Usd.of(`${committed.cents}/100`),
    rates,
  };
  const isCommitted = count > 0 || committed.cents > 0;
  return {
    cells: CELLS,
    catalog: aCatalog(instanceTypes, [...accelerators]),
    rateOf: rateOf(cents),
    owned,
    ...(isCommitted
      ? {
          contract: {
            rateOf: rateOf(cents),
            commitments: [
              ...(count > 0 ? [{ ...reserved, usdPerHour: half(type) }] : []),
              ...(committed.cents > 0 ? [plan_] : []),
            ],
            withholdsAmounts: false,
          },
        }
      : {}),
  };
}

function predictFor(workload: InferenceWorkload): Predict {
  const performance = defaultModel();
  const demand = servingDemand(workload.tokens, workload.prefixCacheHitFraction, 1);
  return (model, accelerator_, type, shape) => {
    const configuration = { model, accelerator: accelerator_, instanceType: type, shape };
    const replica = replicaOf(configuration, demand, performance, workload.confidence);
    if (!('slots' in replica)) return undefined;
    const limit = loadLimit(replica, replica.slots, workload.slo);
    return limit.kind === 'limit' ? limit.requestsPerSecond : undefined;
  };
}

function problemOf(given: World): Problem {
  const { accelerators, instanceTypes, cents, workload, peak, owned } = given;
  return {
    committed: besideOwned(given),
    workload,
    model: MODEL,
    peakRequestsPerSecond: peak,
    lowestRequestsPerSecond: aTraffic(peak).lowestRequestsPerSecond,
    cells: CELLS.filter(({ id }) => workload.placement.cells.includes(id)),
    instanceTypes,
    accelerators,
    centsPerHour: (name: string, purchase: PurchaseOption) => cents[`${name} ${purchase}`],
    owned: (name, cell) => owned.find((offer) => offer.instanceType === name && offer.cell === cell)?.count ?? 0,
    predict: predictFor(workload),
  };
}

test('the choice costs what brute force finds, to the cent', () => {
  let feasible = 0;
  fc.assert(
    fc.property(world, (given) => {
      const cents = cheapestByBruteForce(problemOf(given));
      if (cents !== undefined) feasible += 1;
      expect(planned(given)).toBe(cents === undefined ? undefined : Usd.of(`${cents}/100`).toText());
    }),
    { numRuns: Number(process.env.WORLDS ?? 200) },
  );
  // A law over infeasible worlds alone would say nothing.
  expect(feasible).toBeGreaterThan(60);
});

test('two pools cost what brute force finds over every pair, and are chosen where that is less', () => {
  let found = 0;
  fc.assert(
    fc.property(world, ({ owned: _, committed: __, ...given }) => {
      const [cell = 'UsEast1'] = given.workload.placement.cells;
      const { survives: ___, ...workload } = given.workload;
      const placement = { ...workload.placement, cells: [cell], disaggregation: true };
      const committed = { region: 'us-east-1', type: 'a.1', count: 0, cents: 0 };
      const one = { ...given, owned: [], committed, workload: { ...workload, placement } };
      const problem = problemOf(one);
      const whole = cheapestByBruteForce(problem) ?? Infinity;
      const pools = cheapestApartByBruteForce(problem, predictPool(one.workload)) ?? Infinity;
      expect(apartCents(one)).toBe(pools === Infinity ? undefined : Usd.of(`${pools}/100`).toText());
      const least = Math.min(whole, pools);
      expect(planned(one)).toBe(least === Infinity ? undefined : Usd.of(`${least}/100`).toText());
      if (pools < Infinity) found += 1;
    }),
    { numRuns: 40 },
  );
  expect(found).toBeGreaterThan(8);
});

function apartCents(given: World): string | undefined {
  const { workload, peak, instanceTypes, accelerators, cents } = given;
  const cells = CELLS.filter(({ id }) => workload.placement.cells.includes(id));
  const context: PlanningContext = {
    catalog: aCatalog(instanceTypes, [...accelerators]),
    rateOf: rateOf(cents),
    performance: defaultModel(),
    cells,
    horizon: DECEMBER,
    ...horizonLengths(DECEMBER),
  };
  const demand = servingDemand(workload.tokens, workload.prefixCacheHitFraction, 1);
  const search = { workload, model: MODEL, traffic: aTraffic(peak), demand, cells, context };
  return cheapestApart(search)?.cost.perHour.toText();
}

function predictPool(workload: InferenceWorkload): PredictPool {
  const performance = defaultModel();
  const whole = servingDemand(workload.tokens, workload.prefixCacheHitFraction, 1);
  return (role, prefillShare, model, accelerator_, type, shape) => {
    const configuration = { model, accelerator: accelerator_, instanceType: type, shape };
    const demand = role === 'prefill' ? prefillDemand(whole) : decodeDemand(whole);
    const built = replicaOf(configuration, demand, performance, workload.confidence);
    if (!('slots' in built)) return undefined;
    const transfer = cacheTransfer(configuration, built.fit, 1000)?.seconds ?? Infinity;
    const limit = loadLimit(built, built.slots, partOf(workload.slo, role, prefillShare, transfer));
    return limit.kind === 'limit' ? limit.requestsPerSecond : undefined;
  };
}

const compareCost = (a: string | undefined, b: string | undefined): number =>
  a === undefined || b === undefined ? (a === b ? 0 : a === undefined ? 1 : -1) : Usd.of(a).compare(Usd.of(b));

describe('laws of the choice', () => {
  test('the order of catalogue and purchase options changes nothing', () => {
    fc.assert(
      fc.property(world, fc.infiniteStream(fc.nat(1000)), (given, stream) => {
        const shuffled = <T>(rows: readonly T[]): T[] =>
          rows
            .map((row) => [stream.next().value as number, row] as const)
            .sort((a, b) => a[0] - b[0])
            .map(([, row]) => row);
        const result = (one: World) =>
          plan({ workload: one.workload, model: MODEL, traffic: aTraffic(one.peak) }, requestOf(one));
        const { placement } = given.workload;
        const mixed = {
          ...given,
          accelerators: shuffled(given.accelerators),
          instanceTypes: shuffled(given.instanceTypes),
          workload: {
            ...given.workload,
            placement: { ...placement, purchaseOptions: shuffled(placement.purchaseOptions) },
          },
        };
        expect(sorted(result(mixed))).toEqual(sorted(result(given)));
      }),
      { numRuns: 30 },
    );
  });

  test('a looser SLO never costs more', () => {
    const looser = fc.double({ min: 1, max: 4, noNaN: true });
    fc.assert(
      fc.property(world, looser, looser, (given, ttft, tpot) => {
        const { slo } = given.workload;
        const loose = {
          ttft: { ...slo.ttft, seconds: slo.ttft.seconds * ttft },
          tpot: { ...slo.tpot, seconds: slo.tpot.seconds * tpot },
        };
        const cost = planned({ ...given, workload: { ...given.workload, slo: loose } });
        return compareCost(cost, planned(given)) <= 0;
      }),
      { numRuns: 30 },
    );
  });

  test('a lower price never raises the optimum', () => {
    fc.assert(
      fc.property(
        world,
        fc.constantFrom(...TYPE_NAMES),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (given, name, by) => {
          const key = `${name} onDemand`;
          const lower = {
            ...given,
            cents: { ...given.cents, [key]: 2 * Math.floor(((given.cents[key] ?? 0) * by) / 2) },
          };
          return compareCost(planned(lower), planned(given)) <= 0;
        },
      ),
      { numRuns: 30 },
    );
  });

  test('more traffic never costs less, and for a fixed shape never takes fewer replicas', () => {
    fc.assert(
      fc.property(
        world,
        fc.double({ min: 1, max: 10, noNaN: true }),
        (given, factor) => compareCost(planned(given), planned({ ...given, peak: given.peak * factor })) <= 0,
      ),
      { numRuns: 30 },
    );
  });
});

/** Rejections of types that were never candidates follow the catalogue's names, purchase options their own order. */
function sorted(result: ReturnType<typeof plan>): unknown {
  return JSON.parse(JSON.stringify(result));
}
