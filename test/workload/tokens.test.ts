import fc from 'fast-check';
import {
  longestTokens,
  meanTokens,
  secondMomentTokens,
  tokensQuantile,
  tokensScv,
} from '../../lib/workload/token-statistics';
import {
  checkTokenDistribution,
  type TokenBucket,
  tokensFromCounts,
  tokensFromQuantiles,
} from '../../lib/workload/tokens';
import { countTokens, tokenLengthsFromTrace } from '../../lib/workload/trace-tokens';
import { aTokenDistribution } from '../builders';

const provenance = { source: 'made up for a test', asOf: '2026-11-23' };
const requests = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 200 });

describe('statistics', () => {
  // 100 tokens with weight 3/4, 1000 with 1/4: mean 75 + 250 = 325; second moment 7,500 + 250,000 = 257,500;
  // variance 257,500 − 105,625 = 151,875; scv 151,875 / 105,625 = 1.43786…
  const distribution = aTokenDistribution();

  test('are those worked by hand', () => {
    expect(meanTokens(distribution)).toBe(325);
    expect(secondMomentTokens(distribution)).toBe(257_500);
    expect(tokensScv(distribution)).toBeCloseTo(151_875 / 105_625, 12);
    expect(longestTokens(distribution)).toBe(1000);
  });

  test.each([
    [0, 100],
    [0.5, 100],
    [0.75, 100],
    [0.7501, 1000],
    [1, 1000],
  ])('a share of %d of the requests has at most %d tokens', (q, tokens) => {
    expect(tokensQuantile(distribution, q)).toBe(tokens);
  });

  test('a quantile that the weights reach but for rounding is reached', () => {
    const thirds = tokensFromCounts(
      [
        [1, 1],
        [2, 1],
        [3, 1],
      ],
      provenance,
    );
    expect(tokensQuantile(thirds, 2 / 3)).toBe(2);
    expect(tokensQuantile(thirds, 1)).toBe(3);
  });
});

describe('a histogram of requests', () => {
  test('keeps mean and longest request exactly, whatever the requests and the number of buckets', () => {
    fc.assert(
      fc.property(requests, fc.integer({ min: 2, max: 40 }), (tokens, buckets) => {
        const rows = countTokens(tokens, buckets);
        const histogram = tokensFromCounts(rows, provenance);
        const mean = tokens.reduce((sum, each) => sum + each, 0) / tokens.length;
        expect(Math.abs(meanTokens(histogram) / mean - 1)).toBeLessThan(1e-12);
        expect(rows.reduce((sum, [, count]) => sum + count, 0)).toBe(tokens.length);
        expect(rows.length).toBeLessThanOrEqual(buckets);
      }),
    );
  });

  test('puts every quantile into the bucket that holds it', () => {
    fc.assert(
      fc.property(requests, fc.double({ min: 0.01, max: 1, noNaN: true }), (tokens, q) => {
        const buckets = 24;
        const sorted = [...tokens].sort((a, b) => a - b);
        const truth = sorted[Math.ceil(q * sorted.length - 1e-9) - 1] ?? 0;
        const estimate = tokensQuantile(tokensFromCounts(countTokens(tokens, buckets), provenance), q);
        const bucketRatio = ((sorted.at(-1) ?? 1) / (sorted[0] ?? 1)) ** (1 / buckets);
        expect(Math.abs(Math.log(estimate / truth))).toBeLessThanOrEqual(Math.log(bucketRatio) + 1e-9);
      }),
    );
  });

  test('cuts logarithmically, as worked by hand', () => {
    // 1 to 100 in two buckets: the edge is at 10. Below: 1, 3 and 5, mean 3. From 10 on: 10 and 100, mean 55.
    expect(countTokens([100, 3, 1, 10, 5], 2)).toEqual([
      [3, 3],
      [55, 2],
    ]);
  });

  test('is one bucket when all requests are equally long', () => {
    expect(countTokens([7, 7, 7], 24)).toEqual([[7, 3]]);
  });

  test('is made for prompts and outputs of a trace, with the source', () => {
    const trace = { arrivedAtSeconds: [0, 1], inputTokens: [10, 1000], outputTokens: [5, 5] };
    expect(tokenLengthsFromTrace(trace, 2, provenance)).toEqual({
      input: {
        buckets: [
          { tokens: 10, weight: 0.5 },
          { tokens: 1000, weight: 0.5 },
        ],
        ...provenance,
      },
      output: { buckets: [{ tokens: 5, weight: 1 }], ...provenance },
    });
  });

  test('fails without a whole number of buckets', () => {
    const trace = { arrivedAtSeconds: [0], inputTokens: [1], outputTokens: [1] };
    expect(() => tokenLengthsFromTrace(trace, 0, provenance)).toThrow('at least 1 buckets, got 0');
    expect(() => tokenLengthsFromTrace(trace, 2.5, provenance)).toThrow('at least 1 buckets, got 2.5');
  });
});

describe('a histogram of quantiles', () => {
  test('has the mean of the interpolated curve, as worked by hand', () => {
    // From 1 token at q 0 to 201 at q 0.5: mean 101 over half the requests; from there to 1001: mean 601 over the other half.
    const distribution = tokensFromQuantiles({
      quantiles: [
        { q: 0.5, tokens: 201 },
        { q: 1, tokens: 1001 },
      ],
      ...provenance,
    });
    expect(meanTokens(distribution)).toBeCloseTo(351, 9);
    expect(distribution.buckets).toHaveLength(16);
    // Eight slices of 25 tokens each, at their middles: 13.5 first.
    expect(distribution.buckets[0]).toEqual({ tokens: 13.5, weight: 0.0625 });
  });

  test('passes within a slice of every point that was given, and is a distribution', () => {
    const curve = fc
      .array(fc.record({ q: fc.integer({ min: 1, max: 99 }), tokens: fc.integer({ min: 1, max: 100_000 }) }), {
        maxLength: 8,
      })
      .map((points) => {
        const qs = [...new Set(points.map(({ q }) => q))].sort((a, b) => a - b);
        const tokens = [...points.map((point) => point.tokens), 100_001].sort((a, b) => a - b);
        return [...qs, 100].map((q, index) => ({ q: q / 100, tokens: tokens[index] ?? 100_001 }));
      });
    fc.assert(
      fc.property(curve, (quantiles) => {
        const distribution = checkTokenDistribution(tokensFromQuantiles({ quantiles, ...provenance }), 'curve');
        quantiles.forEach(({ q, tokens }, index) => {
          const before = quantiles[index - 1]?.tokens ?? 1;
          const estimate = tokensQuantile(distribution, q);
          expect(estimate).toBeLessThanOrEqual(tokens);
          expect(estimate).toBeGreaterThanOrEqual(tokens - (tokens - before) / 8 - 1e-9);
        });
      }),
    );
  });

  test('a first quantile at 0 is the shortest request', () => {
    const flat = tokensFromQuantiles({
      quantiles: [
        { q: 0, tokens: 50 },
        { q: 1, tokens: 50 },
      ],
      ...provenance,
    });
    expect(flat.buckets).toEqual([{ tokens: 50, weight: 1 }]);
  });

  test.each([
    ['without the longest request', [{ q: 0.99, tokens: 10 }], 'must end with q 1'],
    ['without any', [], 'must end with q 1'],
    ['with percent', [{ q: 50, tokens: 10 }], 'have q 50; q must lie in 0 to 1'],
    ['with half a token', [{ q: 1, tokens: 0.5 }], 'have 0.5 tokens at q 1'],
    [
      'that fall',
      [
        { q: 0.5, tokens: 10 },
        { q: 1, tokens: 9 },
      ],
      'fall at q 1',
    ],
    [
      'out of order',
      [
        { q: 0.5, tokens: 10 },
        { q: 0.5, tokens: 11 },
        { q: 1, tokens: 12 },
      ],
      'fall at q 0.5',
    ],
  ])('fails %s', (_, quantiles, sentence) => {
    expect(() => tokensFromQuantiles({ quantiles, ...provenance })).toThrow(sentence);
  });
});

describe('a distribution', () => {
  const check = (buckets: readonly TokenBucket[]) => () =>
    checkTokenDistribution(aTokenDistribution({ buckets }), 'input tokens');

  test('whose weights miss 1 by rounding alone passes', () => {
    const distribution = aTokenDistribution({
      buckets: [
        { tokens: 1, weight: 0.1 },
        { tokens: 2, weight: 0.2 },
        { tokens: 3, weight: 0.7 + 5e-10 },
      ],
    });
    expect(checkTokenDistribution(distribution, 'input tokens')).toBe(distribution);
  });

  test.each([
    ['no buckets', [], 'input tokens has no buckets'],
    ['no tokens', [{ tokens: 0, weight: 1 }], 'has a bucket of 0 tokens'],
    ['endless tokens', [{ tokens: Number.POSITIVE_INFINITY, weight: 1 }], 'has a bucket of Infinity tokens'],
    [
      'an empty bucket',
      [
        { tokens: 1, weight: 0 },
        { tokens: 2, weight: 1 },
      ],
      'has weight 0 at 1 tokens',
    ],
    ['NaN for a weight', [{ tokens: 1, weight: Number.NaN }], 'has weight NaN at 1 tokens'],
    [
      'falling tokens',
      [
        { tokens: 2, weight: 0.5 },
        { tokens: 1, weight: 0.5 },
      ],
      'falls back to 1 tokens',
    ],
    [
      'a bucket twice',
      [
        { tokens: 2, weight: 0.5 },
        { tokens: 2, weight: 0.5 },
      ],
      'falls back to 2 tokens',
    ],
    ['weights above 1', [{ tokens: 2, weight: 1.00001 }], 'has weights that add up to 1.00001'],
  ])('fails with %s', (_, buckets, sentence) => {
    expect(check(buckets)).toThrow(sentence);
  });
});
