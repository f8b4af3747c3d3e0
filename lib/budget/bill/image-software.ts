import { exact } from '../../units/exact';
import { mapRange, type Range } from '../../units/range';
import type { ChargerContext } from './chargers/charger';
import { type Line, unpriced } from './line';
import { alternatives, literalText, Opaque, type Value } from './template-value';

/** Public SSM parameters under which AWS, Canonical and Debian publish Linux images that cost nothing beyond EC2. */
const FREE_IMAGES =
  /^\/aws\/service\/(ami-amazon-linux-latest|bottlerocket|canonical\/ubuntu\/server|debian|deeplearning\/ami|ecs\/optimized-ami\/amazon-linux|eks\/optimized-ami|neuron\/dlami)\//;

/**
 * What the software of an image costs beyond Linux. An image that is named by an id can be anything, Windows too; one of
 * AWS by its public SSM parameter is plain Linux; for others the fee of an instance hour is declared.
 */
export function chargeImage(image: Value, size: Range<number>, context: ChargerContext): readonly Line[] {
  if (image === undefined || alternatives(image).every(isFree)) return [];
  const fee = context.declared('imageSoftwareFee');
  if (fee === undefined) {
    return [
      unpriced(
        'imageSoftwareFee',
        'what the software of the image costs is not known; name an image of AWS by its public SSM parameter, or declare imageSoftwareFee in USD/hour',
      ),
    ];
  }
  const usdPerHour = mapRange(fee, (usd, at) => usd.mul(exact(size[at])));
  return usdPerHour.max.equals(0) ? [] : [{ kind: 'declared', dimension: 'imageSoftwareFee', usdPerHour }];
}

function isFree(image: Value): boolean {
  const written =
    image instanceof Opaque ? image.ssmParameter : /^resolve:ssm:(.+)$/.exec(literalText(image) ?? '')?.[1];
  return written !== undefined && FREE_IMAGES.test(written);
}
