import { type Line, usage } from '../line';

/** What leaves to the internet through it, at the first tier; the gateway itself costs nothing. */
export function chargeInternetGateway(): readonly Line[] {
  return [usage('internetEgressGigabytes', 'transfer:internetEgress')];
}
