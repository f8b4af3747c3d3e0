import type { CapacityPlan, PlanResult, Promised, Rejection, ReplicaShape, WorkloadPlan } from '../planner/plan';
import { Usd } from '../units/money';
import type { Range } from '../units/range';
import { count, date, dates, duration, percentOfRatio, plainNumber, ratePlaces, usd, usdRange } from './format';
import { page, paragraph, table } from './layout';
import { pendingPurchases } from './pending-purchases';
import { savingsPlanText, spareText, splitText, trainingText } from './plan-parts';

/** Rejections shown of each code; the planner puts the closest first. */
const SHOWN_PER_CODE = 3;
const LABEL_WIDTH = 10;

/** What a reader asks first: what nearly won, then what promised too little, then what could not be at all. */
const CODES: Readonly<Record<Rejection['code'], string>> = {
  Dearer: 'feasible, but dearer',
  SloMissed: 'misses the SLO',
  DeadlineMissed: 'misses the deadline',
  DoesNotFit: 'does not fit in memory',
  NotShardable: 'cannot be split that way',
  UnsupportedPrecision: 'precision not supported',
  NotOffered: 'not offered',
  Unpriced: 'no known price',
  NotReserved: 'floor and spare not reserved',
  Unverified: 'not published as launchable',
  UnknownHardware: 'a figure of the hardware is unknown',
};

const BINDING: Readonly<Record<WorkloadPlan['binding'], string>> = {
  memory: 'memory for the KV cache',
  prefillFlops: 'arithmetic of the prefill',
  decodeBandwidth: 'memory bandwidth of the decode',
  ttft: 'the TTFT target',
  tpot: 'the TPOT target',
  spare: 'the spare that was asked for',
  purchaseUnit: 'the smallest unit that is sold',
  requested: 'the count that was asked for',
};

/** The plan for people: what was chosen for each workload, why, and why everything else lost. */
export function renderPlan(result: CapacityPlan | PlanResult): string {
  if (!('kind' in result)) return renderCapacityPlan(result);
  if (result.kind === 'feasible') return renderCapacityPlan(result.plan);
  return page([
    `Plan  infeasible: no candidate serves ${result.workloads.map(({ name }) => name).join(', ')}`,
    ...result.workloads.map(({ name, rejected }) => `${name}\n${rejections(rejected)}`),
  ]);
}

function renderCapacityPlan(plan: CapacityPlan): string {
  return page([
    `Plan  ${plan.deployment}, ${dates(plan.horizon)}, as of ${date(plan.asOf)}`,
    costs(plan),
    ...plan.workloads.map((workload) => renderWorkload(workload, plan)),
    ...priceList(plan),
    ...pendingPurchases(plan),
  ]);
}

function costs({ listCost, ownedCost, contractCost }: CapacityPlan): string {
  return table(
    [
      { title: 'list cost of the planned nodes, USD' },
      { title: 'min', align: 'right' },
      { title: 'plan', align: 'right' },
      { title: 'max', align: 'right' },
    ],
    [
      ['an hour', ...usdRange(listCost.perHour, ratePlaces(listCost.perHour))],
      ['the whole horizon', ...usdRange(listCost.windowTotal)],
      ...(ownedCost === undefined
        ? []
        : [
            ['of it, beyond what is owned', ...usdRange(ownedCost.marginal)],
            ['of it, owned and idle', ...usdRange(ownedCost.idleOwned)],
          ]),
      ...(contractCost === undefined
        ? []
        : [
            ['under the contract, with all that is owned', ...usdRange(contractCost.total)],
            ['of that, beyond what is owned', ...usdRange(contractCost.marginal)],
            ['of that, owned and idle', ...usdRange(contractCost.idleOwned)],
          ]),
    ],
  );
}

/** Where each list price of the plan comes from. */
function priceList({ prices = [] }: CapacityPlan): readonly string[] {
  const told = prices.filter(({ source }) => source !== undefined);
  if (told.length === 0) return [];
  const lines = told.map(({ item, region, usd: each, per, source = '', asOf }) =>
    paragraph(
      `${item} in ${region}: ${each} USD ${per === 'hour' ? 'an hour' : 'a month'}${asOf === undefined ? '' : `, from ${date(asOf)}`} (${source})`,
      2,
    ),
  );
  return [['Prices of the plan, at list', ...lines].join('\n')];
}

function renderWorkload(workload: WorkloadPlan, plan: CapacityPlan): string {
  const { name, kind, model, binding, rejected } = workload;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['shape', workload.shape === null ? undefined : shapeText(workload.shape)],
    ['pools', poolsText(workload)],
    ['replicas', replicasText(workload)],
    ['spare', spareText(workload)],
    ['over time', overTimeText(workload)],
    ['nodes', nodesText(name, plan)],
    ['committed', commitmentText(workload)],
    ['bought', boughtText(workload)],
    ['proposed', proposalText(workload)],
    ['plan', savingsPlanText(workload)],
    ['split', splitText(workload)],
    ['training', trainingText(workload)],
    ['load', loadText(workload)],
    ['promise', promiseText(workload)],
    ['latency', latencyText(workload)],
    ['sized on', sizedOnText(workload)],
    ['limit', BINDING[binding]],
    ['easing', easingText(workload)],
  ];
  return [
    `${name}  ${model ?? kind}`,
    ...facts.flatMap(([label, text]) => (text === undefined ? [] : [fact(label, text)])),
    rejections(rejected),
  ].join('\n');
}

function fact(label: string, text: string): string {
  const indent = 2 + LABEL_WIDTH;
  return `  ${label.padEnd(LABEL_WIDTH)}${paragraph(text, indent, 0).trimStart()}`;
}

function shapeText(shape: ReplicaShape): string {
  const nodes = shape.nodesPerReplica === 1 ? shape.instanceType : `${shape.nodesPerReplica} × ${shape.instanceType}`;
  const degrees = (
    [
      ['tensor', shape.tensorParallel],
      ['pipeline', shape.pipelineParallel],
      ['expert', shape.expertParallel],
      ['attention data', shape.attentionDataParallel],
    ] as const
  ).filter(([, degree]) => degree > 1);
  const parallel = degrees.length === 0 ? '' : `, parallel: ${degrees.map(([name, by]) => `${name} ${by}`).join(', ')}`;
  return `${count(shape.acceleratorsPerReplica, 'accelerator')} of ${nodes} a replica, ${shape.precision} on ${shape.engine}${parallel}`;
}

/** Both pools, with what goes between them. */
function poolsText({ pools, cacheTransfer }: WorkloadPlan): string | undefined {
  if (pools === undefined) return undefined;
  const each = pools.map(({ role, shape, replicas, concurrencyPerReplica: flight }) => {
    const inFlight = flight === null ? '' : `, ${plainNumber(flight)} in flight`;
    return `${role}: ${bounds(replicas)} × ${shapeText(shape)}${inFlight}`;
  });
  if (cacheTransfer === undefined) return each.join('; ');
  const { meanBytes, longestBytes, prefillBytesPerSecond, decodeBytesPerSecond, longestSeconds } = cacheTransfer;
  const sides = `${plainNumber(prefillBytesPerSecond / 1e9)} and ${plainNumber(decodeBytesPerSecond / 1e9)} GB/s of EFA`;
  const moved = `a prompt's cache of ${plainNumber(meanBytes / 1e6)} MB, at most ${plainNumber(longestBytes / 1e6)} MB, goes over ${sides} in at most ${duration(longestSeconds)}`;
  return [...each, moved].join('; ');
}

function replicasText({ replicas, assuredReplicas }: WorkloadPlan): string {
  return `${bounds(replicas)}, ${assuredReplicas} of them on assured capacity`;
}

function overTimeText({ overTime }: WorkloadPlan): string | undefined {
  if (overTime === undefined) return undefined;
  const { byHour, byMonth, autoscaler } = overTime;
  const shape = byHour === undefined ? '' : ` over ${count(byHour.length, 'hour')} that repeat`;
  const first = byMonth[0];
  const last = byMonth.at(-1);
  const grows =
    first === undefined || last === undefined || first.replicas.max === last.replicas.max
      ? ''
      : `; at the peak ${first.replicas.max} from ${date(first.start)}, ${last.replicas.max} from ${date(last.start)}`;
  return `needs ${bounds(autoscaler)} replicas${shape}${grows}`;
}

function commitmentText({ overTime }: WorkloadPlan): string | undefined {
  const commitment = overTime?.commitment;
  if (commitment === undefined) return undefined;
  const { nodesCommitted, nodeHoursByTheHour, hours, rate, cost } = commitment;
  const split = `${count(nodesCommitted, 'node')} for every hour, ${count(nodeHoursByTheHour, 'node hour')} in ${hours} as they come`;
  if (rate === undefined || cost === undefined) return `${split}; no committed rate is known`;
  return `${split} (${rate}): ${usd(cost.split)} USD, not ${usd(cost.byTheHour)}`;
}

function nodesText(workload: string, plan: CapacityPlan): string | undefined {
  const groups = plan.cells.flatMap(({ id, nodeGroups, nodePools = [] }) => [
    ...nodeGroups
      .filter((group) => group.workload === workload)
      .map((group) => `${id} ${bounds(group.size)} × ${group.instanceType} ${group.purchase}`),
    ...nodePools
      .filter((pool) => pool.workload === workload)
      .map((pool) => `${id} ${bounds(pool.size)} × ${pool.instanceType} by Karpenter, ${pool.purchases.join(' or ')}`),
  ]);
  return groups.length === 0 ? undefined : groups.join('; ');
}

function boughtText({ purchase }: WorkloadPlan): string | undefined {
  if (purchase.length === 0) return undefined;
  return purchase
    .map(({ option, assurance, nodes }) => `${count(nodes, 'node')} ${option}, ${ASSURANCE[assurance]}`)
    .join('; ');
}

const ASSURANCE = { reserved: 'reserved', bestEffort: 'best effort' } as const;

/** Never planned on: somebody must buy them first. */
function proposalText({ blockProposals }: WorkloadPlan): string | undefined {
  if (blockProposals === undefined) return undefined;
  return blockProposals
    .map(({ count: nodes, instanceType, cell, during, upfrontUsd, fallbackUsd }) => {
      const upfront = upfrontUsd === null ? 'no price is known' : `${usd(upfrontUsd)} USD upfront`;
      const fallback = fallbackUsd === null ? '' : `, on demand ${usd(fallbackUsd)}`;
      return `a Capacity Block of ${nodes} × ${instanceType} in ${cell}, ${dates(during)}: ${upfront}${fallback}`;
    })
    .join('; ');
}

function loadText({ requestsPerSecondPerReplica: rate, concurrencyPerReplica: concurrency }: WorkloadPlan) {
  if (rate === null) return undefined;
  const flight = concurrency === null ? '' : `, ${plainNumber(concurrency)} in flight`;
  return `${plainNumber(rate)} requests/s a replica${flight}`;
}

function promiseText({ slo }: WorkloadPlan): string | undefined {
  if (slo === null) return undefined;
  const kept = (name: string, { percentile, seconds, predictedSeconds }: Promised) =>
    `${name} p${percentile} ${duration(predictedSeconds)} of ${duration(seconds)}`;
  return `${kept('TTFT', slo.ttft)}; ${kept('TPOT', slo.tpot)}`;
}

function sizedOnText({ sizedOn }: WorkloadPlan): string | undefined {
  if (sizedOn === undefined) return undefined;
  const { basis, confidence, slowdown } = sizedOn;
  return `${BASES[basis]}, taken ${slowdown.toFixed(2)} times as long for ${percentOfRatio(confidence)} confidence`;
}

const BASES: Readonly<Record<NonNullable<WorkloadPlan['sizedOn']>['basis'], string>> = {
  calibrated: 'step times fitted to measurements of this accelerator and engine',
  interpolated: 'step times fitted to measurements of near accelerators or sizes',
  extrapolated: 'step times fitted to measurements of others: no such replica was measured',
  roofline: 'step times of a roofline at stated efficiencies, fitted to nothing',
};

function latencyText({ ttftSeconds, tpotSeconds, errorBand }: WorkloadPlan): string | undefined {
  if (ttftSeconds === null || tpotSeconds === null) return undefined;
  const band = errorBand === null ? '' : `; ± ${percentOfRatio(errorBand.relative)} (${errorBand.source})`;
  const ttft = `TTFT p50 ${duration(ttftSeconds.p50)}, p99 ${duration(ttftSeconds.p99)}`;
  return `${ttft}; TPOT p50 ${duration(tpotSeconds.p50)}, p99 ${duration(tpotSeconds.p99)}${band}`;
}

/** The dearest constraints first; those that save nothing are not told. */
function easingText({ relaxations }: WorkloadPlan): string | undefined {
  if (relaxations === undefined) return undefined;
  const saving = relaxations
    .filter(({ savesUsd }) => Usd.of(savesUsd).exceeds(Usd.zero))
    .sort((a, b) => Usd.of(b.savesUsd).compare(Usd.of(a.savesUsd)));
  if (saving.length === 0) return 'no constraint alone, a tenth easier, saves anything';
  const told = saving.map(({ constraint, savesUsd }) => `${EASED[constraint]} ${usd(savesUsd)}`);
  return `a tenth easier saves, USD over the horizon: ${told.join('; ')}`;
}

const EASED: Readonly<Record<WorkloadPlan['binding'], string>> = {
  memory: 'more memory',
  prefillFlops: 'more FLOP/s',
  decodeBandwidth: 'more memory bandwidth',
  ttft: 'a longer TTFT',
  tpot: 'a longer TPOT',
  spare: 'less spare',
  purchaseUnit: 'nodes sold by the tenth',
  requested: 'less load',
};

function rejections(rejected: readonly Rejection[]): string {
  if (rejected.length === 0) return fact('rejected', 'nothing else was allowed');
  const groups = Object.entries(CODES).map(([code, means]) => ({
    means,
    lost: rejected.filter((each) => each.code === code),
  }));
  return [
    fact('rejected', count(rejected.length, 'candidate')),
    ...groups.filter(({ lost }) => lost.length > 0).map(({ means, lost }) => rejectionGroup(means, lost)),
  ].join('\n');
}

function rejectionGroup(means: string, lost: readonly Rejection[]): string {
  const shown = lost.slice(0, SHOWN_PER_CODE);
  const rest = lost.length - shown.length;
  return [
    `    ${means}: ${lost.length}`,
    ...shown.map(({ candidate, reason }) => paragraph(`${candidate}: ${reason}`, 6)),
    ...(rest === 0 ? [] : [`      … and ${rest} more`]),
  ].join('\n');
}

/** "4", or "2 to 6, 4 planned" where the bounds differ. */
function bounds({ min, plan, max }: Range<number>): string {
  return min === max ? `${max}` : `${min} to ${max} (${plan} planned)`;
}
