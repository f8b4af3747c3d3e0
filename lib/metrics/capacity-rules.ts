import type { NodeGroupPlan } from '../planner/plan';
import { epochSeconds, type Interval, plusHours } from '../units/interval';
import { CLUSTER_STATE, DCGM, MODEL_SERVER, NEURON, NODE } from './exporters';
import type { AlertRule, RuleGroup } from './rule-groups';

const HOURS_TO_COME_OR_GO = 1;

/**
 * Nodes of each planned group that answer, against the least that the plan keeps. A managed node group tells CloudFormation
 * no name of its Auto Scaling group, so that CloudWatch's counts of it cannot be named in a template.
 */
export function capacityRules(nodeGroups: readonly NodeGroupPlan[]): readonly RuleGroup[] {
  return [
    { name: 'nodes', rules: [...nodeGroups.filter(isKept).map(nodesMissing), nodesUnseen()] },
    { name: 'accelerators', rules: [gpuFault(), neuronFault()] },
    { name: 'pods', rules: [cacheFull(), restarting()] },
  ];
}

/** A group that may be empty misses nothing; of a Capacity Block without its dates nobody knows when it has nodes. */
function isKept({ purchase, size, during }: NodeGroupPlan): boolean {
  return size.min > 0 && (purchase !== 'capacityBlock' || during !== undefined);
}

function nodesMissing({ name, workload, size, during }: NodeGroupPlan): AlertRule {
  const tooFew = `(count(up{job="${NODE.job}",node_group="${name}"} == 1) or vector(0)) < ${size.min}`;
  return {
    alert: 'NodesMissing',
    expr: during === undefined ? tooFew : `${tooFew} and ${within(during)}`,
    for: '15m',
    labels: { severity: 'page', workload, node_group: name },
    annotations: { summary: `fewer than ${size.min} nodes of ${name} answer` },
  };
}

/** While the nodes can be there: they take a while to come, and EKS drains them before a block ends (EKS user guide, Capacity Blocks). */
function within({ start, end }: Interval): string {
  const from = epochSeconds(plusHours(start, HOURS_TO_COME_OR_GO));
  const until = epochSeconds(plusHours(end, -HOURS_TO_COME_OR_GO));
  return `vector(time()) >= ${from} and vector(time()) < ${until}`;
}

function nodesUnseen(): AlertRule {
  return {
    alert: 'NodesUnseen',
    expr: `absent(up{job="${NODE.job}"} == 1)`,
    for: '15m',
    labels: { severity: 'page' },
    annotations: { summary: 'no node exporter of the cell answers: nothing is watched' },
  };
}

/** An XID stays as it is until the next one: a change to something other than 0 is a new fault. */
function gpuFault(): AlertRule {
  const xid = `DCGM_FI_DEV_XID_ERRORS{job="${DCGM.job}"}`;
  return {
    alert: 'AcceleratorFault',
    expr: `changes(${xid}[15m]) > 0 and ${xid} > 0`,
    for: '0m',
    labels: { severity: 'ticket' },
    annotations: { summary: 'a GPU of {{ $labels.node }} reports XID {{ $value }}' },
  };
}

function neuronFault(): AlertRule {
  return {
    alert: 'AcceleratorFault',
    expr: `sum by (node) (increase(hardware_ecc_events_total{job="${NEURON.job}",event_type=~".*uncorrected"}[15m])) > 0`,
    for: '0m',
    labels: { severity: 'ticket' },
    annotations: { summary: 'a Neuron device of {{ $labels.node }} could not correct its memory' },
  };
}

function cacheFull(): AlertRule {
  return {
    alert: 'CacheFull',
    expr: `avg by (workload) (vllm:kv_cache_usage_perc{job="${MODEL_SERVER.job}"}) > 0.95`,
    for: '15m',
    labels: { severity: 'ticket' },
    annotations: { summary: 'the model servers of {{ $labels.workload }} have no room for more tokens' },
  };
}

function restarting(): AlertRule {
  const restarts = `kube_pod_container_status_restarts_total{job="${CLUSTER_STATE.job}",namespace="${MODEL_SERVER.namespace}"}`;
  return {
    alert: 'ModelServerRestarts',
    expr: `increase(${restarts}[30m]) > 2`,
    for: '0m',
    labels: { severity: 'ticket' },
    annotations: { summary: '{{ $labels.pod }} restarted more than twice in half an hour' },
  };
}
