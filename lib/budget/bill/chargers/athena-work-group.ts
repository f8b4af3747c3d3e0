import { type Line, unpriced } from '../line';

/** Athena bills what each query reads, or the capacity that somebody provisions; neither stands in a template. */
export function chargeWorkGroup(): readonly Line[] {
  return [unpriced('athenaQueries', 'Athena bills the bytes that its queries read, and has no price here')];
}
