/** What Karpenter's controller may do in the cluster: the roles of its chart, without those of features that are off. */
const READ = ['get', 'list', 'watch'];
const CHANGE = ['update', 'patch'];
const POOLS = ['nodepools', 'nodepools/status', 'nodeoverlays', 'nodeoverlays/status'];
const CLAIMS = ['nodeclaims', 'nodeclaims/status'];
const SCHEDULED = [
  'namespaces',
  'nodes',
  'persistentvolumeclaims',
  'persistentvolumes',
  'pods',
  'podtemplates',
  'replicationcontrollers',
];

export const KARPENTER_CLUSTER_RULES = [
  { apiGroups: ['karpenter.sh'], resources: [...POOLS, ...CLAIMS], verbs: READ },
  { apiGroups: ['karpenter.sh'], resources: CLAIMS, verbs: ['create', 'delete', ...CHANGE] },
  {
    apiGroups: ['karpenter.sh'],
    resources: ['nodepools', 'nodepools/status', 'nodeoverlays/status'],
    verbs: CHANGE,
  },
  { apiGroups: ['karpenter.k8s.aws'], resources: ['ec2nodeclasses'], verbs: [...READ, ...CHANGE] },
  { apiGroups: ['karpenter.k8s.aws'], resources: ['ec2nodeclasses/status'], verbs: CHANGE },
  { apiGroups: [''], resources: SCHEDULED, verbs: READ },
  { apiGroups: ['storage.k8s.io'], resources: ['csinodes', 'storageclasses', 'volumeattachments'], verbs: READ },
  { apiGroups: ['apps'], resources: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'], verbs: READ },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: READ },
  { apiGroups: ['resource.k8s.io'], resources: ['deviceclasses', 'resourceclaims', 'resourceslices'], verbs: READ },
  { apiGroups: [''], resources: ['events'], verbs: [...READ, 'create', 'patch'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['delete', ...CHANGE] },
  { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
];

/** In its own namespace: its election, and the address of the cluster's name server. */
export const KARPENTER_OWN_RULES = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create', 'get', 'watch'] },
  {
    apiGroups: ['coordination.k8s.io'],
    resources: ['leases'],
    resourceNames: ['karpenter-leader-election'],
    verbs: CHANGE,
  },
  { apiGroups: [''], resources: ['services'], resourceNames: ['kube-dns'], verbs: ['get'] },
];

/** It deletes the leases of nodes that are gone. */
export const KARPENTER_LEASE_RULES = [
  { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: [...READ, 'delete'] },
];
