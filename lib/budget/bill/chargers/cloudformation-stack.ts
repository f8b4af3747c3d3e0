import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import type { ChargerContext } from './charger';

/** A nested stack costs what is in it, and that must be among the templates. */
export function chargeNestedStack(stack: Resource, { assembly }: ChargerContext): readonly Line[] {
  return assembly.nestedIn(stack) === undefined
    ? [unpriced('nestedStack', 'the nested template is not among these stacks')]
    : [free('its template is billed as a stack of its own')];
}
