import { type Line, unpriced } from '../line';

/** Its template runs in every account and region that it is aimed at, and which those are is decided elsewhere. */
export function chargeStackSet(): readonly Line[] {
  return [unpriced('stackInstances', 'the accounts and regions of its stacks are not billed; declare a ceiling')];
}
