import { NAMESPACE } from '../workload/pod-identity';
import { type ManifestFile, yamlFile } from './chart';
import { publishedWeights } from './engine-flags';
import { imageReference } from './image-reference';
import type { ServedWorkload } from './served-workload';

const FOLDER = '/var/lib/weights';
const CLAIM = 'weights';

/**
 * How a server comes to its weights: `streamed` by the engine itself from the bucket or the hub, `copied` to the node's own disks
 * first, because Neuron's engines load from files only, or `mounted` from the cell's file system.
 */
export function weightsAt({ cell, shape }: Pick<ServedWorkload, 'cell' | 'shape'>): 'streamed' | 'copied' | 'mounted' {
  const { weightsBucket, weightsFileSystem } = cell.serving ?? {};
  if (weightsFileSystem?.mount !== undefined) return 'mounted';
  return weightsBucket !== undefined && shape.engine === 'vllm-neuron' ? 'copied' : 'streamed';
}

/** What vLLM is told to serve. */
export function weightsPath(served: ServedWorkload): string {
  switch (weightsAt(served)) {
    case 'streamed':
      return publishedWeights(served);
    case 'copied':
      return FOLDER;
    case 'mounted':
      // The file system shows the whole bucket.
      return `${FOLDER}/${served.model.id}`;
  }
}

export function weightsVolumes(served: ServedWorkload): readonly Record<string, unknown>[] {
  const at = weightsAt(served);
  if (at === 'streamed') return [];
  if (at === 'copied') return [{ name: 'weights', emptyDir: {} }];
  return [{ name: 'weights', persistentVolumeClaim: { claimName: CLAIM, readOnly: true } }];
}

export function weightsMounts(served: ServedWorkload): readonly Record<string, unknown>[] {
  return weightsAt(served) === 'streamed' ? [] : [{ name: 'weights', mountPath: FOLDER, readOnly: true }];
}

/** The init container that copies. */
export function weightsCopy(served: ServedWorkload): Record<string, unknown> {
  return {
    name: 'weights',
    image: imageReference('awsCli', served.cell),
    args: ['s3', 'cp', '--recursive', '--only-show-errors', publishedWeights(served), FOLDER],
    env: [{ name: 'AWS_REGION', value: served.cell.region }],
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
    volumeMounts: [{ name: 'weights', mountPath: FOLDER }],
  };
}

/**
 * The cell's file system as a volume that every model server may mount; nothing until it is known by name. It stays when the
 * claim goes: the driver would delete what the stack made.
 */
export function weightsFiles({ region, serving }: ServedWorkload['cell']): readonly ManifestFile[] {
  const { weightsFileSystem } = serving ?? {};
  const { mount, storageGibibytes } = weightsFileSystem ?? {};
  if (mount === undefined) return [];
  const capacity = { storage: `${storageGibibytes}Gi` };
  const shared = { accessModes: ['ReadWriteMany'], storageClassName: '' };
  const file = yamlFile('weights.yaml', [
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: CLAIM },
      spec: {
        ...shared,
        capacity,
        persistentVolumeReclaimPolicy: 'Retain',
        mountOptions: ['flock'],
        claimRef: { namespace: NAMESPACE, name: CLAIM },
        csi: {
          driver: 'fsx.csi.aws.com',
          volumeHandle: mount.fileSystemId,
          volumeAttributes: {
            dnsname: `${mount.fileSystemId}.fsx.${region}.amazonaws.com`,
            mountname: mount.mountName,
          },
        },
      },
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: CLAIM, namespace: NAMESPACE },
      spec: { ...shared, volumeName: CLAIM, resources: { requests: capacity } },
    },
  ]);
  return [file];
}
