import { canonicalJson } from '../canonical';
import { type ListRow, queryFilters } from '../price-list-rows';

/** One GetProducts query and the rows that its answer is read for. */
export interface ListQuery {
  /** Says the query and its rows, so that an answer is reused for the same question only. */
  readonly id: string;
  readonly serviceCode: string;
  readonly filters: Readonly<Record<string, string>>;
  readonly rows: readonly ListRow[];
}

/** The fewest queries that ask for all rows: rows of the same service and filters share one. */
export function queriesFor(rows: readonly ListRow[]): readonly ListQuery[] {
  const groups = new Map<string, ListRow[]>();
  for (const row of rows) {
    const key = canonicalJson({ serviceCode: row.selector.serviceCode, filters: queryFilters(row) });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()].flatMap(queryOf);
}

function queryOf(rows: readonly ListRow[]): readonly ListQuery[] {
  const [first] = rows;
  if (first === undefined) return [];
  const { serviceCode } = first.selector;
  const filters = queryFilters(first);
  return [
    { id: canonicalJson({ serviceCode, filters, items: rows.map(({ item }) => item) }), serviceCode, filters, rows },
  ];
}
