import { choose, isMap, literalText, NumberBetween, Opaque, type Value } from './template-value';

/**
 * What a parameter can be. A deployment can give it anything its declaration allows, after the bill was judged; a
 * free-form one is therefore unknown even when it has a default.
 */
export function parameterValue(name: string, declaration: unknown): Value {
  if (!isMap(declaration)) return new Opaque(`the parameter ${name} is not declared readably`);
  if (isSsm(declaration)) return new Opaque(`the parameter ${name} is read from SSM at deployment`);
  if (isList(declaration)) return new Opaque(`the parameter ${name} can be set to anything at deployment`);
  const planned = scalarOf(declaration.Default);
  const allowed = declaration.AllowedValues;
  if (Array.isArray(allowed) && allowed.length > 0) {
    const values = allowed.map(
      (value) => scalarOf(value) ?? new Opaque(`the parameter ${name} allows a value that is not text`),
    );
    return choose(planned ?? new Opaque(`the parameter ${name} has no default`), values);
  }
  return (
    numberBetween(declaration, planned) ?? new Opaque(`the parameter ${name} can be set to anything at deployment`)
  );
}

/** What a parameter is once it is known what the stack is deployed with: the value given, else the default. */
export function deployedValue(name: string, declaration: unknown, given: Value): Value {
  if (!isMap(declaration)) return new Opaque(`the parameter ${name} is not declared readably`);
  const value = given ?? scalarOf(declaration.Default);
  if (value === undefined) return new Opaque(`the parameter ${name} has no default and no value was given`);
  const text = literalText(value);
  if (isSsm(declaration)) return new Opaque(`the parameter ${name} is read from SSM at deployment`, undefined, text);
  return isList(declaration) && text !== undefined ? elementsOf(text) : value;
}

function isSsm({ Type }: Readonly<Record<string, unknown>>): boolean {
  return typeof Type === 'string' && Type.startsWith('AWS::SSM::Parameter');
}

function isList({ Type }: Readonly<Record<string, unknown>>): boolean {
  return typeof Type === 'string' && (Type === 'CommaDelimitedList' || Type.startsWith('List<'));
}

function elementsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(',').map((element) => element.trim());
}

function numberBetween(declaration: Readonly<Record<string, unknown>>, planned: Value): NumberBetween | undefined {
  if (declaration.Type !== 'Number') return undefined;
  const [min, plan, max] = [declaration.MinValue, planned, declaration.MaxValue].map(wholeNumber);
  if (min === undefined || plan === undefined || max === undefined || min > plan || plan > max) return undefined;
  return new NumberBetween({ min, plan, max });
}

function wholeNumber(value: unknown): number | undefined {
  const text = literalText(scalarOf(value)) ?? '';
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

function scalarOf(value: unknown): string | number | boolean | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : undefined;
}
