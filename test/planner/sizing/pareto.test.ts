import fc from 'fast-check';
import { defaultCatalog } from '../../../lib/catalog/catalog';
import { rooflineModel } from '../../../lib/planner/performance/roofline-model';
import { type FrontPoint, frontOf, paretoFront } from '../../../lib/planner/sizing/pareto';
import { horizonLengths } from '../../../lib/planner/sizing/planning-context';
import { anInferenceWorkload, DECEMBER } from '../../builders';
import { aCell, aModel, aTraffic, ratesOf, SOME_PRICES } from '../fixtures';

const figure = fc.integer({ min: 1, max: 6 });
const point: fc.Arbitrary<FrontPoint> = fc
  .tuple(figure, figure, figure)
  .map(([usdPerMillionOutputTokens, tpotSeconds, ttftSeconds]) => ({
    candidate: 'a',
    layout: 'tp1',
    requestsPerSecondPerReplica: 1,
    usdPerMillionOutputTokens,
    tpotSeconds,
    ttftSeconds,
  }));
const figuresOf = (one: FrontPoint) => [one.usdPerMillionOutputTokens, one.tpotSeconds, one.ttftSeconds];
const beats = (a: FrontPoint, b: FrontPoint) => {
  const [x, y] = [figuresOf(a), figuresOf(b)];
  return x.every((value, at) => value <= (y[at] ?? 0)) && x.some((value, at) => value < (y[at] ?? 0));
};

test('the front is what no point beats, each once, as every pair compared says', () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 40 }), (points) => {
      const unbeaten = points
        .filter((one) => !points.some((other) => beats(other, one)))
        .map((one) => figuresOf(one).join());
      expect(
        frontOf(points)
          .map((one) => figuresOf(one).join())
          .sort(),
      ).toEqual([...new Set(unbeaten)].sort());
    }),
  );
});

test('a workload’s front runs from its cheapest tokens to its fastest', () => {
  const cell = aCell();
  const workload = anInferenceWorkload({
    placement: { cells: [cell.id], purchaseOptions: ['onDemand'], bestEffortFloor: 'a test' },
  });
  const front = paretoFront(workload, aModel(), aTraffic(2), [cell], {
    catalog: defaultCatalog,
    rateOf: ratesOf(SOME_PRICES),
    performance: rooflineModel(),
    cells: [cell],
    horizon: DECEMBER,
    ...horizonLengths(DECEMBER),
  });
  expect(front.length).toBeGreaterThan(5);
  const costs = front.map((one) => one.usdPerMillionOutputTokens);
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  const [cheapest] = front;
  const fastest = front.at(-1);
  expect(fastest?.tpotSeconds).toBeLessThan(cheapest?.tpotSeconds ?? 0);
  expect(front.every(({ candidate }) => !candidate.startsWith('g5.2xlarge'))).toBe(true);
});
