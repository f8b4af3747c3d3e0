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
import {
  byWorkload,
  type ServedWorkload,
  type ServersOfWorkload,
  servedWorkloads,
  type WorkloadWithModel,
} from './served-workload';
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
    jsonFile('expected-nodes.json', expectedNodes(cellPlan, catalog, served)),
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

/** Names of one namespace: a workload's own, its pools', its picker's, and those of its replicas over several nodes. */
function checkNames({ id }: Cell, served: readonly ServedWorkload[]): void {
  const workloads = byWorkload(served).map(([{ workload }]) => workload.name);
  for (const servers of byWorkload(served)) {
    const { name } = servers[0].workload;
    for (const twin of workloads.filter((other) => other !== name)) {
      const taken = ownerOf(twin, servers);
      if (taken === undefined) continue;
      throw new Problem(
        'InvalidDeployment',
        `workload ${name} has ${taken} named ${twin}, as another workload of cell ${id} is; rename that one`,
      );
    }
  }
}

/** What of a workload has the name already. */
function ownerOf(name: string, servers: ServersOfWorkload): string | undefined {
  if (name === pickerName(servers[0].workload.name)) return 'an endpoint picker';
  if (servers.some((each) => each.pool !== undefined && each.name === name)) return 'a pool';
  const replica = name.replace(/-\d+$/, '');
  const several = servers.some((each) => each.shape.nodesPerReplica > 1 && each.name === replica && replica !== name);
  return several ? 'a replica over several nodes' : undefined;
}

function kustomization(files: readonly ManifestFile[]): ManifestFile {
  const written = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: files.map(({ path }) => path),
  };
  return { path: 'kustomization.yaml', text: Yaml.stringify(written), written: [written] };
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
