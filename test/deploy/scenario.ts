import { UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import { type Cluster, DescribeClusterCommand, UpdateClusterConfigCommand } from '@aws-sdk/client-eks';
import type { Deployment } from '../../lib/deployments/deployment';
import type { Preflight } from '../../lib/report/preflight-report';
import type { Cell } from '../../lib/workload/cell';
import { type Account, accountAt } from './account';
import { changedStacks, type PlannedCell, readCell, resourcesOf, selectionOf } from './assembly';
import { cdk, headroom, type Ran } from './cdk';
import { checkAddOns, checkCluster, checkLogs } from './checks/cluster';
import { checkLeftovers, keptOnPurpose } from './checks/leftovers';
import { checkNetwork } from './checks/network';
import { checkNodeGroups, efaSecurityGroups, nodeGroupsOf } from './checks/node-groups';
import { checkRoles } from './checks/roles';
import { checkSecurityGroups } from './checks/security-groups';
import { checkOrder, checkStacks, eventsOf, type Standing } from './checks/stack-resources';

/** A step found something wrong. The message has all of it. */
export class Failed extends Error {}

export interface ScenarioOptions {
  readonly deployment: Pick<Deployment, 'name' | 'cells'>;
  readonly cell: Cell;
  /** Where the app was synthesized. */
  readonly outdir: string;
  /** Of an emulator; undefined for AWS. */
  readonly url: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly method: string;
  readonly ignoredTypes: readonly string[];
  readonly say: (text: string) => void;
}

/** Types of which a check asks the service itself, beside CloudFormation. */
const ASKED_TYPES: readonly string[] = [
  'AWS::EC2::CapacityReservation',
  'AWS::EC2::FlowLog',
  'AWS::EC2::LaunchTemplate',
  'AWS::EC2::SecurityGroup',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::Subnet',
  'AWS::EC2::VPC',
  'AWS::EC2::VPCEndpoint',
  'AWS::EKS::Cluster',
  'AWS::EKS::Nodegroup',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Logs::LogGroup',
];

/** Types that a change of the plan may touch: what prints its numbers. */
const FOLLOWS_THE_PLAN = /-(Capacity\d\d|Budget|Observability)$/;

/** One cell of one deployment, from an empty account to an empty account. */
export class Scenario {
  readonly #options: ScenarioOptions;
  readonly #account: Account;
  readonly #selection: string;
  #planned: PlannedCell;
  #standing: Standing = new Map();

  constructor(options: ScenarioOptions) {
    this.#options = options;
    this.#account = accountAt(options.cell.region, options.url);
    this.#selection = selectionOf(options.deployment, options.cell.id);
    this.#planned = readCell(options.outdir, options.cell.id, this.#selection);
  }

  async bootstrap(account: string): Promise<void> {
    const { cell, outdir } = this.#options;
    await this.#cdk('bootstrap', ['bootstrap', `aws://${account}/${cell.region}`, '--app', outdir]);
  }

  /**
   * What the account must have. A real one is not deployed to while anything is missing; an emulator has no quotas, and must
   * be known by its account and its bootstrap.
   */
  async preflight(account: string): Promise<void> {
    const { deployment, cell, env, url } = this.#options;
    const { out, text, seconds } = await headroom(['preflight', '-d', deployment.name, '--json'], env);
    const read: Preflight | undefined = out.startsWith('{') ? JSON.parse(out) : undefined;
    const findings = (read?.findings ?? []).filter(({ need }) => need.region === cell.region);
    const failing = findings.filter(({ need, status }) =>
      url === undefined ? status === 'missing' : need.kind === 'bootstrap' && status !== 'met',
    );
    this.#expect(
      `preflight knows the account and its bootstrap, ${findings.length} needs`,
      [
        ...(read?.account === account ? [] : [`it asked ${read?.account}, not ${account}: ${text.slice(-500)}`]),
        ...(findings.some(({ need }) => need.kind === 'bootstrap') ? [] : ['it does not look for the bootstrap']),
        ...failing.map(({ need, sentence }) => `${JSON.stringify(need)}: ${sentence}`),
      ],
      seconds,
    );
  }

  async deploy(): Promise<void> {
    await this.#cdk(`deploy ${this.#planned.stacks.length} stacks`, this.#deployArgs(this.#options.outdir));
  }

  /** Everything that was planned stands, as planned. */
  async check(): Promise<void> {
    const { cell } = this.#options;
    const found = await checkStacks(this.#account, this.#planned, this.#options.ignoredTypes);
    this.#standing = found.standing;
    this.#expect(
      `${resourcesOf(this.#planned).length} logical ids are in their stacks, every output has a value`,
      found.problems,
    );
    this.#expect('things were made in the order that they need', await checkOrder(this.#account, this.#planned));
    const cluster = await this.#cluster();
    const vpcId = cluster.resourcesVpcConfig?.vpcId ?? '';
    this.#expect('the network is as planned', await checkNetwork(this.#account, vpcId, cell));
    this.#expect('the cluster and its add-ons are as planned', [
      ...checkCluster(cluster, cell),
      ...checkAddOns(this.#planned, this.#standing),
    ]);
    const groups = this.#planned.plan.nodeGroups
      .map(({ name, instanceType }) => `${name} (${instanceType})`)
      .join(', ');
    this.#expect(
      `node groups, interfaces, volumes and tags are as planned: ${groups}`,
      await checkNodeGroups(this.#account, cluster, this.#planned.plan),
    );
    const efa = await efaSecurityGroups(this.#account, cluster);
    this.#expect(
      'security groups let in and out what they should',
      await checkSecurityGroups(this.#account, this.#planned, this.#standing, efa, cell),
    );
    const nodeRoleArns = (await nodeGroupsOf(this.#account, cell.id)).map(({ nodeRole }) => nodeRole ?? '');
    const roles = { cell, planned: this.#planned, standing: this.#standing, cluster, nodeRoleArns };
    this.#expect('roles have the policies that they need and no more', await checkRoles(this.#account, roles));
    const logs = { cell, planned: this.#planned, standing: this.#standing, cluster };
    this.#expect('log groups stand and forget in time', await checkLogs(this.#account, logs));
    this.#listTypes(found.missingTypes);
  }

  async diffIsEmpty(): Promise<void> {
    const args = ['diff', this.#selection, '--app', this.#options.outdir, '--method=template', '--fail'];
    await this.#cdk('diff is empty', args);
  }

  /** Deploys a later synthesis: the stacks whose templates changed are updated, and no other. */
  async change(outdir: string): Promise<void> {
    const after = readCell(outdir, this.#options.cell.id, this.#selection);
    const changed = changedStacks(this.#planned, after);
    const wrongly = changed.filter((name) => !FOLLOWS_THE_PLAN.test(name));
    const capacity = changed.some((name) => /-Capacity\d\d$/.test(name));
    this.#expect(`one more node changes ${changed.join(', ')}`, [
      ...wrongly.map((name) => `${name} changed with the plan`),
      ...(capacity ? [] : ['no capacity stack changed']),
    ]);
    await this.#cdk('deploy the change', this.#deployArgs(outdir));
    this.#planned = after;
    const updated: string[] = [];
    for (const { name } of after.stacks) if (await this.#wasUpdated(name)) updated.push(name);
    this.#expect(
      'only the changed stacks were updated',
      updated.sort().join() === changed.join()
        ? []
        : [`changed ${changed.join()}, updated ${updated.join() || 'none'}`],
    );
    this.#expect(
      'the node groups are as newly planned',
      await checkNodeGroups(this.#account, await this.#cluster(), after.plan),
    );
  }

  /** A protected cell refuses to go until both protections are lifted, by the calls that a person would make. */
  async destroy(): Promise<void> {
    if (this.#options.cell.profile === 'production') await this.#liftProtections();
    await this.#cdk('destroy', this.#destroyArgs);
    this.#expect('nothing is left', await checkLeftovers(this.#account, this.#planned, this.#standing));
    const kept = keptOnPurpose(this.#planned, this.#standing);
    if (kept.length > 0) this.#options.say(`      kept on purpose: ${kept.join(', ')}`);
  }

  async #liftProtections(): Promise<void> {
    await this.#refused('destroy is refused by the stacks’ protection', /TerminationProtection/);
    const standing = await checkStacks(this.#account, this.#serving, this.#options.ignoredTypes);
    this.#expect('and every node is still there', standing.problems);
    for (const { name } of this.#planned.stacks.filter(({ isProtected }) => isProtected)) {
      const lift = { StackName: name, EnableTerminationProtection: false };
      await this.#account.cloudFormation.send(new UpdateTerminationProtectionCommand(lift));
    }
    await this.#refused(
      'destroy is refused by the cluster’s protection',
      /protected from deletion|deletion protection/i,
    );
    const { id } = this.#options.cell;
    await this.#account.eks.send(new UpdateClusterConfigCommand({ name: id, deletionProtection: false }));
  }

  async #refused(what: string, reason: RegExp): Promise<void> {
    const ran = await cdk(this.#destroyArgs, this.#options.env);
    const refused = ran.code !== 0 && reason.test(ran.text);
    this.#expect(what, refused ? [] : [`cdk destroy ended with ${ran.code}:\n${tail(ran)}`], ran.seconds);
  }

  /** Without what may go at once: budgets. */
  get #serving(): PlannedCell {
    return { ...this.#planned, stacks: this.#planned.stacks.filter(({ isProtected }) => isProtected) };
  }

  async #wasUpdated(stackName: string): Promise<boolean> {
    const events = await eventsOf(this.#account, stackName);
    return events.some((it) => it.LogicalResourceId === stackName && it.ResourceStatus === 'UPDATE_COMPLETE');
  }

  async #cluster(): Promise<Cluster> {
    const { cluster } = await this.#account.eks.send(new DescribeClusterCommand({ name: this.#options.cell.id }));
    return cluster ?? {};
  }

  #listTypes(ignored: readonly string[]): void {
    const types = [...new Set(resourcesOf(this.#planned).map(({ resource }) => resource.Type))].sort();
    const only = types.filter((type) => !ASKED_TYPES.includes(type) && !ignored.includes(type));
    this.#options.say(`      looked for in the stacks’ resources alone: ${only.join(', ') || 'none'}`);
    this.#options.say(`      ignored by the emulator: ${ignored.join(', ') || 'none'}`);
  }

  #deployArgs(outdir: string): readonly string[] {
    const { method } = this.#options;
    return ['deploy', this.#selection, '--app', outdir, '--require-approval', 'never', '--method', method];
  }

  get #destroyArgs(): readonly string[] {
    return ['destroy', this.#selection, '--app', this.#planned.outdir, '--force'];
  }

  async #cdk(what: string, args: readonly string[]): Promise<void> {
    const ran = await cdk(args, this.#options.env);
    this.#expect(what, ran.code === 0 ? [] : [`cdk ${args[0]} ended with ${ran.code}:\n${tail(ran)}`], ran.seconds);
  }

  #expect(what: string, problems: readonly string[], seconds?: number): void {
    const took = seconds === undefined ? '' : ` (${seconds.toFixed(1)} s)`;
    if (problems.length > 0) throw new Failed([`${what}${took}`, ...problems].join('\n        '));
    this.#options.say(`ok    ${what}${took}`);
  }
}

function tail({ text }: Ran): string {
  const failures = text.split('\n').filter((line) => /FAILED|❌|rror/.test(line));
  return (failures.length > 0 ? failures : text.split('\n')).slice(-12).join('\n        ');
}
