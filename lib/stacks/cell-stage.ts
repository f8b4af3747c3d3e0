import { PermissionsBoundary, Stack, Stage, type StageProps, Tags } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Catalog } from '../catalog/catalog';
import { checkCell } from '../constructs/check-cell';
import { DeploymentPlace } from '../constructs/deployment-place';
import type { Delivered } from '../constructs/manifest-delivery';
import { TAG } from '../constructs/node-tags';
import { protectionOf } from '../constructs/protection';
import type { BudgetAudience, SpendLimit } from '../constructs/spend-budget';
import type { ServedSlo } from '../metrics/slo-rules';
import { type CellPlan, mostNodes } from '../planner/plan';
import { Problem } from '../problem';
import type { Instant } from '../units/interval';
import { type Cell, observabilityOf } from '../workload/cell';
import { BudgetStack } from './budget-stack';
import { CAPACITY_PARTS, type CapacityShard, capacityShards } from './capacity-shards';
import { CapacityStack } from './capacity-stack';
import { environmentOf } from './cell-part';
import { ClusterStack } from './cluster-stack';
import { DeliveryStack, type DeliveryStackProps } from './delivery-stack';
import { NetworkStack } from './network-stack';
import { ObservabilityStack, type ObservabilityStackProps } from './observability-stack';
import { PlaceholderStack } from './placeholder-stack';
import { ScalingStack } from './scaling-stack';
import { ServingStack, type ServingStackProps } from './serving-stack';
import { TeardownStack } from './teardown-stack';
import { WeightsStack, type WeightsStackProps } from './weights-stack';

export interface CellStageProps {
  readonly cell: Cell;
  readonly plan: CellPlan;
  readonly catalog: Catalog;
  /** When the cell is to end. @default - it stays until somebody deletes it */
  readonly teardown?: { readonly goneBy: Instant };
  /** Accounts that the templates may be deployed to, where the cell names none itself. @default - any */
  readonly allowedAccounts?: readonly string[];
  /** What AWS Budgets watches. @default - no budget, no stack */
  readonly budget?: { readonly limits: readonly SpendLimit[] } & BudgetAudience;
  /** Names of the workloads that the cell may serve, whether they are planned on it or not. @default - none */
  readonly servedWorkloads?: readonly string[];
  /** Ids of their models, by workload: who serves one reads no other's weights. @default - each reads the whole bucket */
  readonly servedModels?: Readonly<Record<string, string>>;
  /** What the cell may have to promise, by placement. @default - no latency is watched */
  readonly slos?: readonly ServedSlo[];
  /** Kubernetes objects that are applied with the deployment, where the cell asks for it. @default - none */
  readonly delivered?: readonly Delivered[];
  /** What could not be told: stacks that would come of it stand in by a placeholder. @default - nothing */
  readonly unknown?: readonly ('plan' | 'contract')[];
  /** On everything that takes tags. `headroom:cell` is added. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Gives every cell the same references, whatever an app's flags are: exports, which CloudFormation itself keeps in order. */
const REFERENCES_FLAG = '@aws-cdk/core:defaultCrossStackReferences';

/**
 * One cell as CloudFormation has it: stacks cut by how long they live.
 *
 * Network (years) ← Cluster (years) ← Capacity00… (as the plan changes), ← Serving (as the workloads change), ← Scaling where
 * the cell scales its nodes, ← Weights where it keeps them on a file system, and ← Observability (as what it prints changes), to
 * whose topic the Budget beside them writes; Teardown before and after all.
 * It needs no credentials and no lookups, and makes no assets, but where a sandbox has its manifests delivered (Delivery).
 *
 * @throws Problem when the cell or its plan could not be created, or the plan is another cell's.
 */
export class CellStage extends Stage {
  constructor(scope: Construct, id: string, props: CellStageProps) {
    const { cell, plan } = props;
    super(scope, id, { env: environmentOf(cell), ...boundaryOf(cell) });
    checkCell(cell);
    if (plan.id !== cell.id) throw foreignPlan(cell, plan);
    checkActuators(cell, plan);
    this.node.setContext(REFERENCES_FLAG, 'strong');
    const tags: Readonly<Record<string, string>> = {
      ...props.tags,
      [TAG.cell]: cell.id,
      ...(props.teardown === undefined ? {} : { [TAG.expires]: props.teardown.goneBy }),
    };
    for (const key of Object.keys(tags).sort()) Tags.of(this).add(key, tags[key] ?? '');

    const shards = capacityShards(plan.nodeGroups, props.catalog);
    const serving = servingOf(props);
    const teardown = this.createTeardown(props, [
      ...shards.map(({ part }) => part),
      ...(serving === undefined ? [] : [ServingStack.PART]),
      ...(cell.nodeScaling === undefined ? [] : [ScalingStack.PART]),
      ...(cell.serving?.weightsFileSystem === undefined ? [] : [WeightsStack.PART]),
      ...(cell.serving?.delivery === undefined ? [] : [DeliveryStack.PART]),
      ...(observabilityOf(cell).level === 'none' ? [] : [ObservabilityStack.PART]),
    ]);
    const watched = this.createCluster(props, { tags, shards, teardown, serving });
    const observability = this.createObservability(props, watched);
    this.createBudget(props, teardown, observability);
    if (observability !== undefined) this.putBehind(observability);
    this.createPlaceholders(props);
    this.keepInPlace(props);
  }

  /** A template that somebody deploys by hand knows where it belongs, too. */
  private keepInPlace({ cell, allowedAccounts }: CellStageProps): void {
    const accounts = cell.account === undefined ? allowedAccounts : [cell.account];
    for (const stack of this.node.children.filter((child) => Stack.isStack(child))) {
      new DeploymentPlace(stack, { region: cell.region, ...(accounts === undefined ? {} : { accounts }) });
    }
  }

  private createTeardown(
    { cell, teardown }: CellStageProps,
    partsOnCluster: readonly string[],
  ): TeardownStack | undefined {
    if (teardown === undefined) return undefined;
    return new TeardownStack(this, { cell, goneBy: teardown.goneBy, partsOnCluster });
  }

  private createBudget(
    { cell, budget }: CellStageProps,
    teardown: TeardownStack | undefined,
    observability: ObservabilityStack | undefined,
  ): void {
    if (budget === undefined || budget.limits.length === 0) return;
    const toTopic = observability === undefined ? {} : { writesToAlertTopic: true };
    const stack = new BudgetStack(this, { cell, limits: budget.limits, audience: budget, ...toTopic });
    if (teardown !== undefined) stack.addStackDependency(teardown, 'it deletes this stack');
    // By name alone: an export could not be deleted before the budget is.
    if (observability !== undefined) stack.addStackDependency(observability, 'it writes to its topic');
  }

  /** By name alone too: what alarms on a created reservation goes with the reservation, and not with what watches the cell. */
  private putBehind(observability: ObservabilityStack): void {
    for (const stack of this.node.children.filter((child) => child instanceof CapacityStack)) {
      if (stack.writesToAlertTopic) stack.addStackDependency(observability, 'it writes to its topic');
    }
  }

  /** `cdk destroy` deletes what is in the app: without these it would leave what an earlier plan or contract deployed. */
  private createPlaceholders({ cell, unknown = [] }: CellStageProps): void {
    const parts = [
      ...(unknown.includes('plan') ? [...CAPACITY_PARTS, ...(cell.serving?.delivery ? [DeliveryStack.PART] : [])] : []),
      ...(unknown.length === 0 ? [] : [BudgetStack.PART]),
    ];
    const cluster = this.node.findChild(ClusterStack.PART);
    for (const part of parts.filter((name) => this.node.tryFindChild(name) === undefined)) {
      const placeholder = new PlaceholderStack(this, part, { cell });
      if (part !== BudgetStack.PART && Stack.isStack(cluster))
        placeholder.addStackDependency(cluster, 'destroyed before it');
    }
  }

  private createCluster(props: CellStageProps, { tags, shards, teardown, serving }: CellParts): Watched {
    const { cell, plan, catalog } = props;
    const acceleratorNodes = mostNodes(plan);
    const protection = protectionOf(cell, teardown !== undefined);
    const network = new NetworkStack(this, {
      cell,
      acceleratorNodes,
      protection,
      ...(teardown === undefined ? {} : { teardownRoleArn: teardown.roleArn }),
    });
    const { subnets, efaSecurityGroupId, logKey } = network;
    const { cluster } = new ClusterStack(this, {
      cell,
      subnets,
      acceleratorNodes,
      protection,
      tags,
      ...(logKey === undefined ? {} : { logKey }),
    });
    const acceleratorSubnetId = subnets.acceleratorSubnet.subnetId;
    const { clusterName, clusterSecurityGroupId, nodeRoleArn } = cluster;
    const [availabilityZone] = cell.availabilityZones;
    const nodes = {
      nodeRoleArn,
      acceleratorSubnetId,
      availabilityZone,
      pullsInParallel: cell.serving?.parallelImagePull === true,
    };
    const home = { clusterName, clusterSecurityGroupId, efaSecurityGroupId, ...nodes };
    if (serving !== undefined) new ServingStack(this, { cell, clusterName, nodeRoleArn, protection, ...serving });
    this.createWeights(cell, { ...home, clusterName, protection, vpc: subnets.vpc, subnet: subnets.acceleratorSubnet });
    const { nodeScaling } = cell;
    if (nodeScaling !== undefined) new ScalingStack(this, { cell, nodeScaling, clusterName, protection });
    for (const { part, nodeGroups } of shards) {
      new CapacityStack(this, part, { cell, nodeGroups, home, catalog, protection, tags });
    }
    this.createDelivery(props, { clusterName, protection, vpc: subnets.vpc, subnets: subnets.controlSubnets });
    const controlSubnetIds = subnets.controlSubnets.map(({ subnetId }) => subnetId);
    return { clusterName, clusterSecurityGroupId, controlSubnetIds, protection };
  }

  private createObservability(
    { cell, plan, slos = [] }: CellStageProps,
    watched: Watched,
  ): ObservabilityStack | undefined {
    if (observabilityOf(cell).level === 'none') return undefined;
    // In an order of their own: workloads that change places in a deployment change no dashboard.
    const nodeGroups = [...plan.nodeGroups].sort((a, b) => (a.name < b.name ? -1 : 1));
    return new ObservabilityStack(this, { cell, nodeGroups, slos, ...watched });
  }

  private createWeights(cell: Cell, home: Omit<WeightsStackProps, 'cell' | 'settings' | 'bucket'>): void {
    const { weightsBucket: bucket, weightsFileSystem: settings } = cell.serving ?? {};
    if (bucket === undefined || settings === undefined) return;
    new WeightsStack(this, { cell, bucket, settings, ...home });
  }

  private createDelivery(
    { cell, delivered = [] }: CellStageProps,
    home: Omit<DeliveryStackProps, 'cell' | 'kubectlLayerArn' | 'delivered'>,
  ): void {
    const { delivery } = cell.serving ?? {};
    if (delivery === undefined || delivered.length === 0) return;
    new DeliveryStack(this, { cell, delivered, kubectlLayerArn: delivery.kubectlLayerArn, ...home });
  }
}

/** What the stacks of a cell have that its observability needs. */
type Watched = Omit<ObservabilityStackProps, 'cell' | 'nodeGroups' | 'slos'>;

/** On every role of the cell, those that the CDK makes for itself included. */
function boundaryOf({ permissionsBoundary: name }: Cell): Pick<StageProps, 'permissionsBoundary'> {
  return name === undefined ? {} : { permissionsBoundary: PermissionsBoundary.fromName(name) };
}

interface CellParts {
  readonly tags: Readonly<Record<string, string>>;
  readonly shards: readonly CapacityShard[];
  readonly teardown: TeardownStack | undefined;
  readonly serving: Pick<ServingStackProps, 'weightsBucket' | 'workloads' | 'models'> | undefined;
}

/** Weights from the Hugging Face hub need no role, and images from their publishers no cache. */
function servingOf({
  cell,
  servedWorkloads: workloads = [],
  servedModels: models = {},
}: CellStageProps): CellParts['serving'] {
  const { weightsBucket, imageCache } = cell.serving ?? {};
  if (weightsBucket !== undefined && workloads.length > 0) return { weightsBucket, workloads, models };
  return imageCache === undefined ? undefined : { workloads };
}

/** Nobody scales a group whose actuator stands in another cell, or in none. */
function checkActuators({ id, nodeScaling }: Cell, { nodeGroups, nodePools = [] }: CellPlan): void {
  if (nodePools.length > 0 && nodeScaling?.kind !== 'karpenter') {
    throw new Problem(
      'InvalidDeployment',
      `cell ${id} has a plan with node pools, and no Karpenter to start them; set nodeScaling or plan anew`,
    );
  }
  const stray = nodeGroups.find(({ actuator }) => actuator !== undefined && actuator !== nodeScaling?.kind);
  if (stray === undefined) return;
  throw new Problem(
    'InvalidDeployment',
    `node group ${stray.name} of cell ${id} is scaled by ${stray.actuator}, and the cell has ${nodeScaling?.kind ?? 'nothing that scales nodes'}; set nodeScaling or plan anew`,
  );
}

function foreignPlan(cell: Cell, plan: CellPlan): Problem {
  return new Problem(
    'InvalidDeployment',
    `cell ${cell.id} was given the plan of cell ${plan.id}; give each cell its own`,
  );
}
