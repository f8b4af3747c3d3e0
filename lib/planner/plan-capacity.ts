import { isZoneId } from '../catalog/availability-zone';
import type { Catalog } from '../catalog/catalog';
import type { ModelArchitecture } from '../catalog/model';
import { Problem } from '../problem';
import { type Instant, type Interval, instant } from '../units/interval';
import { type AmountText, Usd } from '../units/money';
import { fixed, mapRange, type Range } from '../units/range';
import type { PurchaseRequest } from '../workload/capacity';
import type { Cell } from '../workload/cell';
import type { TrafficProfile } from '../workload/traffic';
import type { Placement, Workload } from '../workload/workload';
import type { CommittedRateOf, RateOf } from './capacity-option';
import { cover } from './commitments';
import { besideReservations, type ContractTerms, contractCost, withheld } from './contract-terms';
import { listCostOf, ownedCostOf, sumOf } from './list-cost';
import { defaultModel } from './performance/default-model';
import type { PerformanceModel } from './performance/performance-model';
import type {
  CapacityPlan,
  CellPlan,
  NodeGroupPlan,
  NodePoolPlan,
  OwnedOffer,
  PlanResult,
  Purchase,
  WorkloadPlan,
} from './plan';
import { plannedPrices } from './planned-prices';
import { type BlockRateOf, blockProposals } from './sizing/block-proposals';
import { coverableOf } from './sizing/coverable-nodes';
import { nodeGroupName } from './sizing/group-names';
import { planInference } from './sizing/inference';
import { type Cost, NO_COST } from './sizing/node-cost';
import { splitNodes } from './sizing/node-pools';
import type { PlannedNodes, PlannedWorkload } from './sizing/planned-workload';
import { horizonLengths, type PlanningContext } from './sizing/planning-context';
import { planReservedBlock } from './sizing/reserved-block';
import { savingsPlans } from './sizing/savings-plan-proposal';
import { splitGroup } from './sizing/split-group';
import { planTraining } from './sizing/training';

/** A workload with what it refers to. Inference needs both its model and its traffic. */
export interface WorkloadToPlan {
  readonly workload: Workload;
  readonly model: ModelArchitecture | undefined;
  readonly traffic: TrafficProfile | undefined;
}

export interface PlanRequest {
  readonly deployment: string;
  readonly asOf: string;
  /** Billed from its start to its end. */
  readonly horizon: Interval;
  readonly cells: readonly Cell[];
  readonly workloads: readonly WorkloadToPlan[];
  readonly catalog: Catalog;
  readonly rateOf: RateOf;
  /** What an instance costs under a commitment. @default - not known */
  readonly committedRateOf?: CommittedRateOf;
  /** What a Capacity Block costs by the hour, for proposals alone. @default - not known */
  readonly blockRateOf?: BlockRateOf;
  /** Chosen by what the contract pays. @default - by list price */
  readonly contract?: ContractTerms;
  /** What the cells own; workloads take from it in their order, before anything is bought. @default - nothing */
  readonly owned?: readonly OwnedOffer[];
  /** What a person shall buy; the plan passes it on with its place. @default - nothing */
  readonly purchases?: readonly PurchaseRequest[];
  /** @default - calibrated step times, and rooflines at stated efficiencies where nothing was measured */
  readonly performance?: PerformanceModel;
}

/**
 * The cheapest capacity that keeps every workload's promises, at exact list price. Each workload is planned alone, on one
 * shape over all its cells; a workload that nothing can serve makes the whole plan infeasible, with why.
 *
 * Depends on the values given and nothing else: not on the order of the catalogue, of cells or of prices.
 *
 * @throws Problem when a workload contradicts itself or the deployment
 */
export function planCapacity(request: PlanRequest): PlanResult {
  const context: PlanningContext = {
    catalog: request.catalog,
    rateOf: request.rateOf,
    ...(request.committedRateOf === undefined ? {} : { committedRateOf: request.committedRateOf }),
    performance: request.performance ?? defaultModel(),
    cells: request.cells,
    horizon: request.horizon,
    ...horizonLengths(request.horizon),
  };
  const asOf = instant(request.asOf);
  const owned = request.owned ?? [];
  const { contract } = request;
  const paid =
    contract === undefined
      ? {}
      : {
          rateOf: contract.rateOf,
          commitments: besideReservations(contract, owned, request.cells, request.horizon).left,
        };
  const planned = planInTurn(request.workloads, asOf, { ...context, ...paid, owned });
  const infeasible = planned.flatMap((part) =>
    part.kind === 'infeasible' ? [{ name: part.name, rejected: part.rejected }] : [],
  );
  if (infeasible.length > 0) return { kind: 'infeasible', workloads: infeasible };
  const feasible = planned.flatMap((part) => (part.kind === 'planned' ? [part] : []));
  const placements = new Map(request.workloads.map(({ workload }) => [workload.name, workload.placement]));
  const cells = request.cells.map((cell) => cellPlan(cell, feasible, { owned, asOf, placements }));
  const cost = cells
    .map((cell) => listCostOf(cell, request.horizon, request.horizon, request.rateOf))
    .reduce(sumOf, fixed(NO_COST));
  return {
    kind: 'feasible',
    plan: {
      schemaVersion: 1,
      deployment: request.deployment,
      asOf,
      horizon: { start: request.horizon.start, end: request.horizon.end },
      workloads: feasible.map((part) => withProposals(part, request, asOf, { ...context, ...paid })),
      cells,
      purchases: (request.purchases ?? []).map((purchase) => placed(purchase, request)),
      listCost: {
        perHour: mapRange(cost, ({ perHour }) => perHourView(perHour)),
        windowTotal: mapRange(cost, ({ window }) => window.toText()),
      },
      ...(owned.length === 0 ? {} : { ownedCost: ownedCost(cells, cost, request) }),
      ...(contract === undefined || contract.withholdsAmounts
        ? {}
        : { contractCost: contractCost(contract, cells, request.cells, request.horizon) }),
      prices: plannedPrices(cells, request.rateOf),
    },
  };
}

function ownedCost(
  cells: readonly CellPlan[],
  total: Range<Cost>,
  { horizon, rateOf }: PlanRequest,
): CapacityPlan['ownedCost'] {
  const parts = cells.map((cell) => ownedCostOf(cell, horizon, rateOf));
  const owed = parts.map((part) => part.owed).reduce(sumOf, fixed(NO_COST));
  const idle = parts.map((part) => part.idle).reduce(sumOf, fixed(NO_COST));
  return {
    marginal: mapRange(total, ({ window }, bound) => window.minus(owed[bound].window).toText()),
    idleOwned: mapRange(idle, ({ window }) => window.toText()),
  };
}

function withProposals(
  { plan, nodeGroups }: Feasible,
  request: PlanRequest,
  asOf: Instant,
  context: PlanningContext,
): WorkloadPlan {
  const { proposal, rejected } = savingsPlans(nodeGroups, request.cells, context);
  const proposed = {
    ...plan,
    ...(proposal === undefined ? {} : { savingsPlanProposal: proposal }),
    rejected: [...plan.rejected, ...rejected],
  };
  const entry = request.workloads.find(({ workload }) => workload.name === plan.name);
  const proposals = entry === undefined ? [] : blockProposals(entry.workload, nodeGroups, { ...request, asOf });
  const told = request.contract?.withholdsAmounts === true ? withheld(proposed) : proposed;
  return proposals.length === 0 ? told : { ...told, blockProposals: proposals };
}

/** One after the other: what one takes of what is owned, the next cannot have. */
function planInTurn(
  workloads: readonly WorkloadToPlan[],
  asOf: string,
  context: PlanningContext,
): readonly PlannedWorkload[] {
  let left = context.owned ?? [];
  let commitments = context.commitments ?? [];
  return workloads.map((entry) => {
    const planned = planWorkload(entry, asOf, { ...context, owned: left, commitments });
    if (planned.kind === 'infeasible') return planned;
    left = without(left, planned.nodeGroups);
    commitments = cover(commitments, coverableGroups(planned.nodeGroups, context)).left;
    return planned;
  });
}

function coverableGroups(groups: readonly PlannedNodes[], { cells, rateOf }: PlanningContext) {
  return groups.flatMap((group) => {
    const cell = cells.find(({ id }) => id === group.cell);
    return cell === undefined ? [] : coverableOf(cell, group.instanceType, [group], rateOf);
  });
}

function without(owned: readonly OwnedOffer[], nodeGroups: readonly PlannedNodes[]): readonly OwnedOffer[] {
  return owned.flatMap((offer) => {
    const isSame = (other: OwnedOffer | undefined) =>
      other?.cell === offer.cell && other.name === offer.name && other.instanceType === offer.instanceType;
    const taken = nodeGroups.reduce((sum, { offer: from, nodes }) => sum + (isSame(from) ? nodes : 0), 0);
    return taken < offer.count ? [{ ...offer, count: offer.count - taken }] : [];
  });
}

function placed(purchase: PurchaseRequest, { cells, rateOf }: PlanRequest): Purchase {
  if (purchase.kind === 'savingsPlan') return purchase;
  const cell = cells.find(({ id }) => id === purchase.cell);
  if (cell === undefined) return purchase;
  const { region, account } = cell;
  const [zone] = cell.availabilityZones;
  const inZone = isZoneId(zone) ? { availabilityZoneId: zone } : { availabilityZone: zone };
  const place = { region, ...inZone, ...(account === undefined ? {} : { account }) };
  const onDemand = onDemandInstead(purchase, region, rateOf);
  return { ...purchase, place, ...(onDemand === undefined ? {} : { onDemand }) };
}

function onDemandInstead(
  purchase: Exclude<PurchaseRequest, { kind: 'savingsPlan' }>,
  region: string,
  rateOf: RateOf,
): Purchase['onDemand'] {
  const { instanceType, count } = purchase;
  const rate = rateOf({ kind: 'instance', region, instanceType, purchase: 'onDemand' });
  if (rate?.per !== 'hour') return undefined;
  const perHour = rate.usd.times(count);
  return {
    perHour: perHour.toText(),
    ...(purchase.kind === 'capacityBlock' ? { total: perHour.times(24 * purchase.days).toText() } : {}),
  };
}

function planWorkload(
  { workload, model, traffic }: WorkloadToPlan,
  asOf: string,
  context: PlanningContext,
): PlannedWorkload {
  switch (workload.kind) {
    case 'inference':
      if (model === undefined || traffic === undefined) {
        throw new Problem(
          'InvalidWorkload',
          `workload ${workload.name} is planned without its ${model === undefined ? 'model' : 'traffic'}; give both`,
        );
      }
      return planInference(workload, model, traffic, context);
    case 'training':
      return planTraining(workload, asOf, context);
    case 'reservedBlock':
      return planReservedBlock(workload, context);
  }
}

type Feasible = Extract<PlannedWorkload, { kind: 'planned' }>;

interface InCell {
  readonly owned: readonly OwnedOffer[];
  readonly asOf: Instant;
  /** By the workload's name. */
  readonly placements: ReadonlyMap<string, Placement>;
}

function cellPlan(cell: Cell, planned: readonly Feasible[], { owned, asOf, placements }: InCell): CellPlan {
  const ownedHere = owned.filter((offer) => offer.cell === cell.id);
  const parts = planned.flatMap(({ plan, nodeGroups }) => {
    const here = nodeGroups.filter((group) => group.cell === cell.id && group.nodes > 0);
    return here.map((nodes) => partOf(plan, nodes, here, cell, placements.get(plan.name), asOf));
  });
  const nodePools = parts.flatMap(({ pool }) => pool ?? []);
  return {
    id: cell.id,
    region: cell.region,
    availabilityZone: cell.availabilityZones[0],
    nodeGroups: parts.flatMap(({ group }) => splitGroup(group)),
    ...(nodePools.length === 0 ? {} : { nodePools }),
    ...(ownedHere.length === 0 ? {} : { owned: ownedHere }),
  };
}

/** A group, and what Karpenter may start beside it. */
function partOf(
  plan: Feasible['plan'],
  nodes: PlannedNodes,
  here: readonly PlannedNodes[],
  cell: Cell,
  placement: Placement | undefined,
  asOf: Instant,
): { readonly group: NodeGroupPlan; readonly pool: NodePoolPlan | undefined } {
  const { instanceType, purchase, rootVolume } = nodes;
  const servers = nodes.pool === undefined ? plan.name : `${plan.name}-${nodes.pool}`;
  const name = nodeGroupName(servers, instanceType, nodes.isFloor === true ? 'floor' : nodes.offer?.name);
  const nodesPerReplica = nodes.nodesPerReplica ?? plan.shape?.nodesPerReplica ?? 1;
  // Beside one group of a workload alone: the one that scales, else the first.
  const besidePool = nodes === (here.find(({ size }) => size !== undefined) ?? here[0]);
  const { size, pool } =
    plan.kind === 'inference' && nodesPerReplica === 1 && nodes.pool === undefined && besidePool
      ? splitNodes(name, plan.name, nodes, cell, placement?.purchaseOptions ?? [])
      : { size: nodes.size ?? fixed(nodes.nodes), pool: undefined };
  const autoscaled = nodes.size !== undefined && cell.nodeScaling?.kind === 'clusterAutoscaler';
  const group: NodeGroupPlan = {
    name,
    workload: plan.name,
    instanceType,
    purchase,
    // Without an actuator nothing changes it: a template that allowed more would be billed for more. AWS drains a block.
    size: purchase === 'capacityBlock' ? { min: 0, plan: nodes.nodes, max: nodes.nodes } : size,
    ...(autoscaled ? { actuator: 'clusterAutoscaler' } : {}),
    rootVolume,
    ...reservedIn(nodes, asOf),
    ...(nodesPerReplica > 1 ? { nodesPerReplica } : {}),
    ...(nodes.pool === undefined ? {} : { pool: nodes.pool }),
  };
  return { group, pool };
}

/** What a group runs in. */
function reservedIn(
  { offer, createReservation, nodes }: PlannedNodes,
  asOf: Instant,
): Pick<
  NodeGroupPlan,
  'reservationId' | 'reservationGroupArn' | 'reservationGroupIds' | 'createdReservation' | 'during' | 'awaitsStart'
> {
  if (offer !== undefined) {
    const { name, isResourceGroup, reservationIds, during, purchase } = offer;
    return {
      ...(isResourceGroup ? { reservationGroupArn: name } : { reservationId: name }),
      ...(reservationIds === undefined ? {} : { reservationGroupIds: reservationIds }),
      during,
      ...(purchase === 'capacityBlock' && asOf < during.start ? { awaitsStart: true } : {}),
    };
  }
  if (createReservation === undefined) return {};
  const { end } = createReservation;
  return { createdReservation: { count: nodes, ...(end === undefined ? {} : { end: instant(end) }) } };
}

/** A view of 12 decimal places, half-even: month-priced items have no finite hourly price. */
function perHourView(perHour: Usd): AmountText {
  return Usd.of(perHour.toView(12)).toText();
}
