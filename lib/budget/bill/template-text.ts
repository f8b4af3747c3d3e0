import { isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { isProblem, Problem } from '../../problem';
import { repeatedKey } from './repeated-key';

/** CloudFormation takes 1 MB; a file that is this much larger is something else. Units: characters. */
const MOST_JSON = 64 * 1024 * 1024;
/** A YAML parser is some fifty times slower. */
const MOST_YAML = 4 * 1024 * 1024;
/** Deeper than any template that CloudFormation accepts. */
const MOST_DEPTH = 200;
/** Values that aliases may stand for in all, so that a few lines cannot grow into gigabytes. */
const MOST_ALIASED = 10_000;

/** Tags that YAML 1.1 resolves and CloudFormation does not: a date stays the text that was written. */
const NOT_CLOUDFORMATION = new Set(['binary', 'merge', 'omap', 'pairs', 'set', 'timestamp', 'intTime', 'floatTime']);
/** Short forms whose long form has no `Fn::`. */
const BARE = new Set(['Ref', 'Condition']);

/**
 * Reads the text of a CloudFormation template, JSON or YAML with short-form intrinsics, into JSON: `!Sub x` becomes
 * `{"Fn::Sub": "x"}`.
 *
 * @param name the file's name, for the sentence
 * @throws Problem InvalidTemplate when it is neither, holds a key twice, is no object with resources, or is far too large
 */
export function parseTemplate(text: string, name: string): Readonly<Record<string, unknown>> {
  const template = parseMarkup(text, name);
  if (!isObject(template)) throw refuse(name, 'it is not a JSON or YAML object');
  if (!isObject(template.Resources)) throw refuse(name, 'it has no Resources');
  return template;
}

/** As `parseTemplate`, of a stack of a cloud assembly: one without resources is written without that section, and never deployed. */
export function parseStack(text: string, name: string): Readonly<Record<string, unknown>> {
  const template = parseMarkup(text, name);
  const isEmpty =
    isObject(template) && !Object.keys(template).some((key) => key === 'Resources' || key.startsWith('Fn::'));
  return isEmpty ? { ...template, Resources: {} } : parseTemplate(text, name);
}

/** Reads JSON or CloudFormation's YAML of any shape. @throws Problem InvalidTemplate */
export function parseMarkup(text: string, name: string): unknown {
  try {
    const value = /^\s*[{[]/.test(text) ? (fromJson(text, name) ?? fromYaml(text, name)) : fromYaml(text, name);
    if (isTooDeep(value)) throw refuse(name, `it is nested deeper than ${MOST_DEPTH} levels`);
    return value;
  } catch (thrown) {
    if (isProblem(thrown)) throw thrown;
    // A text that is nested far too deep exhausts the parser's stack.
    throw refuse(name, thrown instanceof RangeError ? 'it is nested too deep' : firstLine(thrown));
  }
}

/** Undefined when it is not JSON: YAML may begin with a brace too. */
function fromJson(text: string, name: string): unknown {
  if (text.length > MOST_JSON) throw refuse(name, `it is larger than ${MOST_JSON} characters`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw refuse(name, `the key ${twice} stands twice in one object; keep one`);
  return value;
}

function fromYaml(text: string, name: string): unknown {
  if (text.length > MOST_YAML) throw refuse(name, `it is larger than ${MOST_YAML} characters and not JSON`);
  const document = parseDocument(text, {
    version: '1.1',
    logLevel: 'error',
    // Unknown tags are CloudFormation's own and are read below.
    customTags: (tags) => tags.filter((tag) => typeof tag === 'string' || !NOT_CLOUDFORMATION.has(tagName(tag.tag))),
  });
  const [fault] = document.errors;
  if (fault !== undefined) throw refuse(name, firstLine(fault));
  return new YamlReader(name).read(document.contents);
}

function tagName(tag: string): string {
  return tag.slice(tag.lastIndexOf(':') + 1);
}

/** Turns YAML nodes into JSON; aliases are copied out as far as their budget goes. */
class YamlReader {
  #aliased = 0;
  /** The last node of each anchor so far, as an alias means it. */
  readonly #anchors = new Map<string, Node>();
  readonly #open = new Set<Node>();

  constructor(readonly name: string) {}

  read(node: unknown, insideAlias = false): unknown {
    if (isAlias(node)) return this.#target(node.source);
    if (!isScalar(node) && !isSeq(node) && !isMap(node)) return null;
    if (insideAlias) this.#aliased += 1;
    if (this.#aliased > MOST_ALIASED) throw refuse(this.name, 'its aliases stand for too many values');
    if (isScalar(node)) {
      if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
      return tagged(node.tag, node.value);
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (this.#open.has(node)) throw refuse(this.name, 'it has an alias that points at itself');
    this.#open.add(node);
    const inner = isSeq(node)
      ? node.items.map((item) => this.read(item, insideAlias))
      : Object.fromEntries(node.items.map((pair) => this.#entry(pair, insideAlias)));
    this.#open.delete(node);
    return tagged(node.tag, inner);
  }

  #entry(pair: { readonly key: unknown; readonly value: unknown }, insideAlias: boolean): readonly [string, unknown] {
    if (!isScalar(pair.key)) throw refuse(this.name, 'one of its keys is not text');
    const key = String(pair.key.source ?? pair.key.value);
    if (key === '<<') throw refuse(this.name, 'it merges maps with <<, which CloudFormation does not');
    return [key, this.read(pair.value, insideAlias)];
  }

  #target(anchor: string): unknown {
    const node = this.#anchors.get(anchor);
    if (node === undefined) throw refuse(this.name, `its alias *${anchor} points at nothing`);
    return this.read(node, true);
  }
}

/** `!GetAtt A.B` → {"Fn::GetAtt": …}. */
function tagged(tag: string | undefined, value: unknown): unknown {
  if (tag === undefined || !tag.startsWith('!') || tag === '!') return value;
  const short = tag.slice(1);
  return { [BARE.has(short) ? short : `Fn::${short}`]: value };
}

/** Without recursion, for the sake of what it is there to find. */
function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth <= MOST_DEPTH; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) next.push(inner);
    }
    if (next.length === 0) return false;
    level = next;
  }
  return true;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function firstLine(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return (message.split('\n')[0] ?? '').replace(/[.:]$/, '');
}

function refuse(name: string, why: string): Problem {
  return new Problem(
    'InvalidTemplate',
    `${name} is no CloudFormation template: ${why}; give a template in JSON or YAML with Resources`,
  );
}
