import { resolve, type Scope, type Truth } from './resolve-value';
import { alternatives, isMap, literalText, NumberBetween, Opaque, type Value } from './template-value';

const UNDECIDED: Truth = { plan: undefined, decided: false };
const MAX_DEPTH = 40;

/** Evaluates a condition's definition; undecided when it rests on anything a deployment can change. */
export function resolveCondition(definition: unknown, scope: Scope, depth = 0): Truth {
  if (!isMap(definition) || depth > MAX_DEPTH) return UNDECIDED;
  const [key, ...others] = Object.keys(definition);
  if (key === undefined || others.length > 0) return UNDECIDED;
  const argument = definition[key];
  if (key === 'Condition') return typeof argument === 'string' ? scope.condition(argument) : UNDECIDED;
  if (!Array.isArray(argument)) return UNDECIDED;
  if (key === 'Fn::Equals') return equals(resolve(argument[0], scope), resolve(argument[1], scope));
  const parts = argument.map((part) => resolveCondition(part, scope, depth + 1));
  if (key === 'Fn::Not') return not(parts[0] ?? UNDECIDED);
  if (key === 'Fn::And') return every(parts);
  if (key === 'Fn::Or') return not(every(parts.map(not)));
  return UNDECIDED;
}

function equals(left: Value, right: Value): Truth {
  const sides = [left, right].map((side) => alternatives(side));
  if (sides.flat().some((one) => one instanceof Opaque || one instanceof NumberBetween)) return UNDECIDED;
  const [lefts = [], rights = []] = sides.map((side) => side.map(comparable));
  const truths = lefts.flatMap((a) => rights.map((b) => a === b));
  const plan = lefts[0] === rights[0];
  return { plan, decided: truths.every((truth) => truth === plan) };
}

function comparable(value: Value): string {
  return literalText(value) ?? JSON.stringify(value) ?? '';
}

function not(truth: Truth): Truth {
  return { plan: truth.plan === undefined ? undefined : !truth.plan, decided: truth.decided };
}

/** Whether all hold. One decided false decides it, however open the others are. */
export function every(parts: readonly Truth[]): Truth {
  if (parts.some((part) => part.decided && part.plan === false)) return { plan: false, decided: true };
  const decided = parts.every((part) => part.decided);
  if (parts.some((part) => part.plan === false)) return { plan: false, decided };
  return { plan: parts.every((part) => part.plan === true) ? true : undefined, decided };
}
