import { type Catalog, findAccelerator, findInstanceType } from '../catalog/catalog';
import { ACCELERATOR_TAINT } from '../catalog/node';
import type { CellPlan } from '../planner/plan';
import type { KubernetesObject } from './chart';

/** Where everything runs that belongs to nodes. */
export const SYSTEM = 'kube-system';

/** The types of a cell's planned nodes, each once, with what decides which daemons they need. */
export function instanceTypesOf(plan: CellPlan, catalog: Catalog) {
  const planned = [...plan.nodeGroups, ...(plan.nodePools ?? [])];
  const names = [...new Set(planned.map(({ instanceType }) => instanceType))].sort();
  return names.map((name) => {
    const instanceType = findInstanceType(catalog, name);
    const { vendor } = findAccelerator(catalog, instanceType.acceleratorKey);
    return { name, vendor, efaInterfaces: instanceType.network?.maxEfaInterfaces ?? 0 };
  });
}

/** A pod on each of some nodes, which nothing may push off them. */
export function daemonSet(name: string, pod: Record<string, unknown>): KubernetesObject {
  const labels = { 'app.kubernetes.io/name': name };
  return {
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name, namespace: SYSTEM, labels },
    spec: {
      selector: { matchLabels: labels },
      updateStrategy: { type: 'RollingUpdate' },
      template: { metadata: { labels }, spec: { priorityClassName: 'system-node-critical', ...pod } },
    },
  };
}

/** By type, not by group: a node that an autoscaler adds needs its plug-ins too. */
export function onNodes(instanceTypes: readonly string[]): Record<string, unknown> {
  const ofTypes = { key: 'node.kubernetes.io/instance-type', operator: 'In', values: instanceTypes };
  return {
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [ofTypes] }] },
      },
    },
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      ...Object.values(ACCELERATOR_TAINT).map((key) => ({ key, operator: 'Exists', effect: 'NoSchedule' })),
    ],
  };
}

export function hostFolder(name: string, path: string): Record<string, unknown> {
  return { name, hostPath: { path } };
}
