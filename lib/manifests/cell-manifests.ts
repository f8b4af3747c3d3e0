import { Yaml } from 'cdk8s';
import type { Catalog } from '../catalog/catalog';
import type { CapacityPlan } from '../planner/plan';
import { Problem } from '../problem';
import type { Cell } from '../workload/cell';
import { applyGuide } from './apply-guide';
import type { ManifestFile } from './chart';
import { clusterAutoscalerFile } from './cluster-autoscaler';
import { collectorAccess } from './collector-access';
import { devicePlugins } from './device-plugins';
import { checkPools } from './disaggregation';
import { expectedNodes } from './expected-nodes';
import { acceleratorExporters } from './exporters';
import { gatewayFile } from './gateway';
import { checkServing } from './image-reference';
import { pickerName } from './inference-pool';
import { karpenterFile } from './karpenter';
import { modelServerFile } from './model-server';
import { namespaceFile } from './namespace';
import { networkPoliciesFile } from './network-policies';
import { type NodePoolsInput, nodePoolsFile } from './node-pools';
import { prerequisites } from './prerequisites';
import { byWorkload, type ServedWorkload, servedWorkloads, type WorkloadWithModel } from './served-workload';
import { weightsFiles } from './weights';

export interface CellManifestsInput {
  readonly cell: Cell;
  readonly plan: CapacityPlan;
  readonly workloads: readonly WorkloadWithModel[];
  readonly catalog: Catalog;
  /** On what Karpenter starts, as on everything else of the deployment. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * The files of one cell, for a GitOps tool or `kubectl apply -k`: device plug-ins where its nodes need them, the model
 * servers of every workload that it serves, a kustomization that lists them, how to apply them, and two JSON files beside it:
 * what must be in the cluster before, and what its nodes must report afterwards.
 *
 * The same input gives the same bytes.
 *
 * @throws Problem InvalidDeployment when the pods could never start.
 */
export function cellManifests({
  cell,
  plan,
  workloads,
  catalog,
  tags = {},
}: CellManifestsInput): readonly ManifestFile[] {
  const cellPlan = plan.cells.find(({ id }) => id === cell.id);
  if (cellPlan === undefined || cellPlan.nodeGroups.length === 0) return [];
  checkServing(cell);
  const served = servedWorkloads(cell, plan, workloads, catalog);
  checkNames(cell, served);
  checkPools(served);
  const resources = [
    ...devicePlugins(cell, cellPlan, catalog),
    ...acceleratorExporters(cell, cellPlan, catalog),
    ...scalingFiles({ cell, plan: cellPlan, catalog, tags }),
    ...servingFiles(cell, served),
  ];
  return [
    applyGuide(cell, served),
    kustomization(resources),
    ...resources,
    imageList(resources),
    jsonFile('expected-nodes.json', expectedNodes(cellPlan, catalog)),
    jsonFile('prerequisites.json', prerequisites(cell, served)),
  ];
}

function scalingFiles(input: Omit<NodePoolsInput, 'scaling'>): readonly ManifestFile[] {
  const { nodeScaling } = input.cell;
  switch (nodeScaling?.kind) {
    case undefined:
      return [];
    case 'clusterAutoscaler': {
      const { nodeGroups } = input.plan;
      const file = clusterAutoscalerFile({ cell: input.cell, nodeGroups, catalog: input.catalog });
      return file === undefined ? [] : [file];
    }
    case 'karpenter': {
      const pools = nodePoolsFile({ ...input, scaling: nodeScaling });
      return [karpenterFile(input.cell), ...(pools === undefined ? [] : [pools])];
    }
  }
}

function servingFiles(cell: Cell, served: readonly ServedWorkload[]): readonly ManifestFile[] {
  if (served.length === 0) return [];
  return [
    namespaceFile(served),
    networkPoliciesFile(served),
    ...collectorAccess(cell),
    ...(cell.serving?.gateway === undefined ? [] : [gatewayFile()]),
    ...weightsFiles(cell),
    ...byWorkload(served).map(modelServerFile),
  ];
}

/** Names of one namespace: a workload's own, its pools', and its picker's. */
function checkNames({ id }: Cell, served: readonly ServedWorkload[]): void {
  const owners = byWorkload(served).map((servers) => ({
    workload: servers[0].workload.name,
    names: new Set([
      servers[0].workload.name,
      pickerName(servers[0].workload.name),
      ...servers.map(({ name }) => name),
    ]),
  }));
  for (const { workload, names } of owners) {
    const twin = owners.find((other) => other.workload !== workload && names.has(other.workload));
    if (twin === undefined) continue;
    const kind = twin.workload === pickerName(workload) ? 'an endpoint picker' : 'a pool';
    throw new Problem(
      'InvalidDeployment',
      `workload ${workload} has ${kind} named ${twin.workload}, as another workload of cell ${id} is; rename that one`,
    );
  }
}

function kustomization(files: readonly ManifestFile[]): ManifestFile {
  const text = Yaml.stringify({
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(({ path }) => path),
  });
  return { path: 'kustomization.yaml', text };
}

/** Every image that the manifests name, for whoever copies, scans or warms a cache with them. */
function imageList(files: readonly ManifestFile[]): ManifestFile {
  const images = files.flatMap(({ text }) =>
    [...text.matchAll(/^\s*(?:- )?image: "?([^\s"]+)"?$/gm)].map(([, image]) => image ?? ''),
  );
  return {
    path: 'images.txt',
    text: [...new Set(images)]
      .sort()
      .map((image) => `${image}\n`)
      .join(''),
  };
}

function jsonFile(path: string, value: unknown): ManifestFile {
  return { path, text: `${JSON.stringify(value, undefined, 2)}\n` };
}
