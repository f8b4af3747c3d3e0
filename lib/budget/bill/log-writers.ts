import type { ChargerContext } from './chargers/charger';
import { type Mentions, mentionsIn } from './mentions';
import type { Resource } from './read-template';
import { listOf, literalText, Opaque, type Value } from './template-value';

/**
 * Whether flow logs are all that a log group receives: a flow log of the same template delivers to it by its Ref or Arn,
 * nothing else in the template refers to it but the permission to deliver, and it has no name under which a service of AWS
 * would write to it.
 */
export function receivesFlowLogsOnly(group: Resource, { assembly }: ChargerContext): boolean {
  const name = group.property('LogGroupName');
  const text = literalText(name);
  if (name !== undefined && (text === undefined || text.startsWith('/aws/'))) return false;
  const mentions = mentionsIn(group.stack.path, assembly);
  const flowLogs = mentions
    .by(group.logicalId)
    .filter((one) => one.type === 'AWS::EC2::FlowLog' && delivers(one, group));
  return flowLogs.length > 0 && !writtenByOthers(group, mentions, flowLogs);
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

function writtenByOthers({ logicalId }: Resource, mentions: Mentions, flowLogs: readonly Resource[]): boolean {
  const roles = new Set(flowLogs.map((flowLog) => namedBy(flowLog.property('DeliverLogsPermissionArn'))));
  const isPrivate = (one: Resource) =>
    !mentions.inOutputs(one.logicalId) && mentions.by(one.logicalId).every((by) => by === one);
  const permits = (one: Resource) =>
    permitsDelivery(one, roles) && (one.type !== 'AWS::IAM::ManagedPolicy' || isPrivate(one));
  const others = mentions.by(logicalId).filter((one) => !flowLogs.includes(one) && !permits(one));
  return others.length > 0 || mentions.inOutputs(logicalId);
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
