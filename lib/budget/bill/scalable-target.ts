import type { Range } from '../../units/range';
import { mentions } from './log-writers';
import type { Assembly, Resource } from './read-template';
import { rootOf, section } from './references';
import { countOf, literalText, Opaque } from './template-value';

/**
 * Bounds that Application Auto Scaling puts on something: a target of the namespace and dimension whose ResourceId mentions
 * the resource or ends with its name. Undefined when nothing scales it; opaque when something may and nobody can tell.
 */
export function scaledBy(
  resource: Resource,
  namespace: string,
  dimension: string,
  name: string | undefined,
  assembly: Assembly,
): Range<number> | Opaque | undefined {
  const targets = assembly
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .filter((one) => one.stack.path === resource.stack.path && concerns(one, namespace, dimension))
    .filter((one) => mayName(one, resource, name));
  if (targets.length === 0) return undefined;
  const bounds = targets.map((one) => {
    const min = countOf(one.property('MinCapacity'), 'MinCapacity');
    const max = countOf(one.property('MaxCapacity'), 'MaxCapacity');
    return min instanceof Opaque ? min : max instanceof Opaque ? max : { min: min.min, max: max.max };
  });
  const unknown = bounds.find((one) => one instanceof Opaque);
  if (unknown instanceof Opaque) return unknown;
  const known = bounds.filter((one): one is { min: number; max: number } => !(one instanceof Opaque));
  const min = Math.min(...known.map((one) => one.min));
  return { min, plan: min, max: Math.max(...known.map((one) => one.max)) };
}

function concerns(target: Resource, namespace: string, dimension: string): boolean {
  const stated = literalText(target.property('ServiceNamespace'));
  const scaled = literalText(target.property('ScalableDimension'));
  return (stated === undefined || stated === namespace) && (scaled === undefined || scaled.endsWith(dimension));
}

/** A literal id names one thing; one that is put together names what it mentions, or, mentioning nothing, anything. */
function mayName(target: Resource, { logicalId }: Resource, name: string | undefined): boolean {
  const text = literalText(target.property('ResourceId'));
  if (text !== undefined) return name === undefined || text.split('/').includes(name);
  const body = section(section(rootOf(target.stack), 'Resources'), target.logicalId);
  const id = section(body, 'Properties').ResourceId;
  if (mentions(id, logicalId)) return true;
  const others = Object.keys(section(rootOf(target.stack), 'Resources')).some((one) => mentions(id, one));
  return !others;
}

/** A planned count within the bounds of what scales it. */
export function withinScaling(count: Range<number>, scaled: Range<number> | undefined): Range<number> {
  if (scaled === undefined) return count;
  const min = Math.min(count.min, scaled.min);
  const max = Math.max(count.max, scaled.max);
  return { min, plan: Math.min(Math.max(count.plan, min), max), max };
}
