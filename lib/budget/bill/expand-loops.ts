import { References, rootOf } from './references';
import { resolve, type Scope } from './resolve-value';
import type { StackTemplate } from './stack-template';
import { isMap, literalText, type Value } from './template-value';

const LOOP = /^Fn::ForEach::/;
/** What all copies in one template may come to; CloudFormation takes templates of 1 MB. Units: characters. */
const MOST_COPIED = 4 * 1024 * 1024;
const MOST_DEPTH = 200;

/**
 * Writes out the `Fn::ForEach` loops of templates that declare AWS::LanguageExtensions. A loop whose collection is decided at
 * deployment stays as it is, and what stands in it is unpriced.
 */
export function expandLoops(stacks: readonly StackTemplate[]): readonly StackTemplate[] {
  if (!stacks.some(declaresExtensions)) return stacks;
  const references = new References(stacks);
  return stacks.map((stack) =>
    declaresExtensions(stack)
      ? { ...stack, template: new Loops(references.scopeOf(stack)).expand(stack.template, 0) }
      : stack,
  );
}

function declaresExtensions(stack: StackTemplate): boolean {
  return [rootOf(stack).Transform].flat().includes('AWS::LanguageExtensions');
}

class Loops {
  #copied = 0;

  constructor(readonly scope: Scope) {}

  expand(value: unknown, depth: number): unknown {
    if (depth > MOST_DEPTH) return value;
    if (Array.isArray(value)) return value.map((element) => this.expand(element, depth + 1));
    if (!isMap(value)) return value;
    const entries = Object.entries(value).flatMap(
      ([key, inner]): readonly (readonly [string, unknown])[] =>
        (LOOP.test(key) ? this.#written(inner, depth) : undefined) ?? [[key, this.expand(inner, depth + 1)]],
    );
    return Object.fromEntries(entries);
  }

  /** [identifier, collection, {key: body}] → one entry for each element; undefined when it cannot be written out. */
  #written(loop: unknown, depth: number): readonly (readonly [string, unknown])[] | undefined {
    const [identifier, collection, output] = Array.isArray(loop) ? loop : [];
    const elements = this.#elements(collection);
    if (typeof identifier !== 'string' || elements === undefined || !isMap(output)) return undefined;
    this.#copied += elements.length * JSON.stringify(output).length;
    if (this.#copied > MOST_COPIED) return undefined;
    const entries = elements.flatMap((element) =>
      Object.entries(output).map(
        ([key, body]) => [textWith(key, identifier, element), valueWith(body, identifier, element, 0)] as const,
      ),
    );
    const expanded = entries.map(([key, body]) => ({ [key]: body })).map((one) => this.expand(one, depth + 1));
    return expanded.flatMap((one) => Object.entries(one as Readonly<Record<string, unknown>>));
  }

  #elements(collection: unknown): readonly string[] | undefined {
    const value = resolve(collection, this.scope);
    if (!Array.isArray(value)) return undefined;
    const texts = (value as readonly Value[]).map(literalText);
    return texts.every((text) => text !== undefined) ? texts : undefined;
  }
}

function valueWith(value: unknown, identifier: string, element: string, depth: number): unknown {
  if (depth > MOST_DEPTH) return value;
  if (typeof value === 'string') return textWith(value, identifier, element);
  if (Array.isArray(value)) return value.map((one) => valueWith(one, identifier, element, depth + 1));
  if (!isMap(value)) return value;
  if (Object.keys(value).length === 1 && value.Ref === identifier) return element;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      textWith(key, identifier, element),
      valueWith(inner, identifier, element, depth + 1),
    ]),
  );
}

/** `${Name}` stands for the element, `&{Name}` for its letters and digits. */
function textWith(text: string, identifier: string, element: string): string {
  return text
    .replaceAll(`\${${identifier}}`, () => element)
    .replaceAll(`&{${identifier}}`, () => element.replace(/[^A-Za-z0-9]/g, ''));
}
