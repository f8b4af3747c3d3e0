import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { literalText } from '../template-value';

/** Namespaces whose resources are billed within the bounds of what scales them. */
const BOUNDED = new Set(['ecs', 'sagemaker', 'dynamodb']);

/** A target bounds another resource, and is billed there. */
export function chargeScalableTarget(target: Resource): readonly Line[] {
  const namespace = literalText(target.property('ServiceNamespace'));
  return namespace !== undefined && BOUNDED.has(namespace)
    ? [free('what it scales is billed within its bounds')]
    : [
        unpriced(
          'scaledCapacity',
          `what is scaled in ${namespace ?? 'this namespace'} is not billed within its bounds`,
        ),
      ];
}
