import type { z } from 'zod';
import { Problem } from '../problem';
import type { Workload } from './workload';
import { workloadSchema } from './workload-schema';

/**
 * Reads a workload from plain JSON. Token lengths may be given as buckets or as quantiles, which become buckets.
 *
 * @param name how the workload is called in a Problem
 * @throws Problem InvalidWorkload naming the field, its value and what is allowed.
 */
export function parseWorkload(value: unknown, name: string): Workload {
  const result = workloadSchema.safeParse(value);
  if (result.success) return result.data;
  throw new Problem('InvalidWorkload', `workload ${JSON.stringify(name)}${sentenceOf(result.error, value)}`);
}

/** The same rules for a workload that is written in TypeScript. @throws Problem InvalidWorkload */
export function checkWorkload(workload: Workload): Workload {
  return parseWorkload(workload, workload.name);
}

/** Checks each workload, and that no two share a name. @throws Problem InvalidWorkload */
export function checkWorkloads(workloads: readonly Workload[]): readonly Workload[] {
  const names = workloads.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return workloads.map(checkWorkload);
  throw new Problem('InvalidWorkload', `two workloads are named ${JSON.stringify(twice)}; give each a name of its own`);
}

/** One fault is said, and a misspelt key before the value that is missing because of it. */
function sentenceOf(error: z.ZodError, value: unknown): string {
  const issues = error.issues;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) return ' is invalid';
  const field = issue.path.reduce<string>(
    (path, key) => (typeof key === 'number' ? `${path}[${key}]` : `${path}${path === '' ? '' : '.'}${String(key)}`),
    '',
  );
  const given = issue.path.reduce<unknown>(within, value);
  const got = issue.message.startsWith('must ') ? `, got ${shown(given)}` : '';
  return `${field === '' ? '' : `: ${field}`} ${issue.message}${got}`;
}

function within(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  const text = typeof value === 'string' || typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
