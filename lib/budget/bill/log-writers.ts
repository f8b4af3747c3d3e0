import type { ChargerContext } from './chargers/charger';
import type { Resource } from './read-template';
import { rootOf, section } from './references';
import { isMap, listOf, literalText, Opaque, type Value } from './template-value';

type Json = Readonly<Record<string, unknown>>;

/**
 * Whether flow logs are all that a log group receives: a flow log of the same template delivers to it by its Ref or Arn,
 * nothing else in the template refers to it but the permission to deliver, and it has no name under which a service of AWS
 * would write to it.
 */
export function receivesFlowLogsOnly(group: Resource, { assembly }: ChargerContext): boolean {
  const name = group.property('LogGroupName');
  const text = literalText(name);
  if (name !== undefined && (text === undefined || text.startsWith('/aws/'))) return false;
  const flowLogs = assembly
    .ofType('AWS::EC2::FlowLog')
    .filter((one) => one.stack.path === group.stack.path && delivers(one, group));
  if (flowLogs.length === 0) return false;
  const { resources } = assembly.stacks.find(({ stack }) => stack.path === group.stack.path) ?? { resources: [] };
  return !writtenByOthers(group, resources, flowLogs);
}

function delivers(flowLog: Resource, group: Resource): boolean {
  if (!flowLog.created.decided || flowLog.created.plan !== true) return false;
  if ((flowLog.property('LogDestinationType') ?? 'cloud-watch-logs') !== 'cloud-watch-logs') return false;
  return ['LogDestination', 'LogGroupName'].some((name) => {
    const value = flowLog.property(name);
    const target = value instanceof Opaque ? value.target : undefined;
    return target?.stack === group.stack.path && target.logicalId === group.logicalId;
  });
}

function writtenByOthers(group: Resource, resources: readonly Resource[], flowLogs: readonly Resource[]): boolean {
  const root = rootOf(group.stack);
  const roles = new Set(flowLogs.map((flowLog) => namedBy(flowLog.property('DeliverLogsPermissionArn'))));
  const isMentioned = (logicalId: string, by: readonly Resource[]) =>
    [...by.map((one) => section(root, 'Resources')[one.logicalId]), section(root, 'Outputs')].some((body) =>
      mentions(body, logicalId),
    );
  const isPrivate = ({ logicalId }: Resource) =>
    !isMentioned(
      logicalId,
      resources.filter((one) => one.logicalId !== logicalId),
    );
  const permits = (one: Resource) =>
    permitsDelivery(one, roles) && (one.type !== 'AWS::IAM::ManagedPolicy' || isPrivate(one));
  const others = resources.filter((one) => !flowLogs.includes(one) && !permits(one));
  return isMentioned(group.logicalId, others);
}

/** Whether a resource is a role that flow logs deliver with, or a policy of such roles alone. */
function permitsDelivery(one: Resource, roles: ReadonlySet<string | undefined>): boolean {
  if (one.type === 'AWS::IAM::Role') return roles.has(one.logicalId);
  if (one.type !== 'AWS::IAM::Policy' && one.type !== 'AWS::IAM::ManagedPolicy') return false;
  if (one.property('Users') !== undefined || one.property('Groups') !== undefined) return false;
  const of = listOf(one.property('Roles'), 'Roles');
  return !(of instanceof Opaque) && of.map(namedBy).every((role) => role !== undefined && roles.has(role));
}

/** Logical id of the resource that a value refers to. */
function namedBy(value: Value): string | undefined {
  return value instanceof Opaque ? value.target?.logicalId : undefined;
}

/** Whether a Ref, Fn::GetAtt or Fn::Sub in a value names a resource. */
export function mentions(value: unknown, logicalId: string): boolean {
  if (Array.isArray(value)) return value.some((element) => mentions(element, logicalId));
  if (!isMap(value)) return false;
  return Object.entries(value as Json).some(
    ([key, argument]) => refersTo(key, argument, logicalId) || mentions(argument, logicalId),
  );
}

function refersTo(intrinsic: string, argument: unknown, logicalId: string): boolean {
  const [first] = [argument].flat() as readonly unknown[];
  if (typeof first !== 'string') return false;
  if (intrinsic === 'Ref') return first === logicalId;
  if (intrinsic === 'Fn::GetAtt') return first.split('.')[0] === logicalId;
  return intrinsic === 'Fn::Sub' && (first.includes(`\${${logicalId}}`) || first.includes(`\${${logicalId}.`));
}

/** Whether the assembly holds, for certain, the log group that a cluster's control plane writes to. */
export function holdsControlPlaneLogs(cluster: Resource, { assembly }: ChargerContext): boolean {
  const name = literalText(cluster.property('Name'));
  if (name === undefined) return false;
  const { region, account } = cluster.stack;
  return assembly
    .ofType('AWS::Logs::LogGroup')
    .some(
      (one) =>
        one.stack.region === region &&
        one.stack.account === account &&
        one.created.decided &&
        one.created.plan === true &&
        literalText(one.property('LogGroupName')) === `/aws/eks/${name}/cluster`,
    );
}
