import fc from 'fast-check';
import type { Json } from './corpus';

export type Path = readonly (string | number)[];

/** Paths of everything inside a value, in order. */
export function pathsIn(value: Json, at: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const entries: readonly (readonly [string | number, Json])[] = Array.isArray(value)
    ? (value as readonly Json[]).map((one, index) => [index, one] as const)
    : Object.entries(value as Readonly<Record<string, Json>>);
  return [at, ...entries.flatMap(([key, one]) => pathsIn(one, [...at, key]))];
}

/** The value with something else at a path; undefined takes it away. */
export function changed(value: Json, path: Path, change: (old: Json) => Json | undefined): Json {
  const [key, ...rest] = path;
  if (key === undefined) return change(value) ?? null;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    return list.flatMap((one, index) => {
      if (index !== key) return [one];
      const next = rest.length === 0 ? change(one) : changed(one, rest, change);
      return next === undefined ? [] : [next];
    });
  }
  return Object.fromEntries(
    Object.entries(value as Readonly<Record<string, Json>>).flatMap(([name, one]) => {
      if (name !== key) return [[name, one] as const];
      const next = rest.length === 0 ? change(one) : changed(one, rest, change);
      return next === undefined ? [] : [[name, next] as const];
    }),
  );
}

export function valueAt(value: Json, path: Path): Json | undefined {
  return path.reduce<Json | undefined>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Readonly<Record<string, Json>>)[key] : undefined,
    value,
  );
}

/** What only a deployment decides, in several guises, and what nobody can read. */
export const HIDDEN: readonly Json[] = [
  { Ref: 'NobodyDeclaredThis' },
  { 'Fn::ImportValue': 'nobody-exports-this' },
  { 'Fn::Foo': 'a function of tomorrow' },
  '{{resolve:ssm:/somewhere/else}}',
  { 'Fn::GetAtt': ['Nobody', 'Arn'] },
];

const ODD: readonly Json[] = [
  null,
  '',
  -1,
  1e308,
  0.5,
  '999999999999999999999999',
  true,
  [],
  {},
  [[]],
  '\u0000',
  '__proto__',
  { Ref: null },
  { 'Fn::If': [] },
  { 'Fn::Sub': '${' },
  { 'Fn::Join': [1, 2] },
  { 'Fn::Select': ['x', {}] },
  { 'Fn::Cidr': ['a', 1e9, 'b'] },
  { 'Fn::FindInMap': [{ Ref: 'AWS::Region' }, [], {}] },
  { 'Fn::ForEach::X': ['a', ['b'], { c: 'd' }] },
];

/** Damage of any kind at a path. */
export const damage: fc.Arbitrary<(old: Json) => Json | undefined> = fc.oneof(
  fc.constant(() => undefined),
  fc.constantFrom(...HIDDEN, ...ODD).map((value) => () => value),
  fc.jsonValue({ maxDepth: 2 }).map((value) => () => value as Json),
  fc.constant((old: Json) => [old]),
  fc.constant((old: Json) => ({ 'Fn::If': ['Nobody', old, { Ref: 'AWS::NoValue' }] })),
  fc.string({ maxLength: 8 }).map((key) => (old: Json) => (isObject(old) ? { ...old, [key]: 'unknown' } : old)),
  fc.constant((old: Json) => (typeof old === 'number' ? -old : typeof old === 'string' ? `${old}\uffff` : old)),
);

/** A text with some characters taken away, doubled or exchanged. */
export const scratched = (text: string): fc.Arbitrary<string> =>
  fc
    .array(
      fc.tuple(
        fc.nat({ max: text.length }),
        fc.constantFrom('', '{', '}', ']', '"', ':', '\n', '- ', '!Ref ', '&a ', '*a', '\t', '\u0000', '<<: '),
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    )
    .map((edits) => edits.reduce((now, [at, what]) => now.slice(0, at) + what + now.slice(at + 1), text));

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
