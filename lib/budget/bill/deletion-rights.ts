import { type Assembly, type Resource, readTemplates } from './read-template';
import { partitionOf, rootOf } from './references';
import type { StackTemplate } from './stack-template';
import { field, isMap, listOf, literalText, Opaque, type Value } from './template-value';

/** Stands for the account of a stack that does not say its own: equal to itself and to nothing a template can deploy. */
const SAME_ACCOUNT = '<AWS::AccountId>';
const POLICIES = new Set(['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy']);
const DELETING = new Set(['cloudformation:deletestack', 'cloudformation:*', '*']);

type Attachment = 'attached' | 'elsewhere' | 'perhaps';

/** Whether schedules may delete what they are told to. Made of what surely holds: whatever is not literal is a no. */
export class DeletionRights {
  readonly #assembly: Assembly;

  constructor({ stacks }: Assembly) {
    this.#assembly = readTemplates(stacks.map(({ stack }) => unconditional(stack)));
  }

  /**
   * Whether the schedule's role, made by the schedule's own template, trusts the scheduler and holds an unconditional
   * permission to delete the stack that no statement, boundary or policy from elsewhere takes away. What an organization
   * forbids from outside is not seen.
   */
  permit(schedule: Resource, stack: StackTemplate): boolean {
    const role = this.#roleOf(schedule);
    if (role === undefined || !isTrusting(role)) return false;
    const statements = this.#statementsOf(role);
    return (
      statements.surely.some((statement) => allowsDeletion(statement, role.stack, stack.stackName)) &&
      [...statements.surely, ...statements.perhaps].every(isAllowing)
    );
  }

  #roleOf(schedule: Resource): Resource | undefined {
    const arn = field(schedule.property('Target'), 'RoleArn');
    const target = arn instanceof Opaque ? arn.target : undefined;
    if (target?.attribute !== 'Arn' || target.stack !== schedule.stack.path) return undefined;
    const role = this.#assembly.resourceAt(target);
    if (role?.type !== 'AWS::IAM::Role' || !isCreated(role)) return undefined;
    const managed = listOf(role.property('ManagedPolicyArns') ?? [], 'ManagedPolicyArns');
    const isPlain =
      role.property('PermissionsBoundary') === undefined && Array.isArray(managed) && managed.length === 0;
    return isPlain ? role : undefined;
  }

  #statementsOf(role: Resource): { readonly surely: readonly Value[]; readonly perhaps: readonly Value[] } {
    const inline = listOf(role.property('Policies') ?? [], 'Policies');
    const surely =
      inline instanceof Opaque ? [inline] : inline.flatMap((one) => statements(field(one, 'PolicyDocument')));
    const perhaps: Value[] = [];
    for (const policy of this.#assembly.stacks.flatMap(({ resources }) => resources)) {
      const attachment = POLICIES.has(policy.type) ? this.#attachment(policy, role) : 'elsewhere';
      if (attachment === 'elsewhere') continue;
      const found = attachment === 'attached' && isCreated(policy) ? surely : perhaps;
      found.push(...statements(policy.property('PolicyDocument')));
    }
    return { surely, perhaps };
  }

  #attachment(policy: Resource, role: Resource): Attachment {
    const single = policy.type === 'AWS::IAM::RolePolicy';
    const names = single ? [policy.property('RoleName')] : listOf(policy.property('Roles') ?? [], 'Roles');
    if (names instanceof Opaque) return 'perhaps';
    const attachments = names.map((name): Attachment => {
      const target = name instanceof Opaque ? name.target : undefined;
      const named = this.#assembly.resourceAt(target);
      if (target?.attribute !== undefined || named?.type !== 'AWS::IAM::Role') return 'perhaps';
      return named === role ? 'attached' : 'elsewhere';
    });
    return (['attached', 'perhaps'] as const).find((one) => attachments.includes(one)) ?? 'elsewhere';
  }
}

/** The template with every condition open, so that only what holds whatever they say is relied on. */
function unconditional(stack: StackTemplate): StackTemplate {
  const account = stack.account ?? SAME_ACCOUNT;
  return { ...stack, account, template: { ...rootOf(stack), Conditions: {} } };
}

function isCreated({ created }: Resource): boolean {
  return created.decided && created.plan === true;
}

/** A document's statements; something opaque when they are not written out. */
function statements(document: Value): readonly Value[] {
  const written = field(document, 'Statement');
  if (Array.isArray(written)) return written as readonly Value[];
  return [isMap(written) ? written : new Opaque('the statements are not written out')];
}

function isAllowing(statement: Value): boolean {
  return field(statement, 'Effect') === 'Allow';
}

function allowsDeletion(statement: Value, { region, account }: StackTemplate, stackName: string): boolean {
  const arn = `arn:${partitionOf(region)}:cloudformation:${region}:${account}:stack/${stackName}/`;
  return (
    holdsOnly(statement, ['Sid', 'Effect', 'Action', 'Resource']) &&
    isAllowing(statement) &&
    texts(field(statement, 'Action')).some((action) => DELETING.has(action.toLowerCase())) &&
    texts(field(statement, 'Resource')).some((pattern) => covers(pattern, arn))
  );
}

/** Whether a pattern covers every stack id that begins so. Other wildcards than one at the end are not read. */
function covers(pattern: string, arn: string): boolean {
  const start = pattern.slice(0, -1);
  return pattern === '*' || (pattern.endsWith('*') && start.includes(':stack/') && arn.startsWith(start));
}

function isTrusting(role: Resource): boolean {
  const trust = statements(role.property('AssumeRolePolicyDocument'));
  return trust.every(isAllowing) && trust.some((statement) => trustsScheduler(statement, role.stack));
}

function trustsScheduler(statement: Value, { region, account }: StackTemplate): boolean {
  const group = `arn:${partitionOf(region)}:scheduler:${region}:${account}:schedule-group/default`;
  const expected: Readonly<Record<string, string | undefined>> = {
    'aws:SourceAccount': account,
    'aws:SourceArn': group,
  };
  const condition = field(statement, 'Condition') ?? {};
  const equal = field(condition, 'StringEquals') ?? {};
  return (
    holdsOnly(statement, ['Sid', 'Effect', 'Action', 'Principal', 'Condition']) &&
    texts(field(statement, 'Action')).includes('sts:AssumeRole') &&
    texts(field(statement, 'Principal', 'Service')).includes('scheduler.amazonaws.com') &&
    holdsOnly(condition, ['StringEquals']) &&
    holdsOnly(equal, Object.keys(expected)) &&
    Object.entries(equal ?? {}).every(([key, value]) => value === expected[key])
  );
}

function holdsOnly(value: Value, names: readonly string[]): boolean {
  return isMap(value) && Object.keys(value).every((name) => names.includes(name));
}

function texts(value: Value): readonly string[] {
  const all: readonly Value[] = Array.isArray(value) ? (value as readonly Value[]) : [value];
  return all.flatMap((one) => literalText(one) ?? []);
}
