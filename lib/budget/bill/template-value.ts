import type { Range } from '../../units/range';

/** What a reference points at, when the thing itself is known only after deployment. */
export interface ResourceTarget {
  /** Construct path of the stack that holds the resource. */
  readonly stack: string;
  readonly logicalId: string;
  /** Undefined for `Ref`. */
  readonly attribute: string | undefined;
}

/** A value that a template does not reveal. Whatever is billed from it is unpriced, never zero. */
export class Opaque {
  constructor(
    readonly reason: string,
    readonly target?: ResourceTarget,
    /** Name of the SSM parameter that the value is read from at deployment. @default - none, or not known */
    readonly ssmParameter?: string,
  ) {}
}

/** One of several values, which one is decided at deployment. `plan` is what the template's defaults give. */
export class Choice {
  constructor(
    readonly plan: Value,
    readonly all: readonly Value[],
  ) {}
}

/** A number parameter with bounds: any number between them can be deployed. */
export class NumberBetween {
  constructor(readonly range: Range<number>) {}
}

export interface ValueMap {
  readonly [key: string]: Value;
}

/** A template value after its intrinsics are resolved. Undefined: absent, as `AWS::NoValue` is. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly Value[]
  | ValueMap
  | Opaque
  | Choice
  | NumberBetween;

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isMarker(value);
}

function isMarker(value: object): boolean {
  return value instanceof Opaque || value instanceof Choice || value instanceof NumberBetween;
}

/** The value under a key; each alternative's when the value is a choice. */
export function field(value: Value, ...path: readonly string[]): Value {
  const [key, ...rest] = path;
  if (key === undefined || value === undefined || value instanceof Opaque) return value;
  if (value instanceof Choice)
    return choose(
      field(value.plan, ...path),
      value.all.map((one) => field(one, ...path)),
    );
  if (!isMap(value)) return new Opaque(`${key} is looked for in something that has no fields`);
  return Object.hasOwn(value, key) ? field(value[key] as Value, ...rest) : undefined;
}

/** A choice of values, or the value itself when all alternatives are the same plain value. */
export function choose(plan: Value, all: readonly Value[]): Value {
  if (isScalar(plan) && all.every((one) => one === plan)) return plan;
  const [planned] = alternatives(plan);
  // Each value once: choices within choices would grow with every level.
  return new Choice(planned, [...new Set([...alternatives(plan), ...all.flatMap(alternatives)])]);
}

function isScalar(value: Value): boolean {
  return value === undefined || value === null || typeof value !== 'object';
}

/** Every alternative, the plan first. */
export function alternatives(value: Value): readonly Value[] {
  return value instanceof Choice ? [value.plan, ...value.all].flatMap(alternatives) : [value];
}

/** Literal text (CloudFormation takes numbers and booleans for it too); undefined when absent or not literal. */
export function literalText(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** All texts a value can be, each once; opaque when one of them is not text. */
export function textsOf(value: Value, what: string): readonly string[] | Opaque {
  const texts = new Set<string>();
  for (const one of alternatives(value)) {
    const text = literalText(one);
    if (text === undefined) return one instanceof Opaque ? one : new Opaque(`${what} is not text`);
    texts.add(text);
  }
  return [...texts];
}

/** A whole number of things, at least none; opaque when absent, fractional, negative or not a number. */
export function countOf(value: Value, what: string): Range<number> | Opaque {
  if (value instanceof NumberBetween) return value.range;
  if (value instanceof Choice) {
    const plan = countOf(value.plan, what);
    const ranges = value.all.map((one) => countOf(one, what));
    const unknown = [plan, ...ranges].find((range) => range instanceof Opaque);
    if (unknown instanceof Opaque || plan instanceof Opaque) return unknown ?? new Opaque(`${what} is not known`);
    const known = [plan, ...ranges.flatMap((range) => (range instanceof Opaque ? [] : [range]))];
    return {
      min: Math.min(...known.map((range) => range.min)),
      plan: plan.plan,
      max: Math.max(...known.map((range) => range.max)),
    };
  }
  if (value instanceof Opaque) return value;
  const text = literalText(value) ?? '';
  const count = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(count)
    ? { min: count, plan: count, max: count }
    : new Opaque(value === undefined ? `${what} is missing` : `${what} is not a whole number`);
}

/** Whether something is switched on; absent means no. Opaque unless every alternative says the same. */
export function flagOf(value: Value, what: string): boolean | Opaque {
  const texts = value === undefined ? ['false'] : textsOf(value, what);
  if (texts instanceof Opaque) return texts;
  if (texts.every((text) => text === 'true')) return true;
  return texts.every((text) => text === 'false') ? false : new Opaque(`${what} is not decided by the template`);
}

/** The elements of a list; opaque when the list itself is. Absent elements are left out. */
export function listOf(value: Value, what: string): readonly Value[] | Opaque {
  if (Array.isArray(value)) return (value as readonly Value[]).filter((element) => element !== undefined);
  if (value instanceof Opaque) return value;
  return new Opaque(value === undefined ? `${what} is missing` : `${what} is not a list`);
}
