import type { Place, QuotaNeed } from './need';
import type { QuotaKey } from './quotas';

/** Adds up what draws on each quota of an account in a region. An amount that is not a number makes the sum unknown. */
export class QuotaSums {
  readonly #sums = new Map<string, QuotaNeed>();

  add({ account, region }: Place, quota: QuotaKey, within: string, amount: number, part: string): void {
    const key = JSON.stringify([account, region, quota, within]);
    const before = this.#sums.get(key);
    this.#sums.set(key, {
      kind: 'quota',
      account,
      region,
      quota,
      within,
      needed: Number.isNaN(amount) || before?.needed === null ? null : (before?.needed ?? 0) + amount,
      parts: [...(before?.parts ?? []), part],
    });
  }

  /** Ordered by place, then by the order in which they were first drawn on. */
  needs(): readonly QuotaNeed[] {
    const place = ({ account, region }: Place): string => `${account ?? ''} ${region}`;
    return [...this.#sums.values()].sort((a, b) => (place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : 0));
  }
}
