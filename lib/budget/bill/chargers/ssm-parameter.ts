import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { free, type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';

/** Standard parameters cost nothing, advanced ones by the month. */
export function chargeParameter(parameter: Resource): readonly Line[] {
  const tier = parameter.property('Tier') ?? 'Standard';
  if (tier === 'Standard') return [free('a parameter of the standard tier costs nothing')];
  return tier === 'Advanced'
    ? [priced('advancedParameters', 'ssm:advancedParameter', fixed(exact(1)))]
    : [unpriced('advancedParameters', 'the tier of the parameter is not decided by the template')];
}
