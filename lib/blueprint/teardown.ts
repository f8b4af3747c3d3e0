import type { Instant } from '../units/interval';
import type { Question } from './question';

/** When a deployment that is kept for hours is to be gone; nothing for one that is kept for a term. */
export function teardownOf({ deployment, horizon }: Question): { readonly teardown?: { readonly goneBy: Instant } } {
  return deployment.lifetime.kind === 'hours' ? { teardown: { goneBy: horizon.end } } : {};
}
