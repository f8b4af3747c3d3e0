import * as fs from 'node:fs';
import * as path from 'node:path';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Deployment } from '../../lib/deployments/deployment';
import type { CapacityPlan, CellPlan } from '../../lib/planner/plan';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, unknown>>;
}

/** A stack as it was synthesized. */
export interface PlannedStack {
  /** As CloudFormation has it. */
  readonly name: string;
  /** As the command line selects it. */
  readonly path: string;
  readonly region: string;
  /** Undefined when the credentials decide. */
  readonly account: string | undefined;
  /** Whether CloudFormation shall refuse to delete it. */
  readonly isProtected: boolean;
  readonly template: Template;
  readonly templateFile: string;
}

/** One cell of a synthesized deployment: its stacks and the plan that they were made from. */
export interface PlannedCell {
  readonly outdir: string;
  readonly plan: CellPlan;
  /** Ids of the planned models, by workload. */
  readonly models: Readonly<Record<string, string>>;
  readonly stacks: readonly PlannedStack[];
}

/** What the command line is asked for: the whole app where the cell is all that it has, so that nothing goes unseen. */
export function selectionOf({ cells }: Pick<Deployment, 'cells'>, cellId: string): string {
  return cells.length === 1 ? '**' : `${cellId}/*`;
}

/** @param selection as `selectionOf` gives it */
export function readCell(outdir: string, cellId: string, selection: string): PlannedCell {
  const capacity: CapacityPlan = JSON.parse(fs.readFileSync(path.join(outdir, 'headroom', 'plan.json'), 'utf8'));
  const plan = capacity.cells.find(({ id }) => id === cellId);
  if (plan === undefined) throw new Error(`the plan in ${outdir} has no cell ${cellId}`);
  const stacks = new CloudAssembly(outdir).stacksRecursively
    .filter((stack) => selection === '**' || stack.hierarchicalId.startsWith(`${cellId}/`))
    .map((stack) => ({
      name: stack.stackName,
      path: stack.hierarchicalId,
      region: stack.environment.region,
      account: /^\d{12}$/.test(stack.environment.account) ? stack.environment.account : undefined,
      isProtected: stack.terminationProtection ?? false,
      template: stack.template as Template,
      templateFile: stack.templateFullPath,
    }));
  const models = Object.fromEntries(
    (capacity.workloads ?? []).flatMap(({ name, model }) => (model === null ? [] : [[name, model]])),
  );
  return { outdir, plan, models, stacks };
}

/** Every resource of the cell with its stack. */
export function resourcesOf(
  cell: PlannedCell,
  type?: string,
): readonly { readonly stack: PlannedStack; readonly logicalId: string; readonly resource: TemplateResource }[] {
  return cell.stacks.flatMap((stack) =>
    Object.entries(stack.template.Resources)
      .filter(([, resource]) => type === undefined || resource.Type === type)
      .map(([logicalId, resource]) => ({ stack, logicalId, resource })),
  );
}

/** Names of stacks whose templates differ between two syntheses of a cell, or that only one has. */
export function changedStacks(before: PlannedCell, after: PlannedCell): readonly string[] {
  const textOf = (cell: PlannedCell, name: string): string | undefined => {
    const stack = cell.stacks.find((it) => it.name === name);
    return stack === undefined ? undefined : JSON.stringify(stack.template);
  };
  const names = new Set([...before.stacks, ...after.stacks].map(({ name }) => name));
  return [...names].filter((name) => textOf(before, name) !== textOf(after, name)).sort();
}

/** Whether CloudFormation must make one resource after another, by references and DependsOn, however many lie between. */
export function follows(resources: Template['Resources'], after: string, before: string): boolean {
  const seen = new Set<string>();
  const open = [after];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    for (const next of dependenciesOf(resources[id])) {
      if (next === before) return true;
      if (!seen.has(next) && next in resources) open.push(next);
      seen.add(next);
    }
  }
  return false;
}

function dependenciesOf(resource: TemplateResource | undefined): readonly string[] {
  const text = JSON.stringify(resource?.Properties ?? {});
  const named = [
    ...text.matchAll(/"Ref":"(\w+)"/g),
    ...text.matchAll(/"Fn::GetAtt":\["(\w+)"/g),
    ...text.matchAll(/\$\{(\w+)[.}]/g),
  ];
  return [...named.flatMap((match) => match[1] ?? []), ...[resource?.DependsOn ?? []].flat()];
}
