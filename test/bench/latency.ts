import { traceLengths } from '../measured/trace-lengths';
import { largestStableRate } from '../planner/simulation/served-simulation';
import { type Latencies, METRICS, overMetrics, predicted, REPLICAS, servedBy, simulated } from './latency-cells';

/**
 * Compares the latency formulas with the event simulation of the scheduler on the same step times, over loads, arrivals and both
 * real traces' lengths; prints mean absolute error and worst cell of each latency, and fails above the bounds.
 */
const BOUNDS: readonly { readonly upTo: number; readonly most: Latencies }[] = [
  { upTo: 0.85, most: latencies(0.03, 0.05, 0.1, 0.1, 0.15) },
  { upTo: 0.95, most: latencies(0.05, 0.12, 0.2, 0.2, 0.25) },
];
const SHARES = (process.env.SHARES ?? '0.2,0.4,0.6,0.7,0.8,0.85,0.9,0.95').split(',').map(Number);
const REQUESTS = Number(process.env.REQUESTS ?? 20_000);
const RUNS = Number(process.env.RUNS ?? 40);
const VERBOSE = process.argv.includes('--cells');

interface Cell {
  readonly name: string;
  readonly share: number;
  readonly error: Latencies;
  readonly settled: Latencies;
}

function latencies(...of: readonly number[]): Latencies {
  return Object.fromEntries(METRICS.map((metric, index) => [metric, of[index]])) as unknown as Latencies;
}

const boundOf = (share: number) => BOUNDS.find(({ upTo }) => share <= upTo + 1e-9) ?? BOUNDS[1];

function cellsOf(): readonly Cell[] {
  return traceLengths().flatMap(({ name: trace, drawn, stated }) =>
    REPLICAS.flatMap(([machine, configuration]) => {
      const stable = largestStableRate(servedBy(configuration, stated, 1), drawn, 7);
      return [1, 4].flatMap((scv) =>
        SHARES.map((share) => {
          const replica = servedBy(configuration, stated, scv);
          const requestsPerSecond = share * stable;
          const bound = boundOf(share)?.most ?? latencies();
          const third = overMetrics((metric) => bound[metric] / 3);
          const truth = simulated(replica, { requestsPerSecond, lengths: drawn, requests: REQUESTS }, third, RUNS);
          const guess = predicted(replica, requestsPerSecond);
          const error = overMetrics((metric) => (guess === undefined ? 9.99 : guess[metric] / truth.mean[metric] - 1));
          const settled = overMetrics((metric) => truth.interval[metric] / bound[metric]);
          const name = `${trace}, ${machine}, SCV ${scv}, ${(100 * share).toFixed(0)} %`;
          if (VERBOSE) {
            const shown = METRICS.map((metric) => `${(100 * error[metric]).toFixed(1).padStart(6)}`).join(' ');
            console.log(
              `${name.padEnd(48)} ${shown}  runs ${truth.runs} ${(1000 * truth.mean['mean TPOT']).toFixed(1)} ${(1000 * truth.mean['mean TTFT']).toFixed(0)} ${(1000 * truth.mean['TTFT p99']).toFixed(0)} ${(1000 * truth.mean['ITL p99']).toFixed(1)} ms`,
            );
          }
          return { name, share, error, settled };
        }),
      );
    }),
  );
}

const cells = cellsOf();
let isWithin = true;
BOUNDS.forEach(({ upTo, most }, index) => {
  const above = BOUNDS[index - 1]?.upTo ?? 0;
  const own = cells.filter(({ share }) => share > above + 1e-9 && share <= upTo + 1e-9);
  console.log(`above ${100 * above} and up to ${100 * upTo} % of the largest stable rate, ${own.length} cells:`);
  for (const metric of METRICS) {
    const mean = own.reduce((sum, { error }) => sum + Math.abs(error[metric]), 0) / own.length;
    const worst = own.reduce((a, b) => (Math.abs(b.error[metric]) > Math.abs(a.error[metric]) ? b : a));
    const unsettled = own.filter(({ settled }) => settled[metric] > 1 / 3).length;
    const holds = mean <= most[metric];
    isWithin &&= holds;
    console.log(
      `  ${metric.padEnd(9)}  mean absolute error ${(100 * mean).toFixed(1)} % (bound ${100 * most[metric]} %${holds ? '' : ', missed'}); ` +
        `worst ${(100 * worst.error[metric]).toFixed(0)} % (${worst.name}); ${unsettled} cells whose simulated interval exceeds a third of it`,
    );
  }
});
process.exitCode = isWithin ? 0 : 1;
