/** The Kubernetes account that the pods of a workload run under. Manifests make it, the stacks give it a role. */
export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** The namespace of everything that serves. */
export const NAMESPACE = 'model-serving';

/** The account of Cluster Autoscaler, where a cell has one. */
export const CLUSTER_AUTOSCALER: ServiceAccount = { namespace: 'kube-system', name: 'cluster-autoscaler' };

/** The account of Karpenter's controller, where a cell has one. */
export const KARPENTER: ServiceAccount = { namespace: 'kube-system', name: 'karpenter' };

/** The account of KEDA's operator, which a person installs: as its chart has it. */
export const KEDA: ServiceAccount = { namespace: 'keda', name: 'keda-operator' };

/** One for each workload, named like it. */
export function serviceAccountOf({ name }: { readonly name: string }): ServiceAccount {
  return { namespace: NAMESPACE, name };
}
