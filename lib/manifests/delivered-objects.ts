import { Problem } from '../problem';
import { type CellManifestsInput, cellManifests } from './cell-manifests';
import type { KubernetesObject, ManifestFile } from './chart';
import { ENDPOINT_PICKERS } from './pod-labels';
import { GATEWAY_INFERENCE_EXTENSION, prerequisites } from './prerequisites';
import { servedWorkloads } from './served-workload';

/** Objects of one file, in the order in which they are applied. */
export interface DeliveredFile {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
}

/** API groups that every cluster has. */
const BUILT_IN = /^(v1|(apps|batch|policy|networking\.k8s\.io|rbac\.authorization\.k8s\.io)\/v1)$/;

/**
 * The part of a cell's manifests that a bare cluster takes, for whoever applies them with the deployment: without inference
 * pools and what only they need. Clients then call each workload's Service.
 *
 * @throws Problem InvalidDeployment when a workload could not be served without other software in the cluster.
 */
export function deliveredFiles(input: CellManifestsInput): readonly DeliveredFile[] {
  const { cell, plan, workloads, catalog } = input;
  const needed = prerequisites(cell, servedWorkloads(cell, plan, workloads, catalog));
  const missing = needed.find((one) => one !== GATEWAY_INFERENCE_EXTENSION);
  if (missing !== undefined) {
    throw new Problem(
      'InvalidDeployment',
      `cell ${cell.id} has its manifests delivered by kubectl, and they need ${missing.name} ${missing.version} for ${missing.neededFor}, which nothing installs before; leave serving.delivery out and apply them afterwards`,
    );
  }
  return cellManifests(input).flatMap(delivered);
}

function delivered({ path, objects = [] }: ManifestFile): readonly DeliveredFile[] {
  const taken = objects.filter((object) => BUILT_IN.test(object.apiVersion) && !isOfPicker(object));
  return taken.length === 0 ? [] : [{ name: path.replace(/\.yaml$/, ''), objects: taken }];
}

/** A picker without its pool never becomes ready. */
function isOfPicker({ kind, metadata }: KubernetesObject): boolean {
  if (kind !== 'Deployment') return false;
  return Object.entries(ENDPOINT_PICKERS).every(([label, value]) => metadata.labels?.[label] === value);
}
