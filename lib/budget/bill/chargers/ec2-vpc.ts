import { type Line, usage } from '../line';

/** What crosses its availability zones, counted once in each direction; the network itself costs nothing. */
export function chargeVpc(): readonly Line[] {
  return [usage('interAzGigabytes', 'transfer:interAz')];
}
