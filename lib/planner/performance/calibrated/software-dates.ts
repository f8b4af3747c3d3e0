/** Month (counted from year 0) of the newest software that the measurements know: May 2026. */
const NEWEST_MONTH = 2026 * 12 + 4;

/**
 * When engine versions of the measurements came out, to the week or so: release tags of the three projects, from memory
 * and checked against the first day on which a measurement names the version.
 */
const RELEASED: Readonly<Record<string, string>> = {
  'sglang 0.5.1.post1': '2025-08-20',
  'sglang 0.5.6.post2': '2025-12-10',
  'sglang 0.5.8.post1': '2026-02-01',
  'sglang 0.5.9': '2026-03-01',
  'sglang 0.5.10.post1': '2026-04-10',
  'sglang nightly-dev': '2026-02-20',
  'trtllm 1.0.0rc3': '2025-07-20',
  'trtllm 1.1.0rc2.post2': '2025-10-01',
  'trtllm 1.2.0rc2': '2025-11-15',
  'trtllm 1.2.0rc2.post2': '2025-12-01',
  'trtllm 1.2.0rc6.post1': '2026-01-01',
  'trtllm 1.2.0rc6.post2': '2026-01-15',
  'trtllm 1.3.0rc1': '2026-02-01',
  'trtllm 1.3.0rc5': '2026-03-01',
  'vllm 0.11.2': '2025-11-20',
  'vllm 0.12.0': '2025-12-05',
  'vllm 0.15.1': '2026-02-05',
  'vllm 0.17.0': '2026-03-07',
  'vllm 0.18.0': '2026-03-20',
  'vllm 0.19.0': '2026-04-03',
};

/** The earlier of a version's release and a given day (YYYY-MM-DD), undefined where neither is known. */
export function softwareDate(engine: string, version: string, day: string): string | undefined {
  const dates = [day, RELEASED[`${engine} ${version}`] ?? ''].filter((date) => /^\d{4}-\d{2}-\d{2}$/.test(date));
  return dates.sort()[0];
}

/** Months that software lies before the newest known; 0 where its date is unknown. */
export function monthsOld(date: string | undefined): number {
  if (date === undefined) return 0;
  const month = Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1 + (Number(date.slice(8, 10)) - 1) / 31;
  return Math.max(0, NEWEST_MONTH - month);
}
