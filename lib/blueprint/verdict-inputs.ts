import type { VerdictInputs } from '../budget/envelope/verdict';
import { canonicalSha256 } from '../budget/prices/canonical';
import type { JudgedBy } from './question';

/** What a question is judged by: the same on pass and on fail. */
export function inputsOf({ contract: input, priceBook }: JudgedBy): Omit<VerdictInputs, 'templates'> {
  const of = (sha256: string | null | undefined) => (sha256 === null || sha256 === undefined ? null : { sha256 });
  const book = { priceBook: of(priceBook.sha256) };
  if (input.kind === 'broken') {
    const { contract, waivers, actuals } = input.sha256 ?? { contract: null, waivers: null, actuals: null };
    const unread = contract === null ? null : { id: null, sha256: contract };
    return { contract: unread, waivers: of(waivers), assumptions: null, ...book, actuals: of(actuals) };
  }
  const { contract, sha256, waiversSha256, actuals } = input.kind === 'none' ? input.own : input;
  const assumptions = of(canonicalSha256(contract.assumptions));
  if (input.kind === 'none') return { contract: null, waivers: null, assumptions, ...book, actuals: null };
  const judged = { id: contract.id, sha256 };
  return { contract: judged, waivers: of(waiversSha256), assumptions, ...book, actuals: of(actuals?.sha256) };
}
