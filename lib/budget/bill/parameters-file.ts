import { Problem } from '../../problem';
import { section } from './references';
import { parseMarkup } from './template-text';
import { isMap, literalText, type Value } from './template-value';

/** What stacks are deployed with: for all of them, or, in a cloud assembly, by stack as `STACK:NAME`. */
export type GivenParameters = ReadonlyMap<string, string>;

/**
 * Reads a parameters file in any of the shapes that AWS's own tools take: `[{"ParameterKey", "ParameterValue"}]`,
 * `["Name=value"]`, `{"Parameters": {...}}` or `{"Name": "value"}`, in JSON or YAML.
 *
 * @throws Problem InvalidParameters
 */
export function parseParameters(text: string, name: string): GivenParameters {
  const value = markup(text, name);
  const entries = Array.isArray(value) ? value.map((one) => entryOf(one, name)) : entriesOf(value, name);
  const given = new Map<string, string>();
  for (const [key, one] of entries) {
    if (given.has(key)) throw refuse(name, `it gives ${key} twice; keep one`);
    given.set(key, textOf(one, key, name));
  }
  return given;
}

/**
 * The values of one template's parameters.
 *
 * @throws Problem InvalidParameters for a name that the template does not declare and for a value that it does not allow,
 *   which CloudFormation would refuse too
 */
export function parametersFor(
  template: Readonly<Record<string, unknown>>,
  given: GivenParameters,
  name: string,
): Readonly<Record<string, string>> {
  const declared = section(template, 'Parameters');
  for (const [key, value] of given) {
    const declaration = Object.hasOwn(declared, key) ? declared[key] : undefined;
    if (!isMap(declaration)) {
      throw refuse(name, `it gives ${key}, and the template has the parameters ${list(Object.keys(declared))}`);
    }
    const allowed = declaration.AllowedValues;
    const texts = Array.isArray(allowed) ? allowed.map((one) => literalText(one as Value)) : [value];
    const values = /^(CommaDelimitedList|List<)/.test(String(declaration.Type)) ? value.split(',') : [value];
    const other = values.map((one) => one.trim()).find((one) => !texts.includes(one) && !texts.includes(value));
    if (other !== undefined) throw refuse(name, `it gives ${key} the value ${other}, and ${list(texts)} are allowed`);
  }
  return Object.fromEntries(given);
}

function markup(text: string, name: string): unknown {
  try {
    return parseMarkup(text, name);
  } catch {
    throw refuse(name, 'it is neither JSON nor YAML');
  }
}

function entryOf(one: unknown, name: string): readonly [string, unknown] {
  if (typeof one === 'string' && one.includes('='))
    return [one.slice(0, one.indexOf('=')), one.slice(one.indexOf('=') + 1)];
  const key = isMap(one) ? one.ParameterKey : undefined;
  if (!isMap(one) || typeof key !== 'string' || one.ParameterValue === undefined) {
    throw refuse(name, 'an element of its list has no ParameterKey and ParameterValue');
  }
  return [key, one.ParameterValue];
}

function entriesOf(value: unknown, name: string): readonly (readonly [string, unknown])[] {
  if (!isMap(value)) throw refuse(name, 'it is neither a list nor an object');
  return Object.entries(isMap(value.Parameters) ? value.Parameters : value);
}

function textOf(value: unknown, key: string, name: string): string {
  const values = Array.isArray(value) ? (value as readonly Value[]) : [value as Value];
  const texts = values.map((one) => (one === null || typeof one === 'object' ? undefined : literalText(one)));
  if (texts.some((text) => text === undefined))
    throw refuse(name, `the value of ${key} is no text, number or list of them`);
  return texts.join(',');
}

function list(names: readonly (string | undefined)[]): string {
  return names.length === 0 ? 'none' : names.slice(0, 12).join(', ') + (names.length > 12 ? ', …' : '');
}

function refuse(name: string, why: string): Problem {
  return new Problem(
    'InvalidParameters',
    `the parameters file ${name} cannot be used: ${why}; give [{"ParameterKey": "Name", "ParameterValue": "value"}]`,
  );
}
