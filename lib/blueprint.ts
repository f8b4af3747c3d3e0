import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { synthesizedStacks } from './blueprint/assembly';
import { contractTerms } from './blueprint/contract-terms';
import { type DeployedParts, deployedParts } from './blueprint/deployed-parts';
import { deliveredWith, manifestTemplates, renderManifests } from './blueprint/manifests';
import { ownedOffers } from './blueprint/owned-offers';
import { withSeal } from './blueprint/price-seal';
import type { Question } from './blueprint/question';
import { blockRateOf, committedRateOf, rateOf } from './blueprint/rates';
import { spendLimits, summed } from './blueprint/spend-limits';
import { SYNTH_CONTEXT } from './blueprint/synth-context';
import { inputsOf } from './blueprint/verdict-inputs';
import type { Bill } from './budget/bill/bill';
import { billTemplates } from './budget/bill/bill-templates';
import type { StackTemplate } from './budget/bill/stack-template';
import { redactVerdict } from './budget/envelope/disclose';
import { failedVerdict, judge } from './budget/envelope/judge';
import type { Verdict } from './budget/envelope/verdict';
import type { SpendLimit } from './constructs/spend-budget';
import type { Deployment } from './deployments/deployment';
import type { CellPlan, PlanResult, Rejection } from './planner/plan';
import { type PlanRequest, planCapacity } from './planner/plan-capacity';
import { planFronts, type WorkloadFront } from './planner/plan-fronts';
import { CellStage } from './stacks/cell-stage';
import { FleetStage } from './stacks/fleet-stage';
import { type Interval, later } from './units/interval';
import type { Cell } from './workload/cell';
import type { InferenceWorkload } from './workload/workload';

/** The plan, the bill of its templates and the verdict over it, as it may be shown. */
export interface Answer {
  readonly planned: PlanResult;
  readonly bill: Bill;
  readonly verdict: Verdict;
}

/** What is chosen for each workload, at list price. */
export function planFor(question: Question): PlanResult {
  return planCapacity(requestOf(question));
}

/** What tokens cost against their latency, for every served workload. */
export function frontsFor(question: Question): readonly WorkloadFront[] {
  return planFronts(requestOf(question));
}

function requestOf(question: Question): PlanRequest {
  const listed = rateOf(question.priceBook, question.horizon.start, question.deployment.spotRates);
  const contract = contractTerms(question.contract, listed);
  return {
    deployment: question.deployment.name,
    asOf: question.asOf,
    horizon: question.horizon,
    cells: question.deployment.cells,
    workloads: question.workloads,
    catalog: question.catalog,
    rateOf: listed,
    ...(contract === undefined ? {} : { contract }),
    blockRateOf: blockRateOf(question.priceBook, question.horizon.start),
    committedRateOf: committedRateOf(question.priceBook, question.horizon),
    owned: ownedOffers(question.deployment.cells),
    purchases: question.deployment.purchases ?? [],
  };
}

/** plan.json: the plan, or under the same head why there is none. */
export function planFile(question: Question, planned: PlanResult): object {
  if (planned.kind === 'feasible') return planned.plan;
  return {
    schemaVersion: 1,
    deployment: question.deployment.name,
    asOf: question.asOf,
    horizon: question.horizon,
    ...planned,
  };
}

/**
 * An app without stacks. Its feature flags stand in the code, so that `cdk synth`, the command line and the tests build the
 * same bytes whatever cdk.json says.
 */
export function openApp(outdir?: string): App {
  return new App({
    ...(outdir === undefined ? {} : { outdir }),
    // Whoever opens it synthesizes it: at the end of the process the CDK would do it once more, after a refusal too.
    autoSynth: false,
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
    context: SYNTH_CONTEXT,
  });
}

/**
 * Puts one stage per cell into the app. When there is no plan the cells are built without accelerators: the verdict says
 * `infeasible`, and stacks whose content is not known stand in the app so that what is deployed can be destroyed.
 */
export function addCells(app: App, asked: Question, planned: PlanResult): void {
  const question = withOwnContract(asked);
  const limits =
    planned.kind === 'feasible'
      ? spendLimits(planned.plan, question, () => billWithoutBudgets(question, planned))
      : new Map<string, readonly SpendLimit[]>();
  addStages(app, question, planned, limits);
}

/** Judged or not, the templates are the same: a budget that is deployed stays in the app. */
function withOwnContract(question: Question): Question {
  return question.contract.kind === 'none' ? { ...question, contract: question.contract.own } : question;
}

/** What the app costs but for its budgets, which are free: their amounts are made from it. */
function billWithoutBudgets(question: Question, planned: PlanResult): Bill {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-'));
  try {
    const app = openApp(outdir);
    addStages(app, question, planned, new Map());
    return billFor(question, [...synthesizedStacks(app), ...manifestTemplates(renderManifests(question, planned))]);
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

function addStages(
  app: App,
  question: Question,
  planned: PlanResult,
  limitsOf: ReadonlyMap<string, readonly SpendLimit[]>,
): void {
  const { deployment, catalog, goneBy } = question;
  const tags = { ...deployment.tags, 'headroom:deployment': deployment.name };
  addFleet(app, deployment, limitsOf, tags);
  const unknown = [
    ...(planned.kind === 'infeasible' ? (['plan'] as const) : []),
    ...(question.contract.kind === 'broken' ? (['contract'] as const) : []),
  ];
  for (const cell of deployment.cells) {
    const plan = cellPlan(cell.id, planned) ?? withoutNodes(cell);
    const limits = limitsOf.get(cell.id) ?? [];
    const delivered = deliveredWith(cell, question, planned);
    new CellStage(app, cell.id, {
      cell,
      plan,
      catalog,
      tags,
      servedWorkloads: servedIn(cell, question).map(({ name }) => name),
      servedModels: modelIds(question),
      slos: servedIn(cell, question).map(({ name, slo }) => ({ workload: name, slo })),
      ...(deployment.allowed?.accounts === undefined ? {} : { allowedAccounts: deployment.allowed.accounts }),
      ...(goneBy === undefined ? {} : { teardown: { goneBy } }),
      ...(limits.length === 0 ? {} : { budget: { limits } }),
      ...(delivered.length === 0 ? {} : { delivered }),
      ...(unknown.length === 0 ? {} : { unknown }),
    });
  }
}

/** Before the cells, and watched by what all of theirs add up to. */
function addFleet(
  app: App,
  { name, cells, fleet }: Deployment,
  limitsOf: ReadonlyMap<string, readonly SpendLimit[]>,
  tags: Readonly<Record<string, string>>,
): void {
  if (fleet === undefined) return;
  const limits = summed([...limitsOf.values()].flat());
  new FleetStage(app, { fleet, deployment: name, cells: cells.map(({ id }) => id), limits, tags });
}

/**
 * What the templates cost, from the templates alone, the cells' manifests among them (`manifestTemplates`). A contract that
 * cannot be read declares no usage: that stays unpriced.
 */
export function billFor(question: Question, stacks: readonly StackTemplate[]): Bill {
  const { contract: input } = question;
  const contract = input.kind === 'none' ? input.own.contract : input.kind === 'given' ? input.contract : undefined;
  return billTemplates({
    stacks,
    window: windowOf(question),
    asOf: question.asOf,
    priceBook: question.priceBook,
    assumptions: contract?.assumptions ?? [],
    ledger: {
      capacityReservations: contract?.capacityReservations ?? [],
      capacityBlocks: contract?.capacityBlocks ?? [],
      withholdsFees: contract?.disclose === false,
    },
  });
}

/** Whether the bill stays inside the contract, with amounts shown only where the contract allows it. */
export function judgeFor(
  question: Question,
  planned: PlanResult,
  bill: Bill,
  stacks: readonly StackTemplate[],
): Verdict {
  const { contract: input } = question;
  const inputs = inputsOf(question);
  if (input.kind === 'broken')
    return failedVerdict(input.problem.message, question.asOf, { ...inputs, templates: hashesOf(stacks) });
  const given = input.kind === 'given' ? input : undefined;
  const verdict = judge({
    bill,
    contract: given?.contract ?? null,
    waivers: given?.waivers ?? [],
    asOf: question.asOf,
    stacks,
    sha256: {
      contract: given?.sha256 ?? null,
      waivers: given?.waiversSha256 ?? null,
      assumptions: inputs.assumptions?.sha256 ?? null,
    },
    deployment: question.deployment.name,
    ...(given?.actuals === undefined ? {} : { actuals: given.actuals }),
    ...(planned.kind === 'infeasible' ? { infeasible: infeasibleSentence(planned) } : {}),
  });
  const sealed = withSeal(verdict, question);
  return given === undefined ? sealed : redactVerdict(sealed, given.contract);
}

/** The plan and the templates that it becomes, without billing them; the bill counts the manifests beside the stacks. */
export function plannedStacks(question: Question): {
  readonly planned: PlanResult;
  readonly stacks: readonly StackTemplate[];
  readonly manifests: readonly StackTemplate[];
} {
  const planned = planFor(question);
  const stacks = synthesizedIn(question, planned, (_, found) => found);
  return { planned, stacks, manifests: manifestTemplates(renderManifests(question, planned)) };
}

/** What would be deployed now, part by part, to hold an assembly to. */
export function partsFor(question: Question, planned: PlanResult): DeployedParts {
  return synthesizedIn(question, planned, deployedParts);
}

/** Synthesizes into a folder that is there only while it is read. */
function synthesizedIn<T>(
  question: Question,
  planned: PlanResult,
  read: (folder: string, stacks: readonly StackTemplate[]) => T,
): T {
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-'));
  try {
    const app = openApp(outdir);
    addCells(app, question, planned);
    const stacks = synthesizedStacks(app);
    return read(outdir, stacks);
  } finally {
    fs.rmSync(outdir, { recursive: true, force: true });
  }
}

/** Plan, synthesis, bill and verdict in one process, without the CDK's command line. */
export function answer(question: Question): Answer {
  const { planned, stacks, manifests } = plannedStacks(question);
  const billed = [...stacks, ...manifests];
  const bill = billFor(question, billed);
  return { planned, bill, verdict: judgeFor(question, planned, bill, billed) };
}

/** From the first billed hour to the end of the contract: what nothing in the assembly ends runs that long. */
function windowOf(question: Question): Interval {
  const { horizon, goneBy, contract } = question;
  const lastPeriod = contract.kind === 'given' ? contract.contract.periods.at(-1) : undefined;
  const planned = goneBy ?? horizon.end;
  return { start: horizon.start, end: lastPeriod === undefined ? planned : later(planned, lastPeriod.end) };
}

function cellPlan(id: string, planned: PlanResult): CellPlan | undefined {
  return planned.kind === 'feasible' ? planned.plan.cells.find((cell) => cell.id === id) : undefined;
}

/** By their placement, not by the plan, so that a new plan takes no role away. */
function servedIn({ id }: Cell, { workloads }: Question): readonly InferenceWorkload[] {
  return workloads
    .flatMap(({ workload }) =>
      workload.kind === 'inference' && workload.placement.cells.includes(id) ? [workload] : [],
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** By workload, whether it is an id of the catalogue's or of a file of the customer's. */
function modelIds({ workloads }: Question): Readonly<Record<string, string>> {
  return Object.fromEntries(
    workloads.flatMap(({ workload, model }) => (model === undefined ? [] : [[workload.name, model.id]])),
  );
}

function hashesOf(stacks: readonly StackTemplate[]): Readonly<Record<string, string>> {
  return Object.fromEntries(stacks.map(({ path, sha256 }) => [path, sha256]));
}

function withoutNodes(cell: Cell): CellPlan {
  return { id: cell.id, region: cell.region, availabilityZone: cell.availabilityZones[0], nodeGroups: [] };
}

function infeasibleSentence(planned: Extract<PlanResult, { kind: 'infeasible' }>): {
  sentence: string;
  remedy: string;
} {
  const names = planned.workloads.map((workload) => workload.name).join(', ');
  const nowhere = planned.workloads.find(({ rejected }) => isNowhereOffered(rejected));
  if (nowhere !== undefined) {
    return {
      sentence: `no instance type that ${nowhere.name} allows is offered in all of its regions`,
      remedy: 'place it in a region that offers one of them, or allow more instance families',
    };
  }
  const closest = planned.workloads[0]?.rejected[0];
  const rejected = planned.workloads.flatMap((workload) => workload.rejected);
  const priced = rejected.some(({ code }) => code === 'SloMissed' || code === 'DoesNotFit');
  return {
    sentence: `no candidate can serve ${names}${closest === undefined ? '' : `; ${closest.candidate}: ${closest.reason}`}`,
    remedy: priced
      ? 'loosen the SLO, allow more instance families, regions or purchase options, or lower the traffic'
      : 'allow instance families and regions that are offered and have a price, or judge as of a day on which they had one',
  };
}

function isNowhereOffered(rejected: readonly Rejection[]): boolean {
  const offered = rejected.filter(({ code }) => code !== 'NotOffered' && code !== 'Unverified');
  return rejected.some(({ code }) => code === 'NotOffered') && offered.length === 0;
}
