import type { z } from 'zod';
import { Problem, type ProblemCode } from '../../problem';
import { repeatedKey } from '../bill/repeated-key';

/** Who is speaking in an error: the file's name and the code under which it is refused. */
export interface JsonFile {
  readonly name: string;
  readonly code: ProblemCode;
}

/**
 * Reads JSON text against a strict schema.
 *
 * @throws Problem with the file's code, one sentence for the first fault. The text itself is never quoted: a contract is
 *   confidential and the sentence may end up in a build log.
 */
export function readJson<T>(text: string, schema: z.ZodType<T>, file: JsonFile): T {
  const raw = parsed(text, file);
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    throw new Problem(file.code, `${file.name} has the field ${twice} twice in one object; keep one`);
  }
  const result = schema.safeParse(raw);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Problem(file.code, `${file.name} ${issue === undefined ? 'is not valid' : sentenceFor(issue, raw)}`);
}

/** "periods[0].ceiling". */
export function fieldName(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, part) =>
      typeof part === 'number' ? `${name}[${part}]` : name === '' ? String(part) : `${name}.${String(part)}`,
    '',
  );
}

function parsed(text: string, file: JsonFile): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const place = placeOf(thrown instanceof Error ? thrown.message : '', text);
    throw new Problem(
      file.code,
      `${file.name} is not JSON${place}; correct it there (JSON has no comments, no trailing commas and double quotes only)`,
    );
  }
}

/** The engine tells a position, or only the text around it: ten characters before, unless the fault is nearer to the start. */
function placeOf(message: string, text: string): string {
  if (message.includes('end of JSON')) return ': it ends too early';
  const told = /position (\d+)/.exec(message)?.[1];
  const around = /, \.\.\."([\s\S]*)"(?:\.\.\.)? is not valid JSON$/.exec(message)?.[1];
  const position = told ?? (around === undefined ? undefined : text.indexOf(around) + 10);
  if (position === undefined) return ' near its start';
  const before = text.slice(0, Number(position)).split('\n');
  return ` at line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

function sentenceFor(issue: z.core.$ZodIssue, raw: unknown): string {
  if (issue.code === 'unrecognized_keys') {
    const place = issue.path.length === 0 ? '' : ` in ${fieldName(issue.path)}`;
    return `has an unknown field ${JSON.stringify(issue.keys[0])}${place}; remove it or correct its name`;
  }
  if (issue.path.length === 0) return `must be ${expectedOf(issue)}`;
  const field = fieldName(issue.path);
  const parentHasIt = valueAt(raw, issue.path) !== undefined;
  return parentHasIt
    ? `has a wrong ${field}: it must be ${expectedOf(issue)}`
    : `lacks ${field}: it must be ${expectedOf(issue)}`;
}

function expectedOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'invalid_type':
      return issue.message.startsWith('Invalid input') ? `of type ${issue.expected}` : issue.message;
    default:
      return issue.message;
  }
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, part) => (typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined),
    raw,
  );
}
