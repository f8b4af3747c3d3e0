import type { Range } from '../../units/range';
import { mentionedIn } from './mentions';
import type { Assembly, Resource } from './read-template';
import { rootOf, section } from './references';
import { countOf, literalText, Opaque } from './template-value';

/**
 * Bounds that Application Auto Scaling puts on something: a target of the namespace and dimension whose ResourceId mentions
 * the resource, or mentions none of its type, or has its name among its parts. Undefined when nothing scales it; opaque when something may and nobody can tell.
 */
export function scaledBy(
  resource: Resource,
  namespace: string,
  dimension: string,
  name: string | undefined,
  assembly: Assembly,
): Range<number> | Opaque | undefined {
  const index = targetsFor(resource, assembly);
  const byName = name === undefined ? index.literal : (index.bySegment.get(name) ?? []);
  const targets = [...(index.byMention.get(resource.logicalId) ?? []), ...index.anything, ...byName].filter((one) =>
    concerns(one, namespace, dimension),
  );
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

/** The targets of one stack, by what their ids say of resources of one type. */
interface Targets {
  readonly byMention: ReadonlyMap<string, readonly Resource[]>;
  /** An id that is put together and mentions no resource of the type may name any of them. */
  readonly anything: readonly Resource[];
  readonly literal: readonly Resource[];
  /** Literal ids by each of their parts: "service/cluster/name". */
  readonly bySegment: ReadonlyMap<string, readonly Resource[]>;
}

const KNOWN = new WeakMap<Assembly, Map<string, Targets>>();

function targetsFor({ stack, type }: Resource, assembly: Assembly): Targets {
  const known = KNOWN.get(assembly) ?? new Map<string, Targets>();
  KNOWN.set(assembly, known);
  const key = `${stack.path}\u0000${type}`;
  const found = known.get(key) ?? indexed(stack.path, type, assembly);
  known.set(key, found);
  return found;
}

function indexed(stackPath: string, type: string, assembly: Assembly): Targets {
  const ids = new Set(idsIn(stackPath, assembly.ofType(type)));
  const all = assembly
    .ofType('AWS::ApplicationAutoScaling::ScalableTarget')
    .filter(({ stack }) => stack.path === stackPath)
    .map((target) => {
      const text = literalText(target.property('ResourceId'));
      const body = section(section(rootOf(target.stack), 'Resources'), target.logicalId);
      const names = [...mentionedIn(section(body, 'Properties').ResourceId)].filter((one) => ids.has(one));
      return { target, text, names };
    });
  const put = all.filter(({ text }) => text === undefined);
  const literal = all.filter(({ text }) => text !== undefined);
  return {
    byMention: byKey(put.flatMap(({ target, names }) => names.map((one) => [one, target] as const))),
    anything: put.filter(({ names }) => names.length === 0).map(({ target }) => target),
    literal: literal.map(({ target }) => target),
    bySegment: byKey(
      literal.flatMap(({ target, text = '' }) => [...new Set(text.split('/'))].map((one) => [one, target] as const)),
    ),
  };
}

function idsIn(stackPath: string, resources: readonly Resource[]): readonly string[] {
  return resources.filter(({ stack }) => stack.path === stackPath).map(({ logicalId }) => logicalId);
}

function byKey(pairs: readonly (readonly [string, Resource])[]): ReadonlyMap<string, readonly Resource[]> {
  const groups = new Map<string, Resource[]>();
  for (const [key, resource] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [resource]);
    else group.push(resource);
  }
  return groups;
}

/** A planned count within the bounds of what scales it. */
export function withinScaling(count: Range<number>, scaled: Range<number> | undefined): Range<number> {
  if (scaled === undefined) return count;
  const min = Math.min(count.min, scaled.min);
  const max = Math.max(count.max, scaled.max);
  return { min, plan: Math.min(Math.max(count.plan, min), max), max };
}
