import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { Opaque } from '../template-value';
import type { ChargerContext } from './charger';

/**
 * A custom resource that the CDK itself adds and that makes nothing billed. A custom resource does whatever its function does, so
 * the type's name is believed only with the function that the CDK adds beside it, which is billed by itself; the function's name
 * begins as the CDK makes it (aws-cdk-lib 2.276, core/lib/custom-resource-provider).
 */
export function chargeCdkProvider(resource: Resource, { assembly }: ChargerContext): readonly Line[] {
  const token = resource.property('ServiceToken');
  const provider = token instanceof Opaque ? assembly.resourceAt(token.target) : undefined;
  const name = resource.type.replace(/^Custom::/, '');
  const isCdk =
    provider?.type === 'AWS::Lambda::Function' &&
    provider.logicalId.startsWith(`Custom${name}CustomResourceProviderHandler`);
  return isCdk
    ? [free('a provider of the CDK that makes nothing billed; its function is billed by itself')]
    : [unpriced('customResource', "its ServiceToken is not the CDK's own function in these templates")];
}
