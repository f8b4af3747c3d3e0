import {
  type Anything,
  EXPERTS,
  fileOf,
  MOUNTED,
  objectOf,
  objectsOf,
  served,
  TRAINIUM1,
  WEIGHTS,
} from './served-cells';

const cell = served({ serving: MOUNTED }, EXPERTS, TRAINIUM1);
const specOf = (input: typeof cell, name: string): Anything => objectOf(input, 'Deployment', name).spec.template.spec;

describe('weights on a file system', () => {
  test('are read by every engine from the bucket’s folder, and nothing is copied', () => {
    for (const [name, model] of [
      ['experts', 'Qwen/Qwen3-235B-A22B-FP8'],
      ['dense', 'meta-llama/Meta-Llama-3.1-70B'],
    ]) {
      const spec = specOf(cell, `${name}`);
      expect(spec.containers[0].command[2]).toBe(`/var/lib/weights/${model}`);
      expect(spec.initContainers).toBeUndefined();
      expect(spec.volumes.find(({ name: volume }: Anything) => volume === 'weights')).toEqual({
        name: 'weights',
        persistentVolumeClaim: { claimName: 'weights', readOnly: true },
      });
    }
  });

  test('are one volume, kept when its claim goes, which is of that claim alone', () => {
    const volume = objectOf(cell, 'PersistentVolume', 'weights').spec;
    expect(volume).toMatchObject({
      persistentVolumeReclaimPolicy: 'Retain',
      claimRef: { namespace: 'model-serving', name: 'weights' },
      csi: {
        driver: 'fsx.csi.aws.com',
        volumeHandle: 'fs-0123456789abcdef0',
        volumeAttributes: { dnsname: 'fs-0123456789abcdef0.fsx.us-east-1.amazonaws.com', mountname: 'abcdefgh' },
      },
    });
    const claim = objectOf(cell, 'PersistentVolumeClaim', 'weights').spec;
    expect(claim).toMatchObject({ volumeName: 'weights', resources: { requests: { storage: '4800Gi' } } });
    // Another class would make a file system of its own, which nothing priced.
    expect([claim.storageClassName, volume.storageClassName]).toEqual(['', '']);
    expect(fileOf(cell, 'kustomization.yaml')).toContain('- weights.yaml');
  });

  test('are read from the bucket until the file system is known by name', () => {
    const { mount: _, ...unknown } = MOUNTED.weightsFileSystem;
    const before = served({ serving: { ...MOUNTED, weightsFileSystem: unknown } }, EXPERTS, TRAINIUM1);
    const without = served({ serving: WEIGHTS }, EXPERTS, TRAINIUM1);
    expect(objectsOf(before)).toEqual(objectsOf(without));
  });
});
