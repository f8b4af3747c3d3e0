import { alternatives, Choice, choose, isMap, literalText, NumberBetween, Opaque, type Value } from './template-value';

/** Truth of a condition. */
export interface Truth {
  /** What the template's defaults make it; undefined when they do not say. */
  readonly plan: boolean | undefined;
  /** Whether nothing at deployment can change it. */
  readonly decided: boolean;
}

/** What a template knows that its intrinsics refer to. */
export interface Scope {
  ref(name: string): Value;
  attribute(logicalId: string, name: string): Value;
  condition(name: string): Truth;
  mapping(name: string): unknown;
  imported(exportName: string): Value;
  stackOutput(stackName: string, outputName: string): Value;
}

/** Deeper than any template CloudFormation accepts; a guard against hostile input. */
const MAX_DEPTH = 60;
/** Combinations of undecided values that are worth enumerating. */
const MAX_COMBINATIONS = 64;

/** Resolves the intrinsics in a template value. Never throws: what cannot be known becomes `Opaque`. */
export function resolve(value: unknown, scope: Scope, depth = 0): Value {
  if (depth > MAX_DEPTH) return new Opaque('the template is nested too deep to read');
  if (Array.isArray(value)) return value.map((element) => resolve(element, scope, depth + 1));
  if (!isMap(value)) return scalar(value);
  const keys = Object.keys(value);
  const [key] = keys;
  if (keys.length === 1 && key !== undefined && (key === 'Ref' || key.startsWith('Fn::'))) {
    return intrinsic(key, value[key], scope, depth + 1);
  }
  return Object.fromEntries(
    Object.entries(value)
      .map(([name, field]) => [name, resolve(field, scope, depth + 1)] as const)
      .filter(([, field]) => field !== undefined),
  );
}

function scalar(value: unknown): Value {
  if (value === undefined) return undefined;
  if (typeof value === 'string') return dynamicReference(value) ?? value;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return new Opaque('the template holds something that is not JSON');
}

/** Text that CloudFormation replaces by what SSM or Secrets Manager hold at deployment. */
function dynamicReference(text: string): Opaque | undefined {
  if (!text.includes('{{resolve:')) return undefined;
  const [, name] = /^\{\{resolve:ssm:([^:}]+)(?::\d+)?\}\}$/.exec(text) ?? [];
  return new Opaque('a dynamic reference is read at deployment', undefined, name);
}

function intrinsic(name: string, argument: unknown, scope: Scope, depth: number): Value {
  if (name === 'Ref') return typeof argument === 'string' ? scope.ref(argument) : new Opaque('Ref needs a name');
  if (name === 'Fn::GetAtt') return getAtt(argument, scope, depth);
  if (name === 'Fn::If') return ifElse(argument, scope, depth);
  if (name === 'Fn::Sub') return sub(argument, scope, depth);
  const fold = FOLDS[name];
  if (fold === undefined) return new Opaque(`${name} is not known before deployment`);
  return overAlternatives(resolve(argument, scope, depth), (literal) => fold(literal, scope, depth));
}

type Fold = (argument: Value, scope: Scope, depth: number) => Value;

const FOLDS: Readonly<Record<string, Fold>> = {
  'Fn::Join': (argument) => {
    const [separator, parts] = pair(argument);
    if (typeof separator !== 'string' || !Array.isArray(parts))
      return new Opaque('Fn::Join needs a separator and a list');
    return joined(parts, separator);
  },
  'Fn::Select': (argument) => {
    const [index, list] = pair(argument);
    const at = Number(literalText(index));
    const element = Array.isArray(list) ? (list as readonly Value[])[at] : undefined;
    return element ?? new Opaque('Fn::Select finds nothing at its index');
  },
  'Fn::Split': (argument) => {
    const [separator, text] = pair(argument);
    return typeof separator === 'string' && typeof text === 'string'
      ? text.split(separator)
      : notLiteral('Fn::Split', text);
  },
  'Fn::FindInMap': (argument, scope, depth) => findInMap(argument, scope, depth),
  'Fn::Base64': (argument) => {
    const text = literalText(argument);
    return text === undefined ? notLiteral('Fn::Base64', argument) : Buffer.from(text).toString('base64');
  },
  'Fn::Cidr': (argument) => {
    const [, count] = pair(argument);
    const blocks = Number(literalText(count));
    // CloudFormation makes 1 to 256 blocks.
    return blocks >= 1 && blocks <= 256
      ? Array.from({ length: blocks }, () => new Opaque('the blocks of Fn::Cidr are not worked out'))
      : notLiteral('Fn::Cidr', argument);
  },
  'Fn::ToJsonString': (argument) =>
    isWholly(argument) ? JSON.stringify(argument) : notLiteral('Fn::ToJsonString', argument),
  'Fn::Length': (argument) => (Array.isArray(argument) ? argument.length : notLiteral('Fn::Length', argument)),
  'Fn::ImportValue': (argument, scope) =>
    typeof argument === 'string' ? scope.imported(argument) : notLiteral('Fn::ImportValue', argument),
  'Fn::GetStackOutput': (argument, scope) => {
    const stack = isMap(argument) ? argument.StackName : undefined;
    const output = isMap(argument) ? argument.OutputName : undefined;
    return typeof stack === 'string' && typeof output === 'string'
      ? scope.stackOutput(stack, output)
      : notLiteral('Fn::GetStackOutput', argument);
  },
};

function getAtt(argument: unknown, scope: Scope, depth: number): Value {
  const [logicalId, ...path] = typeof argument === 'string' ? argument.split('.') : [argument].flat();
  const attribute = path.map((part) => literalText(resolve(part, scope, depth))).join('.');
  return typeof logicalId === 'string' && attribute !== ''
    ? scope.attribute(logicalId, attribute)
    : new Opaque('Fn::GetAtt needs a resource and an attribute');
}

function ifElse(argument: unknown, scope: Scope, depth: number): Value {
  const [name, whenTrue, whenFalse] = Array.isArray(argument) ? argument : [];
  if (typeof name !== 'string') return new Opaque('Fn::If needs the name of a condition');
  const truth = scope.condition(name);
  const [plan, other] = truth.plan === false ? [whenFalse, whenTrue] : [whenTrue, whenFalse];
  const planned = resolve(plan, scope, depth);
  return truth.decided ? planned : choose(planned, [planned, resolve(other, scope, depth)]);
}

function sub(argument: unknown, scope: Scope, depth: number): Value {
  const [text, given] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== 'string') return new Opaque('Fn::Sub needs a text');
  const variables = isMap(given) ? given : {};
  const parts = text.split(/(\$\{[^}]*\})/).map((part): Value => {
    if (!part.startsWith('${')) return part;
    const name = part.slice(2, -1);
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(variables, name)) return resolve(variables[name], scope, depth);
    return name.includes('.') ? getAtt(name, scope, depth) : scope.ref(name);
  });
  return overAlternatives(parts, (literal) => joined(literal as readonly Value[], ''));
}

function findInMap(argument: Value, scope: Scope, depth: number): Value {
  const parts = Array.isArray(argument) ? (argument as readonly Value[]) : [];
  const [name, top, second] = parts.map(literalText);
  if (name === undefined || top === undefined || second === undefined) return notLiteral('Fn::FindInMap', argument);
  const rows = scope.mapping(name);
  const row = isMap(rows) && Object.hasOwn(rows, top) ? rows[top] : undefined;
  if (isMap(row) && Object.hasOwn(row, second)) return resolve(row[second], scope, depth);
  const otherwise = parts[3];
  return isMap(otherwise) && Object.hasOwn(otherwise, 'DefaultValue')
    ? (otherwise.DefaultValue as Value)
    : new Opaque(`the mapping ${name} has no ${top}.${second}`);
}

/** Whether nothing in a value is decided at deployment. */
function isWholly(value: Value): boolean {
  if (value instanceof Opaque || value instanceof Choice || value instanceof NumberBetween) return false;
  if (Array.isArray(value)) return (value as readonly Value[]).every(isWholly);
  return isMap(value) ? Object.values(value).every((one) => isWholly(one as Value)) : true;
}

function joined(parts: readonly Value[], separator: string): Value {
  const texts: string[] = [];
  for (const part of parts) {
    const text = literalText(part);
    if (text === undefined) return notLiteral('a joined text', part);
    texts.push(text);
  }
  const whole = texts.join(separator);
  return dynamicReference(whole) ?? whole;
}

function notLiteral(what: string, value: Value): Opaque {
  const found = firstOpaque(value);
  return new Opaque(found === undefined ? `${what} does not rest on literal values` : found.reason);
}

function firstOpaque(value: Value): Opaque | undefined {
  if (value instanceof Opaque) return value;
  if (value instanceof NumberBetween) return new Opaque('a number that is decided at deployment');
  if (!Array.isArray(value)) return undefined;
  return (value as readonly Value[]).map(firstOpaque).find((found) => found !== undefined);
}

function pair(argument: Value): readonly [Value, Value] {
  return Array.isArray(argument) ? [argument[0] as Value, argument[1] as Value] : [undefined, undefined];
}

/** Applies a fold to every combination of what is undecided inside an argument. */
function overAlternatives(argument: Value, fold: (literal: Value) => Value): Value {
  const literals = combinations(argument);
  if (literals instanceof Opaque) return literals;
  const [planned, ...others] = literals;
  return others.length === 0 ? fold(planned) : choose(fold(planned), literals.map(fold));
}

function holdsChoice(value: Value): boolean {
  return value instanceof Choice || (Array.isArray(value) && (value as readonly Value[]).some(holdsChoice));
}

function combinations(value: Value): readonly Value[] | Opaque {
  if (value instanceof Choice) return alternatives(value);
  if (!Array.isArray(value) || !holdsChoice(value)) return [value];
  let lists: readonly (readonly Value[])[] = [[]];
  for (const element of value as readonly Value[]) {
    const options = combinations(element);
    if (options instanceof Opaque) return options;
    lists = lists.flatMap((list) => options.map((option) => [...list, option]));
    if (lists.length > MAX_COMBINATIONS) return new Opaque('too many undecided values meet here');
  }
  return lists;
}
