import type { Assembly, Resource } from './read-template';
import { rootOf, section } from './references';
import { isMap } from './template-value';

/** Which resources of a stack name which others; worked out once, for thousands of resources ask. */
export interface Mentions {
  /** The resources that name one, itself among them where it does. */
  by(logicalId: string): readonly Resource[];
  /** Whether an output names it. */
  inOutputs(logicalId: string): boolean;
  /** Logical ids that a resource names. */
  of(resource: Resource): ReadonlySet<string>;
}

const KNOWN = new WeakMap<Assembly, Map<string, Mentions>>();
const NONE: ReadonlySet<string> = new Set();

/** The references within one stack of an assembly. */
export function mentionsIn(stackPath: string, assembly: Assembly): Mentions {
  const stacks = KNOWN.get(assembly) ?? new Map<string, Mentions>();
  KNOWN.set(assembly, stacks);
  const found = stacks.get(stackPath) ?? mentionsOf(stackPath, assembly);
  stacks.set(stackPath, found);
  return found;
}

function mentionsOf(stackPath: string, assembly: Assembly): Mentions {
  const read = assembly.stacks.find(({ stack }) => stack.path === stackPath);
  const root = read === undefined ? {} : rootOf(read.stack);
  const bodies = section(root, 'Resources');
  const outputs = mentionedIn(section(root, 'Outputs'));
  const named = new Map((read?.resources ?? []).map((one) => [one, mentionedIn(bodies[one.logicalId])]));
  const by = new Map<string, Resource[]>();
  for (const [resource, names] of named) {
    for (const name of names) {
      const known = by.get(name);
      if (known === undefined) by.set(name, [resource]);
      else known.push(resource);
    }
  }
  return {
    by: (logicalId) => by.get(logicalId) ?? [],
    inOutputs: (logicalId) => outputs.has(logicalId),
    of: (resource) => named.get(resource) ?? NONE,
  };
}

/** Every name that a Ref, Fn::GetAtt or Fn::Sub in a value stands for. */
export function mentionedIn(value: unknown): ReadonlySet<string> {
  const names = new Set<string>();
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (Array.isArray(one)) for (const element of one) waiting.push(element);
    if (!isMap(one)) continue;
    for (const [key, argument] of Object.entries(one)) {
      for (const name of namesIn(key, argument)) names.add(name);
      waiting.push(argument);
    }
  }
  return names;
}

function namesIn(intrinsic: string, argument: unknown): readonly string[] {
  const [first] = [argument].flat() as readonly unknown[];
  if (typeof first !== 'string') return [];
  if (intrinsic === 'Ref') return [first];
  if (intrinsic === 'Fn::GetAtt') return [first.split('.')[0] ?? first];
  if (intrinsic !== 'Fn::Sub') return [];
  return [...first.matchAll(/\$\{([^}]*)\}/g)].map(([, name = '']) => name.split('.')[0] ?? name);
}
