import { choose, isMap, literalText, NumberBetween, Opaque, type Value } from './template-value';

/**
 * What a parameter can be. A deployment can give it anything its declaration allows, after the bill was judged; a
 * free-form one is therefore unknown even when it has a default.
 */
export function parameterValue(name: string, declaration: unknown): Value {
  if (!isMap(declaration)) return new Opaque(`the parameter ${name} is not declared readably`);
  const type = declaration.Type;
  const planned = scalarOf(declaration.Default);
  if (typeof type === 'string' && type.startsWith('AWS::SSM::Parameter')) {
    return new Opaque(`the parameter ${name} is read from SSM at deployment`);
  }
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
