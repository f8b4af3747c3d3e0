import { type Unknown, unpriced } from './line';
import type { Resource } from './read-template';
import { rootOf, section } from './references';
import { alternatives, field, isMap, type Value } from './template-value';

/**
 * One unpriced line for every property that nobody has looked at: what AWS adds tomorrow may cost something. The dimension
 * is a prefix and the property's name.
 */
export function unknownProperties(resource: Resource, prefix: string, known: ReadonlySet<string>): readonly Unknown[] {
  const body = section(section(rootOf(resource.stack), 'Resources'), resource.logicalId);
  const names = Object.keys(section(body, 'Properties')).filter((name) => resource.property(name) !== undefined);
  return linesFor(names, prefix, known);
}

/** The same for the fields of a value, in each of its alternatives. */
export function unknownFields(value: Value, prefix: string, known: ReadonlySet<string>): readonly Unknown[] {
  const names = alternatives(value).flatMap((one) =>
    isMap(one) ? Object.keys(one).filter((name) => field(one as Value, name) !== undefined) : [],
  );
  return linesFor(names, prefix, known);
}

function linesFor(names: readonly string[], prefix: string, known: ReadonlySet<string>): readonly Unknown[] {
  const unknown = [...new Set(names)].filter((name) => !known.has(name)).sort();
  return unknown.map((name) => unpriced(`${prefix}${name}`, `what ${name} costs is not known`));
}
