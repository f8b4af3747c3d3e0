import type { Catalog } from '../catalog/catalog';
import type { CellPlan } from '../planner/plan';
import type { Cell } from '../workload/cell';
import { type KubernetesObject, type ManifestFile, yamlFile } from './chart';
import { imageReference } from './image-reference';
import { daemonSet, hostFolder, instanceTypesOf, onNodes, SYSTEM } from './node-daemon';

const PLUGINS_FOLDER = '/var/lib/kubelet/device-plugins';
const NO_PRIVILEGES = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } };
/** Since 0.5.8 the EFA plug-in reads which accelerators its devices are next to (aws/eks-charts, chart README at 0472abc). */
const PRIVILEGED = { privileged: true, allowPrivilegeEscalation: true, runAsNonRoot: false, runAsUser: 0 };
const SMALL = { cpu: '10m', memory: '64Mi' };

/**
 * The device plug-ins of a cell: NVIDIA's, EFA's and Neuron's, each where the cell has such nodes and on those alone. EKS has
 * no add-on for any of them.
 */
export function devicePlugins(cell: Cell, plan: CellPlan, catalog: Catalog): readonly ManifestFile[] {
  const types = instanceTypesOf(plan, catalog);
  const names = (holds: (type: (typeof types)[number]) => boolean): readonly string[] =>
    types.filter(holds).map(({ name }) => name);
  const nvidia = names(({ vendor }) => vendor === 'nvidia');
  const neuron = names(({ vendor }) => vendor === 'aws');
  const efa = names(({ efaInterfaces }) => efaInterfaces > 0);
  return [
    ...(nvidia.length === 0 ? [] : [yamlFile('nvidia-device-plugin.yaml', [nvidiaDevicePlugin(cell, nvidia)])]),
    ...(efa.length === 0 ? [] : [yamlFile('efa-device-plugin.yaml', [efaDevicePlugin(cell, efa)])]),
    ...(neuron.length === 0 ? [] : [yamlFile('neuron-device-plugin.yaml', neuronDevicePlugin(cell, neuron))]),
  ];
}

function nvidiaDevicePlugin(cell: Cell, instanceTypes: readonly string[]): KubernetesObject {
  return daemonSet('nvidia-device-plugin', {
    ...onNodes(instanceTypes),
    containers: [
      {
        name: 'nvidia-device-plugin',
        image: imageReference('nvidiaDevicePlugin', cell),
        env: [
          // The set runs on GPU nodes alone: there a node without a driver is a fault to be seen.
          { name: 'FAIL_ON_INIT_ERROR', value: 'true' },
          // EFA devices look like Mellanox NICs and must stay with their own plug-in.
          { name: 'MOFED_ENABLED', value: 'false' },
        ],
        resources: { requests: SMALL },
        securityContext: NO_PRIVILEGES,
        volumeMounts: [{ name: 'device-plugins', mountPath: PLUGINS_FOLDER }],
      },
    ],
    volumes: [hostFolder('device-plugins', PLUGINS_FOLDER)],
  });
}

function efaDevicePlugin(cell: Cell, instanceTypes: readonly string[]): KubernetesObject {
  return daemonSet('aws-efa-k8s-device-plugin', {
    ...onNodes(instanceTypes),
    automountServiceAccountToken: false,
    hostNetwork: true,
    containers: [
      {
        name: 'aws-efa-k8s-device-plugin',
        image: imageReference('efaDevicePlugin', cell),
        resources: { requests: SMALL },
        securityContext: PRIVILEGED,
        volumeMounts: [
          { name: 'device-plugins', mountPath: PLUGINS_FOLDER },
          { name: 'infiniband', mountPath: '/dev/infiniband/' },
          { name: 'neuron-tools', mountPath: '/opt/aws/neuron/' },
        ],
      },
    ],
    volumes: [
      hostFolder('device-plugins', PLUGINS_FOLDER),
      hostFolder('infiniband', '/dev/infiniband/'),
      { name: 'neuron-tools', hostPath: { path: '/opt/aws/neuron/', type: 'DirectoryOrCreate' } },
    ],
  });
}

const NEURON = 'neuron-device-plugin';

function neuronDevicePlugin(cell: Cell, instanceTypes: readonly string[]): readonly KubernetesObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: NEURON, namespace: SYSTEM } },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: NEURON },
      rules: [
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch', 'update'] },
        { apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get', 'list'] },
        { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch', 'patch', 'update'] },
        { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: NEURON },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: NEURON },
      subjects: [{ kind: 'ServiceAccount', name: NEURON, namespace: SYSTEM }],
    },
    daemonSet(NEURON, {
      ...onNodes(instanceTypes),
      serviceAccountName: NEURON,
      containers: [
        {
          name: NEURON,
          image: imageReference('neuronDevicePlugin', cell),
          env: [
            { name: 'KUBECONFIG', value: '/etc/kubernetes/kubelet.conf' },
            { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
          ],
          resources: { requests: SMALL },
          securityContext: NO_PRIVILEGES,
          volumeMounts: [
            { name: 'device-plugins', mountPath: PLUGINS_FOLDER },
            { name: 'run', mountPath: '/run' },
            { name: 'aws', mountPath: '/opt/aws', readOnly: true },
          ],
        },
      ],
      volumes: [hostFolder('device-plugins', PLUGINS_FOLDER), hostFolder('run', '/run'), hostFolder('aws', '/opt/aws')],
    }),
  ];
}
