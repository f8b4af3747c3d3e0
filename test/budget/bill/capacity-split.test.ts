import fc from 'fast-check';
import { choicesOf } from '../../../lib/budget/bill/capacity-split';
import { Opaque } from '../../../lib/budget/bill/template-value';

const overridesOf = (weights: readonly number[]) =>
  weights.map((weight, index) => ({ InstanceType: `m${index}.large`, WeightedCapacity: weight }));

function mostOf(weights: readonly number[], capacity: number): readonly number[] {
  const choices = choicesOf(overridesOf(weights), undefined, { min: capacity, plan: capacity, max: capacity });
  return choices instanceof Opaque ? [] : choices.map(({ units }) => units.max);
}

describe('the most instances of a type that overrides may make', () => {
  test('of one weight is the capacity over it: 10 units in threes are 4', () => {
    expect(mostOf([3, 3], 10)).toEqual([4, 4]);
  });

  test('of weights 1 and 4 counts what the last to start may add: 10 units may end as 13', () => {
    expect(mostOf([1, 4], 10)).toEqual([13, 4]);
  });

  test('of nothing is nothing', () => {
    expect(mostOf([1, 4], 0)).toEqual([0, 0]);
  });

  test('no mixture that a fleet may end with costs more than the dearest type alone', () => {
    const type = fc.record({ weight: fc.integer({ min: 1, max: 16 }), cents: fc.integer({ min: 1, max: 10_000 }) });
    const some = fc.array(type, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 200 }), fc.infiniteStream(fc.nat(3)), (types, capacity, order) => {
        const most = mostOf(
          types.map(({ weight }) => weight),
          capacity,
        );
        const bound = Math.max(...types.map(({ cents }, index) => cents * (most[index] ?? 0)));
        let [units, cost] = [0, 0];
        // Instances start until the capacity is reached, of any type each time.
        while (units < capacity) {
          const next = types[(order.next().value ?? 0) % types.length];
          units += next?.weight ?? 1;
          cost += next?.cents ?? 0;
        }
        return cost <= bound;
      }),
      { numRuns: 1000 },
    );
  });
});
