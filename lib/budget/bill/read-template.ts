import { expandLoops } from './expand-loops';
import { References, rootOf, section } from './references';
import { every } from './resolve-condition';
import { resolve, type Scope, type Truth } from './resolve-value';
import type { StackTemplate } from './stack-template';
import { isMap, literalText, Opaque, type ResourceTarget, type Value } from './template-value';

/** One resource of a template, its properties resolved as they are asked for. */
export interface Resource {
  readonly stack: StackTemplate;
  readonly logicalId: string;
  /** Empty when the template does not say. */
  readonly type: string;
  /** Whether it exists once deployed: its condition. */
  readonly created: Truth;
  /** Whether it may outlive its stack: unless its deletion policy is absent or literally `Delete`. */
  readonly retained: boolean;
  property(name: string): Value;
  /** Why the resource may be another once deployed; undefined when it is as written. */
  readonly rewritten: string | undefined;
  /** Metadata as written. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** One stack and its resources, by logical id. */
export interface ReadStack {
  readonly stack: StackTemplate;
  readonly resources: readonly Resource[];
  /** Why the template as a whole cannot be trusted; undefined when it can. */
  readonly unreadable: string | undefined;
}

/** Every stack of the app, so that references between them resolve. */
export interface Assembly {
  /** By construct path. */
  readonly stacks: readonly ReadStack[];
  resourceAt(target: ResourceTarget | undefined): Resource | undefined;
  /** Every resource of a type, in all stacks, in order. */
  ofType(type: string): readonly Resource[];
  /** The templates nested directly in a stack's resource. */
  nestedIn(resource: Resource): StackTemplate | undefined;
  /** Paths of the stacks whose exports or outputs a stack refers to. */
  referencedBy(stack: StackTemplate): readonly string[];
}

type Json = Readonly<Record<string, unknown>>;
const ALWAYS: Truth = { plan: true, decided: true };
/** Stacks that nest each other in a circle are not followed further. */
const MOST_NESTED = 50;
const EXPANDED_HERE = new Set<unknown>(['AWS::LanguageExtensions']);

/** Reads templates of any shape. Never throws: what cannot be read is opaque and ends up unpriced. */
export function readTemplates(stacks: readonly StackTemplate[]): Assembly {
  const ordered = expandLoops([...stacks].sort((a, b) => (a.path < b.path ? -1 : 1)));
  const references = new References(ordered);
  const read = ordered.map((stack) => readStack(stack, references));
  const byKey = new Map(
    read.flatMap(({ resources }) => resources.map((one) => [key(one.stack.path, one.logicalId), one])),
  );
  const byType = groupedByType(read);
  return {
    stacks: read,
    ofType: (type) => byType.get(type) ?? [],
    resourceAt: (target) => (target === undefined ? undefined : byKey.get(key(target.stack, target.logicalId))),
    nestedIn: (resource) => references.nestedAt(resource.stack.path, resource.logicalId),
    referencedBy: (stack) => references.referencedBy(stack),
  };
}

function groupedByType(read: readonly ReadStack[]): ReadonlyMap<string, readonly Resource[]> {
  const groups = new Map<string, Resource[]>();
  for (const one of read.flatMap(({ resources }) => resources)) {
    const group = groups.get(one.type);
    if (group === undefined) groups.set(one.type, [one]);
    else group.push(one);
  }
  return groups;
}

function readStack(stack: StackTemplate, references: References): ReadStack {
  const root = rootOf(stack);
  const scope = references.scopeOf(stack);
  const whole = creationOf(stack, references);
  const entries = Object.entries(section(root, 'Resources'));
  const resources = entries.map(([logicalId, body]) => readResource(stack, logicalId, body, scope, whole));
  return { stack, resources, unreadable: unreadable(stack.template, root) };
}

/** Whether a stack exists: a nested one only with its resource, and that only with the stack it stands in. */
function creationOf(stack: StackTemplate, references: References, depth = 0): Truth {
  const parent = references.parentOf(stack);
  if (parent === undefined || stack.nestedIn === undefined || depth > MOST_NESTED) return ALWAYS;
  const body = section(section(rootOf(parent), 'Resources'), stack.nestedIn.logicalId);
  return every([conditionOf(body, references.scopeOf(parent)), creationOf(parent, references, depth + 1)]);
}

function conditionOf({ Condition }: Json, scope: Scope): Truth {
  return Condition === undefined ? ALWAYS : scope.condition(literalText(Condition as Value) ?? '');
}

function readResource(stack: StackTemplate, logicalId: string, body: unknown, scope: Scope, whole: Truth): Resource {
  const json: Json = isMap(body) ? body : {};
  const properties = json.Properties;
  const metadata = json.Metadata;
  const resolved = new Map<string, Value>();
  return {
    stack,
    logicalId,
    type: typeof json.Type === 'string' ? json.Type : '',
    created: whole === ALWAYS ? conditionOf(json, scope) : every([whole, conditionOf(json, scope)]),
    retained: json.DeletionPolicy !== undefined && json.DeletionPolicy !== 'Delete',
    property: (name) => {
      if (!resolved.has(name)) resolved.set(name, propertyOf(properties, name, scope));
      return resolved.get(name);
    },
    rewritten: rewritten(logicalId, json),
    metadata: isMap(metadata) ? metadata : {},
  };
}

/** A macro or an include inside a resource can add to it what nobody sees; so can a loop that is not written out. */
function rewritten(logicalId: string, body: Json): string | undefined {
  const macro = [logicalId, ...Object.keys(body)].find((name) => name.startsWith('Fn::'));
  if (macro === undefined) return undefined;
  return macro.startsWith('Fn::ForEach')
    ? `what ${macro} makes is decided at deployment`
    : `${macro} can rewrite the resource at deployment`;
}

function propertyOf(properties: unknown, name: string, scope: Scope): Value {
  if (properties === undefined) return undefined;
  if (!isMap(properties) || Object.keys(properties).some((field) => field.startsWith('Fn::'))) {
    return new Opaque('the properties are not written out');
  }
  return Object.hasOwn(properties, name) ? resolve(properties[name], scope) : undefined;
}

function unreadable(template: unknown, root: Json): string | undefined {
  if (!isMap(template)) return 'the template is not an object';
  if (!isMap(root.Resources)) return 'the template has no resources';
  const macro = Object.keys(root).find((name) => name.startsWith('Fn::'));
  if (macro !== undefined) return `${macro} can rewrite the template at deployment`;
  const transforms = [root.Transform ?? []].flat();
  const unknown = transforms.find((transform) => !EXPANDED_HERE.has(transform));
  return unknown === undefined
    ? undefined
    : `the transform ${JSON.stringify(unknown)} can rewrite the template at deployment`;
}

function key(path: string, logicalId: string): string {
  return `${path}\u0000${logicalId}`;
}
