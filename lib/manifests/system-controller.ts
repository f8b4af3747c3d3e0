import { NODE_LABEL } from '../catalog/node';
import type { Cell } from '../workload/cell';
import type { ServiceAccount } from '../workload/pod-identity';
import type { KubernetesObject } from './chart';

const RBAC = 'rbac.authorization.k8s.io';
/** Of images that are made to run as nobody. */
const NOBODY = 65532;

export type Rules = readonly Record<string, unknown>[];

/** What a controller may do in the cluster. */
export interface ControllerRights {
  readonly everywhere: Rules;
  /** By namespace. */
  readonly inNamespaces: Readonly<Record<string, Rules>>;
}

/**
 * A controller on the system nodes, never on nodes that it starts or removes itself, with its account and its rights in the
 * cluster. One leads and, in production, one waits; a drain takes one at a time.
 *
 * @param podSecurity beside what holds for every controller
 */
export function systemController(
  { profile }: Pick<Cell, 'profile'>,
  { namespace, name }: ServiceAccount,
  rights: ControllerRights,
  container: Record<string, unknown>,
  podSecurity: Record<string, unknown> = {},
): readonly KubernetesObject[] {
  const metadata = { name, namespace };
  const labels = { 'app.kubernetes.io/name': name };
  const spec = {
    serviceAccountName: name,
    priorityClassName: 'system-cluster-critical',
    nodeSelector: { [NODE_LABEL.nodeGroup]: 'system' },
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: labels },
      },
    ],
    securityContext: {
      ...podSecurity,
      runAsNonRoot: true,
      runAsUser: NOBODY,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container],
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    ...bound('Cluster', { name }, rights.everywhere, metadata),
    ...Object.entries(rights.inNamespaces).flatMap(([where, rules]) =>
      bound('', { name, namespace: where }, rules, metadata),
    ),
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels },
      spec: {
        replicas: profile === 'production' ? 2 : 1,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec },
      },
    },
  ];
}

/** A role, of the cluster or of a namespace, and who has it. */
function bound(
  scope: 'Cluster' | '',
  metadata: KubernetesObject['metadata'],
  rules: Rules,
  account: ServiceAccount,
): readonly KubernetesObject[] {
  const apiVersion = `${RBAC}/v1`;
  const roleRef = { apiGroup: RBAC, kind: `${scope}Role`, name: metadata.name };
  const subjects = [{ kind: 'ServiceAccount', ...account }];
  return [
    { apiVersion, kind: `${scope}Role`, metadata, rules },
    { apiVersion, kind: `${scope}RoleBinding`, metadata, roleRef, subjects },
  ];
}

/** Of a container that writes nothing and needs no rights of the node. */
export const NO_RIGHTS = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};
