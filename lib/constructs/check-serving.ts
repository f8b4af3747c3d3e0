import type { Cell, CellServing } from '../workload/cell';
import { managedWorkspaceOf } from '../workload/metrics-url';

const FILE_SYSTEM_ID = /^fs-[0-9a-f]{8,17}$/;
const MOUNT_NAME = /^[A-Za-z0-9_-]{1,8}$/;
/** Sizes of a persistent SSD file system (Amazon FSx API reference, CreateFileSystem, 2026-11-23). */
const SMALLEST_GIBIBYTES = 1200;
const STEP_GIBIBYTES = 2400;
/** With EFA it is sold in whole servers, by the throughput of each tebibyte (FSx for Lustre user guide, increasing storage capacity, 2026-11-24). */
const EFA_STEP_GIBIBYTES = { 125: 38400, 250: 19200, 500: 9600, 1000: 4800 } as const;

/** S3 user guide, bucket naming rules. */
const BUCKET = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const REGISTRY = /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/;
const QUERY_URL = /^https?:\/\/[^\s/]+(?:(?!\/api\/v1)\/[^\s/]+)*$/;
const LAYER = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:layer:[A-Za-z0-9_-]+:\d+$/;
const SECRET = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:ecr-pullthroughcache\/.+$/;

/** What is wrong with the settings of a cell's model servers, as the end of a sentence; undefined when nothing is. */
export function servingFault(cell: Cell): string | undefined {
  const { serving } = cell;
  return serving === undefined
    ? undefined
    : (placeFault(serving) ??
        metricsFault(serving) ??
        cacheFault(cell, serving) ??
        fileSystemFault(serving) ??
        rateFault(serving) ??
        deliveryFault(cell, serving));
}

function placeFault({ weightsBucket: bucket, imageRegistry: registry }: CellServing): string | undefined {
  if (bucket !== undefined && !BUCKET.test(bucket)) {
    return `its weights are in a bucket by its name alone, got ${JSON.stringify(bucket)}; write it without s3:// and without a path`;
  }
  if (registry !== undefined && !REGISTRY.test(registry)) {
    return `its images are in a registry by its host, got ${JSON.stringify(registry)}; write it without https:// and without a last slash`;
  }
  return undefined;
}

/** KEDA puts the path of the query behind it. */
function metricsFault({ metricsUrl }: CellServing): string | undefined {
  if (metricsUrl === undefined) return undefined;
  const isManaged = /^https:\/\/aps-workspaces\./.test(metricsUrl);
  if (isManaged ? managedWorkspaceOf(metricsUrl) !== undefined : QUERY_URL.test(metricsUrl)) return undefined;
  return `KEDA asks its metrics at a URL without a last slash and without what follows /api/v1, got ${JSON.stringify(metricsUrl)}; write it as "https://aps-workspaces.us-east-1.amazonaws.com/workspaces/ws-…"`;
}

function cacheFault({ account, profile }: Cell, { imageCache, imageRegistry }: CellServing): string | undefined {
  if (imageCache === undefined) return undefined;
  const { githubSecretArn: secret } = imageCache;
  if (imageRegistry !== undefined) {
    return 'it has both an image cache and an image registry; keep the cache, or name the registry of the account that has one';
  }
  if (account === undefined)
    return "its image cache is in its account's registry, whose number nobody gave; name the account";
  if (profile === 'sandbox') {
    return 'its image cache would leave repositories behind that nothing deletes or bills when the sandbox goes; leave the cache out';
  }
  if (secret !== undefined && !SECRET.test(secret)) {
    return `ECR takes an account for ghcr.io from a secret named ecr-pullthroughcache/…, got ${JSON.stringify(secret)}; give that one's ARN`;
  }
  return undefined;
}

function deliveryFault({ profile, network, region }: Cell, { delivery }: CellServing): string | undefined {
  if (delivery === undefined) return undefined;
  const { kubectlLayerArn: layer } = delivery;
  if (profile === 'production') {
    return 'production applies its manifests from Git, and a delivery by kubectl would put functions that administer the cluster into its account; leave serving.delivery out';
  }
  if (network.kind === 'own' && network.egress === 'endpoints') {
    return 'its delivery by kubectl calls AWS from inside the network, which has no way out; give the network a NAT gateway or leave serving.delivery out';
  }
  if (!LAYER.test(layer) || layer.split(':')[3] !== region) {
    return `its kubectl must be a version of a Lambda layer in ${region}, got ${JSON.stringify(layer)}; publish the layer there and give its ARN`;
  }
  return undefined;
}

function rateFault({ weightsRate }: CellServing): string | undefined {
  if (weightsRate === undefined) return undefined;
  const { bytesPerSecond, source } = weightsRate;
  if (!(Number.isFinite(bytesPerSecond) && bytesPerSecond > 0)) {
    return `its servers load weights at ${bytesPerSecond} bytes a second; give a number above 0, or leave serving.weightsRate out`;
  }
  return source.trim() === '' ? 'its serving.weightsRate has no source; say where and when it was measured' : undefined;
}

function fileSystemFault({ weightsBucket, weightsFileSystem }: CellServing): string | undefined {
  if (weightsFileSystem === undefined) return undefined;
  const { storageGibibytes: size, megabytesPerSecondPerTebibyte: throughput, efa, mount } = weightsFileSystem;
  if (weightsBucket === undefined) {
    return 'its file system of weights has no bucket to read them from; name one in serving.weightsBucket';
  }
  if (size !== SMALLEST_GIBIBYTES && !(size > 0 && size % STEP_GIBIBYTES === 0)) {
    return `its file system of weights must hold ${SMALLEST_GIBIBYTES} GiB or a multiple of ${STEP_GIBIBYTES}, got ${size}; round it up`;
  }
  const step = EFA_STEP_GIBIBYTES[throughput];
  if (efa === true && size % step !== 0) {
    return `its file system of weights reads ${throughput} MB/s for each TiB over EFA, which takes a multiple of ${step} GiB, got ${size}; round it up or leave efa out`;
  }
  if (mount !== undefined && !FILE_SYSTEM_ID.test(mount.fileSystemId)) {
    return `the id of its file system of weights must look like fs-0123456789abcdef0, got ${JSON.stringify(mount.fileSystemId)}; copy the output WeightsFileSystemId`;
  }
  if (mount !== undefined && !MOUNT_NAME.test(mount.mountName)) {
    return `the mount name of its file system of weights must be at most 8 letters and digits, got ${JSON.stringify(mount.mountName)}; copy the output WeightsMountName`;
  }
  return undefined;
}
