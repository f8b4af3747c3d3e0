import { resolveCondition } from './resolve-condition';
import { deployedValue, parameterValue } from './resolve-parameter';
import { resolve, type Scope, type Truth } from './resolve-value';
import type { StackTemplate } from './stack-template';
import { isMap, literalText, Opaque, type Value } from './template-value';

type Json = Readonly<Record<string, unknown>>;

/** A template as an object, empty when it is none. */
export function rootOf(stack: StackTemplate): Json {
  return isMap(stack.template) ? stack.template : {};
}

/** A named part of a template, empty when it is none. */
export function section(root: Json, name: string): Json {
  const found = root[name];
  return isMap(found) ? found : {};
}

/** Names that point from one template to another: exports, outputs, nested stacks' parameters. */
export class References {
  readonly #stacks: readonly StackTemplate[];
  /** By region and name; undefined when two stacks export the same name. */
  readonly #exports = new Map<string, { stack: StackTemplate; value: unknown } | undefined>();
  readonly #scopes = new Map<string, Scope>();
  readonly #byPath: ReadonlyMap<string, StackTemplate>;
  readonly #nested = new Map<string, StackTemplate>();
  /** Values being resolved; meeting one again is a circle. */
  readonly #open = new Set<string>();

  constructor(stacks: readonly StackTemplate[]) {
    this.#stacks = stacks;
    this.#byPath = new Map(stacks.map((stack) => [stack.path, stack]));
    for (const stack of [...stacks].reverse()) {
      if (stack.nestedIn !== undefined)
        this.#nested.set(nestedKey(stack.nestedIn.stack, stack.nestedIn.logicalId), stack);
    }
    for (const stack of stacks) {
      for (const output of Object.values(section(rootOf(stack), 'Outputs'))) {
        const name = isMap(output) && isMap(output.Export) ? output.Export.Name : undefined;
        const text = name === undefined ? undefined : literalText(resolve(name, this.scopeOf(stack)));
        if (text === undefined || !isMap(output)) continue;
        const key = `${stack.region} ${text}`;
        this.#exports.set(key, this.#exports.has(key) ? undefined : { stack, value: output.Value });
      }
    }
  }

  /** The stack that a nested one stands in; undefined for one that is deployed by itself. */
  parentOf(stack: StackTemplate): StackTemplate | undefined {
    return stack.nestedIn === undefined ? undefined : this.#byPath.get(stack.nestedIn.stack);
  }

  nestedAt(path: string, logicalId: string): StackTemplate | undefined {
    return this.#nested.get(nestedKey(path, logicalId));
  }

  /** Paths of the stacks whose exports or outputs a template names. */
  referencedBy(stack: StackTemplate): readonly string[] {
    const scope = this.scopeOf(stack);
    return crossReferences(stack.template).flatMap(({ name, argument }) => {
      const literal = resolve(argument, scope);
      if (name === 'Fn::ImportValue')
        return this.#exports.get(`${stack.region} ${literalText(literal)}`)?.stack.path ?? [];
      const producer = isMap(literal) ? literal.StackName : undefined;
      return this.#stacks.filter((one) => one.stackName === producer).map((one) => one.path);
    });
  }

  scopeOf(stack: StackTemplate): Scope {
    const known = this.#scopes.get(stack.path);
    if (known !== undefined) return known;
    const made = this.#makeScope(stack);
    this.#scopes.set(stack.path, made);
    return made;
  }

  #makeScope(stack: StackTemplate): Scope {
    const root = rootOf(stack);
    const conditions = new Map<string, Truth>();
    const scope: Scope = {
      ref: (name) => this.#ref(stack, root, name),
      attribute: (logicalId, name) => this.#attribute(stack, root, logicalId, name),
      condition: (name) => {
        const known = conditions.get(name);
        if (known !== undefined) return known;
        conditions.set(name, { plan: undefined, decided: false });
        const truth = resolveCondition(section(root, 'Conditions')[name], scope);
        conditions.set(name, truth);
        return truth;
      },
      mapping: (name) => section(root, 'Mappings')[name],
      imported: (name) => {
        const found = this.#exports.get(`${stack.region} ${name}`);
        return found === undefined
          ? new Opaque(`the export ${name} is not among these stacks, or there twice`)
          : this.#guarded(`export ${name}`, () => resolve(found.value, this.scopeOf(found.stack)));
      },
      stackOutput: (stackName, output) =>
        this.#output(
          this.#stacks.find((one) => one.stackName === stackName && one.nestedIn === undefined),
          output,
        ),
    };
    return scope;
  }

  #ref(stack: StackTemplate, root: Json, name: string): Value {
    if (name.startsWith('AWS::')) return pseudoParameter(stack, name);
    const parameters = section(root, 'Parameters');
    if (Object.hasOwn(parameters, name)) return this.#parameter(stack, name, parameters[name]);
    if (!Object.hasOwn(section(root, 'Resources'), name)) return new Opaque(`${name} is not in the template`);
    return new Opaque(`${name} is known only after deployment`, {
      stack: stack.path,
      logicalId: name,
      attribute: undefined,
    });
  }

  #parameter(stack: StackTemplate, name: string, declaration: unknown): Value {
    if (stack.parameters !== undefined) {
      const given = Object.hasOwn(stack.parameters, name) ? (stack.parameters[name] as Value) : undefined;
      return deployedValue(name, declaration, given);
    }
    const parent = this.#byPath.get(stack.nestedIn?.stack ?? '');
    return parent === undefined || stack.nestedIn === undefined
      ? parameterValue(name, declaration)
      : this.#passed(stack, parent, stack.nestedIn.logicalId, name, declaration);
  }

  /** What a nested stack's parent passes for a parameter; nobody else can, so what it leaves out is the default. */
  #passed(stack: StackTemplate, parent: StackTemplate, logicalId: string, name: string, declaration: unknown): Value {
    const body = section(rootOf(parent), 'Resources')[logicalId];
    const properties = isMap(body) ? section(body, 'Properties') : {};
    const passed = properties.Parameters ?? {};
    if (!isMap(passed) || Object.keys(passed).some((key) => key.startsWith('Fn::') || key === 'Ref')) {
      return new Opaque('what the parent stack passes is not written out');
    }
    if (!Object.hasOwn(passed, name)) return deployedValue(name, declaration, undefined);
    return this.#guarded(`parameter ${stack.path} ${name}`, () =>
      deployedValue(name, declaration, resolve(passed[name], this.scopeOf(parent))),
    );
  }

  #attribute(stack: StackTemplate, root: Json, logicalId: string, attribute: string): Value {
    const nested = attribute.startsWith('Outputs.') ? this.nestedAt(stack.path, logicalId) : undefined;
    if (nested !== undefined) return this.#output(nested, attribute.slice('Outputs.'.length));
    if (!Object.hasOwn(section(root, 'Resources'), logicalId)) return new Opaque(`${logicalId} is not in the template`);
    return new Opaque(`${logicalId}.${attribute} is known only after deployment`, {
      stack: stack.path,
      logicalId,
      attribute,
    });
  }

  #output(stack: StackTemplate | undefined, name: string): Value {
    const output = stack === undefined ? undefined : section(rootOf(stack), 'Outputs')[name];
    if (stack === undefined || !isMap(output)) return new Opaque(`the output ${name} is not among these stacks`);
    return this.#guarded(`output ${stack.path} ${name}`, () => resolve(output.Value, this.scopeOf(stack)));
  }

  #guarded(what: string, read: () => Value): Value {
    if (this.#open.has(what)) return new Opaque(`${what} refers to itself`);
    this.#open.add(what);
    const value = read();
    this.#open.delete(what);
    return value;
  }
}

function nestedKey(path: string, logicalId: string): string {
  return `${path}\u0000${logicalId}`;
}

/** Every place in a template that reads another stack, nested stacks' parameters excepted. */
function crossReferences(template: unknown): readonly { readonly name: string; readonly argument: unknown }[] {
  const found: { name: string; argument: unknown }[] = [];
  const waiting: unknown[] = [template];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) for (const element of value) waiting.push(element);
    if (!isMap(value)) continue;
    for (const [name, argument] of Object.entries(value)) {
      if (name === 'Fn::ImportValue' || name === 'Fn::GetStackOutput') found.push({ name, argument });
      else waiting.push(argument);
    }
  }
  return found;
}

/** The partition of a region, as `AWS::Partition` gives it. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

function pseudoParameter(stack: StackTemplate, name: string): Value {
  const partition = partitionOf(stack.region);
  const known: Readonly<Record<string, Value>> = {
    'AWS::NoValue': undefined,
    'AWS::Region': stack.region,
    'AWS::Partition': partition,
    'AWS::StackName': stack.stackName,
    'AWS::URLSuffix': partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
    'AWS::AccountId': stack.account ?? new Opaque('the account is not in the template'),
  };
  return Object.hasOwn(known, name) ? known[name] : new Opaque(`${name} is known only after deployment`);
}
