import {
  DescribeStacksCommand,
  paginateDescribeStackEvents,
  paginateListStackResources,
  type StackEvent,
} from '@aws-sdk/client-cloudformation';
import type { Account } from '../account';
import { follows, type PlannedCell, type PlannedStack, type TemplateResource } from '../assembly';

/** Physical ids by stack name and logical id. */
export type Standing = ReadonlyMap<string, ReadonlyMap<string, string>>;

export interface StackFindings {
  readonly standing: Standing;
  /** Types whose resources the stack does not list, though the deployment succeeded. */
  readonly missingTypes: readonly string[];
  readonly problems: readonly string[];
}

/** Looks for every logical id of every template in its stack's resources, and for a value of every output. */
export async function checkStacks(
  account: Account,
  cell: PlannedCell,
  ignored: readonly string[],
): Promise<StackFindings> {
  const standing = new Map<string, ReadonlyMap<string, string>>();
  const missing = new Set<string>();
  const problems: string[] = [];
  for (const stack of cell.stacks) {
    const found = await listed(account, stack.name);
    standing.set(stack.name, found);
    for (const [logicalId, { Type }] of Object.entries(stack.template.Resources)) {
      if (found.has(logicalId)) continue;
      missing.add(Type);
      if (!ignored.includes(Type)) problems.push(`${stack.name} has no ${logicalId} (${Type})`);
    }
    problems.push(...(await stackProblems(account, stack)));
  }
  return { standing, missingTypes: [...missing].sort(), problems };
}

export function physicalId(standing: Standing, stack: PlannedStack, logicalId: string): string {
  return standing.get(stack.name)?.get(logicalId) ?? '';
}

async function listed(account: Account, stackName: string): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for await (const page of paginateListStackResources({ client: account.cloudFormation }, { StackName: stackName })) {
    for (const { LogicalResourceId, PhysicalResourceId, ResourceType } of page.StackResourceSummaries ?? []) {
      // moto lists what it ignores as rows of nothing.
      if (LogicalResourceId !== undefined && ResourceType !== undefined) {
        found.set(LogicalResourceId, PhysicalResourceId ?? '');
      }
    }
  }
  return found;
}

async function stackProblems(account: Account, planned: PlannedStack): Promise<readonly string[]> {
  const { name, template, isProtected } = planned;
  const { Stacks = [] } = await account.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
  const valued = new Set((Stacks[0]?.Outputs ?? []).filter((it) => it.OutputValue).map((it) => it.OutputKey));
  const isSo = Stacks[0]?.EnableTerminationProtection ?? false;
  return [
    ...Object.keys(template.Outputs ?? {})
      .filter((key) => !valued.has(key))
      .map((key) => `${name} has no value for its output ${key}`),
    ...(isSo === isProtected ? [] : [`${name} is ${isSo ? '' : 'not '}protected from deletion`]),
  ];
}

/** Creation in the order of dependencies: DependsOn, and the few orders that a cluster works by. */
export async function checkOrder(account: Account, cell: PlannedCell): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { name, template } of cell.stacks) {
    const created = await creationOrder(account, name);
    const orders = clusterOrders(template.Resources);
    for (const [before, after, why] of [...declaredOrders(template.Resources), ...orders]) {
      const first = created.get(before);
      const second = created.get(after);
      if (first === undefined || second === undefined || first > second) {
        problems.push(`${name}: ${after} was not made after ${before} (${why})`);
      }
    }
    // An order that nothing declares may hold by luck.
    for (const [before, after, why] of orders) {
      if (!follows(template.Resources, after, before)) {
        problems.push(`${name}: nothing makes ${after} wait for ${before} (${why})`);
      }
    }
  }
  return problems;
}

/** When each resource was complete, by place in the stack's history. */
async function creationOrder(account: Account, stackName: string): Promise<ReadonlyMap<string, number>> {
  const complete = (await eventsOf(account, stackName)).filter((it) => it.ResourceStatus === 'CREATE_COMPLETE');
  return new Map(complete.map((event, place) => [event.LogicalResourceId ?? '', place]));
}

/** Oldest first. */
export async function eventsOf(account: Account, stackName: string): Promise<readonly StackEvent[]> {
  const events: StackEvent[] = [];
  for await (const page of paginateDescribeStackEvents({ client: account.cloudFormation }, { StackName: stackName })) {
    events.push(...(page.StackEvents ?? []));
  }
  return events.reverse();
}

type Order = readonly [before: string, after: string, why: string];

function declaredOrders(resources: PlannedStack['template']['Resources']): readonly Order[] {
  return Object.entries(resources).flatMap(([after, { DependsOn = [] }]) =>
    [DependsOn].flat().map((before): Order => [before, after, 'DependsOn']),
  );
}

/** The add-ons that nodes need come before the first node group, those that need nodes after it; logs before the cluster. */
function clusterOrders(resources: PlannedStack['template']['Resources']): readonly Order[] {
  const of = (type: string, matches: (it: TemplateResource) => boolean = () => true): readonly string[] =>
    Object.keys(resources).filter((id) => resources[id]?.Type === type && matches(resources[id]));
  const beforeNodes = ['vpc-cni', 'kube-proxy', 'eks-pod-identity-agent'];
  const addOnName = (it: TemplateResource) => String(it.Properties?.AddonName);
  const groups = of('AWS::EKS::Nodegroup');
  const clusters = of('AWS::EKS::Cluster');
  if (clusters.length === 0) return [];
  const logs = of('AWS::Logs::LogGroup', (it) => String(it.Properties?.LogGroupName).startsWith('/aws/eks/'));
  const early = of('AWS::EKS::Addon', (it) => beforeNodes.includes(addOnName(it)));
  const late = of('AWS::EKS::Addon', (it) => !beforeNodes.includes(addOnName(it)));
  const pairs = (before: readonly string[], after: readonly string[], why: string): readonly Order[] =>
    before.flatMap((first) => after.map((second): Order => [first, second, why]));
  return [
    ...pairs(logs, clusters, 'EKS would make a log group of its own'),
    ...pairs(early, groups, 'nodes join with it'),
    ...pairs(groups, late, 'it needs a node to run on'),
  ];
}
