import { exact } from '../../units/exact';
import { hoursIn, type Instant, later, plusHours } from '../../units/interval';
import { DeletionRights } from './deletion-rights';
import { parseInstant } from './parse-instant';
import type { Assembly, ReadStack, Resource } from './read-template';
import { readSchedule, type Schedule } from './schedule';
import type { StackTemplate } from './stack-template';
import { countOf, field, flagOf, literalText, Opaque } from './template-value';

/**
 * Hours a stack's resources are still billed after its deletion starts. An EKS cluster with its node groups takes 12 to 20
 * minutes, and billing stops when each resource is gone; an hour bounds it.
 */
export const DELETION_ALLOWANCE_HOURS = 1;

const DELETE_STACK = /^arn:[a-z-]+:scheduler:::aws-sdk:cloudformation:deleteStack$/;

/** One schedule that deletes one stack. */
interface Teardown {
  readonly schedule: Schedule;
  /** The stack that holds the schedule; without it nothing fires. */
  readonly holder: string;
  /** Minutes that the scheduler may wait before it fires. */
  readonly flexibleMinutes: number;
}

/**
 * When each stack's resources are gone, by construct path, for stacks that a schedule in the assembly surely deletes. Only
 * a literal, enabled, unconditional `cloudformation:deleteStack` of a stack by its name in the schedule's own region
 * counts, and only with a role that surely may do it. A stack cannot go before those that import from it, and one with
 * protection against deletion not at all; nested stacks go with their parents.
 */
export function teardownEnds(assembly: Assembly): ReadonlyMap<string, Instant> {
  let teardowns = teardownsOf(assembly);
  if (teardowns.size === 0) return new Map();
  const importers = importersOf(assembly);
  const paths = assembly.stacks.map(({ stack }) => stack.path);
  for (;;) {
    const ends = endsBy(paths, teardowns, importers);
    const standing = withoutOrphans(teardowns, ends);
    if (standing === teardowns) return withNested(assembly, ends);
    teardowns = standing;
  }
}

type Teardowns = ReadonlyMap<string, readonly Teardown[]>;
type Ends = ReadonlyMap<string, Instant | undefined>;

/** When each stack goes if every schedule stands until it has fired: after its importers, which CloudFormation waits for. */
function endsBy(
  paths: readonly string[],
  teardowns: Teardowns,
  importers: ReadonlyMap<string, readonly string[]>,
): Ends {
  const ends = new Map<string, Instant | undefined>();
  const endOf = (path: string): Instant | undefined => {
    if (ends.has(path)) return ends.get(path);
    // Stacks that import from each other in a circle never go.
    ends.set(path, undefined);
    const waits = (importers.get(path) ?? []).map(endOf);
    if (waits.some((wait) => wait === undefined)) return undefined;
    const after = waits.reduce<Instant>((last, wait) => later(last, wait ?? last), '');
    ends.set(path, earliest((teardowns.get(path) ?? []).map((one) => endAfter(one, after))));
    return ends.get(path);
  };
  for (const path of paths) endOf(path);
  return ends;
}

function endAfter(teardown: Teardown, after: Instant): Instant | undefined {
  const starts = firing(teardown, after);
  return starts === undefined ? undefined : plusHours(starts, DELETION_ALLOWANCE_HOURS);
}

/** The same map when no schedule's own stack goes before what it deletes; else the ones whose stack stays long enough. */
function withoutOrphans(teardowns: Teardowns, ends: Ends): Teardowns {
  const outlives = ({ holder }: Teardown, path: string): boolean => {
    const [own, target] = [ends.get(holder), ends.get(path)];
    return holder === path || own === undefined || target === undefined || own >= target;
  };
  const standing = [...teardowns].map(([path, list]) => [path, list.filter((one) => outlives(one, path))] as const);
  const all = standing.every(([path, list]) => list.length === teardowns.get(path)?.length);
  return all ? teardowns : new Map(standing);
}

/** When a resource stops being billed; undefined when nothing ends it. */
export function endOfResource(resource: Resource, ends: ReadonlyMap<string, Instant>): Instant | undefined {
  return resource.retained ? undefined : ends.get(resource.stack.path);
}

/** The first firing at or after an instant. */
function firing({ schedule, flexibleMinutes }: Teardown, after: Instant): Instant | undefined {
  const at = exactFiring(schedule, after);
  return at === undefined ? undefined : plusHours(at, flexibleMinutes / 60);
}

function exactFiring(schedule: Schedule, after: Instant): Instant | undefined {
  if (schedule.kind === 'once') return schedule.at >= after ? schedule.at : undefined;
  if (schedule.kind === 'unknown' || schedule.start === undefined) return undefined;
  const { start, end, everyMinutes } = schedule;
  const waited = hoursIn({ start, end: later(start, after) });
  const periods = waited.mul(exact(60)).div(exact(everyMinutes)).ceil();
  const at = plusHours(start, (Number(periods.n) * everyMinutes) / 60);
  return end === undefined || at < end ? at : undefined;
}

function teardownsOf(assembly: Assembly): ReadonlyMap<string, readonly Teardown[]> {
  const found = new Map<string, Teardown[]>();
  const rights = new DeletionRights(assembly);
  for (const { stack, resources } of assembly.stacks) {
    for (const resource of resources.filter(({ type }) => type === 'AWS::Scheduler::Schedule')) {
      const target = targetOf(resource, assembly);
      const flexibleMinutes = flexibilityOf(resource);
      if (target === undefined || flexibleMinutes === undefined || !rights.permit(resource, target)) continue;
      const teardown = { schedule: readSchedule(resource), holder: stack.path, flexibleMinutes };
      found.set(target.path, [...(found.get(target.path) ?? []), teardown]);
    }
  }
  return found;
}

function targetOf(schedule: Resource, assembly: Assembly): StackTemplate | undefined {
  const { created } = schedule;
  if (!created.decided || created.plan !== true) return undefined;
  if ((schedule.property('State') ?? 'ENABLED') !== 'ENABLED') return undefined;
  if (!firesAsWritten(schedule)) return undefined;
  if (!DELETE_STACK.test(literalText(field(schedule.property('Target'), 'Arn')) ?? '')) return undefined;
  const name = stackNameIn(literalText(field(schedule.property('Target'), 'Input')));
  const [target, ...others] = assembly.stacks.filter(({ stack }) => isSame(stack, name, schedule.stack));
  return target === undefined || others.length > 0 || isProtected(target) ? undefined : target.stack;
}

/**
 * Cron names calendar times that are not read here; a zone or an end that cannot be read may mean it never fires, as may a
 * key that the scheduler cannot use and a group that is deleted with its schedules.
 */
function firesAsWritten(schedule: Resource): boolean {
  const expression = literalText(schedule.property('ScheduleExpression')) ?? '';
  const end = schedule.property('EndDate');
  return (
    !expression.startsWith('cron(') &&
    (schedule.property('ScheduleExpressionTimezone') ?? 'UTC') === 'UTC' &&
    (schedule.property('GroupName') ?? 'default') === 'default' &&
    schedule.property('KmsKeyArn') === undefined &&
    (end === undefined || parseInstant(literalText(end)) !== undefined)
  );
}

function isSame(stack: StackTemplate, name: string | undefined, from: StackTemplate): boolean {
  return (
    stack.stackName === name &&
    stack.region === from.region &&
    stack.account === from.account &&
    stack.nestedIn === undefined
  );
}

/** Exactly one stack name and nothing else, such as resources to retain. */
function stackNameIn(input: string | undefined): string | undefined {
  return /^\s*\{\s*"StackName"\s*:\s*"([A-Za-z][A-Za-z0-9-]*)"\s*\}\s*$/.exec(input ?? '')?.[1];
}

function isProtected({ stack, resources }: ReadStack): boolean {
  return (
    stack.terminationProtection === true ||
    resources.some((resource) => flagOf(resource.property('DeletionProtection'), 'DeletionProtection') !== false)
  );
}

function flexibilityOf(schedule: Resource): number | undefined {
  const flexible = schedule.property('FlexibleTimeWindow');
  if (literalText(field(flexible, 'Mode')) === 'OFF') return 0;
  const minutes = countOf(field(flexible, 'MaximumWindowInMinutes'), 'MaximumWindowInMinutes');
  return minutes instanceof Opaque ? undefined : minutes.max;
}

/** Paths of the stacks that read each stack's exports or outputs. */
function importersOf(assembly: Assembly): ReadonlyMap<string, readonly string[]> {
  const importers = new Map<string, string[]>();
  for (const { stack } of assembly.stacks) {
    for (const exporter of new Set(assembly.referencedBy(stack))) {
      if (exporter !== stack.path) importers.set(exporter, [...(importers.get(exporter) ?? []), stack.path]);
    }
  }
  return importers;
}

/** Nested stacks go with their parents, unless the parent retains them. */
function withNested(assembly: Assembly, ends: ReadonlyMap<string, Instant | undefined>): ReadonlyMap<string, Instant> {
  const byPath = new Map(assembly.stacks.map(({ stack }) => [stack.path, stack]));
  const all = new Map<string, Instant>();
  /** Undefined when the nested stack outlives its parent. */
  const parentOf = ({ nestedIn }: StackTemplate): StackTemplate | undefined => {
    const target = nestedIn === undefined ? undefined : { ...nestedIn, attribute: undefined };
    const resource = assembly.resourceAt(target);
    return nestedIn === undefined || resource?.retained !== false ? undefined : byPath.get(nestedIn.stack);
  };
  for (const { stack } of assembly.stacks) {
    let root: StackTemplate | undefined = stack;
    for (let depth = 0; root?.nestedIn !== undefined && depth < byPath.size; depth += 1) root = parentOf(root);
    if (root === undefined) continue;
    const end = ends.get(root.path);
    if (end !== undefined) all.set(stack.path, end);
  }
  return all;
}

function earliest(instants: readonly (Instant | undefined)[]): Instant | undefined {
  return instants.filter((one) => one !== undefined).sort()[0];
}
