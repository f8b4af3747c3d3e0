import { duration, plainNumber } from './format';
import { page, table } from './layout';

/** A shape at a load: what a token costs there and how long it takes. */
interface Row {
  readonly candidate: string;
  readonly layout: string;
  readonly requestsPerSecondPerReplica: number;
  readonly usdPerMillionOutputTokens: number;
  readonly ttftSeconds: number;
  readonly tpotSeconds: number;
}

interface Front {
  readonly name: string;
  readonly percentiles: { readonly ttft: number; readonly tpot: number };
  readonly front: readonly Row[];
}

/** Cheapest tokens first, down to the fastest; nothing else a workload may use beats any line. */
export function renderFronts(fronts: readonly Front[]): string {
  return page(fronts.map(renderFront));
}

function renderFront({ name, percentiles, front }: Front): string {
  const rows = front.map((row) => [
    plainNumber(row.usdPerMillionOutputTokens),
    duration(row.tpotSeconds),
    duration(row.ttftSeconds),
    plainNumber(row.requestsPerSecondPerReplica),
    `${row.candidate} ${row.layout}`,
  ]);
  return table(
    [
      { title: `${name}: USD per million output tokens`, align: 'right' },
      { title: `TPOT p${percentiles.tpot}`, align: 'right' },
      { title: `TTFT p${percentiles.ttft}`, align: 'right' },
      { title: 'requests/s a replica', align: 'right' },
      { title: 'shape' },
    ],
    rows,
  );
}
