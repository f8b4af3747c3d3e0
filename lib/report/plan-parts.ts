import type { Replacement, SplitPart, WorkloadPlan } from '../planner/plan';
import { count, date, duration, percentOfRatio, plainNumber, usd } from './format';

export function spareText({ resilience }: WorkloadPlan): string | undefined {
  if (resilience === undefined) return undefined;
  const { neededReplicas, spareReplicas, survives, leftAfterLoss, replacement } = resilience;
  const asked = survives === undefined ? '' : `, as asked`;
  const left = `without the fullest ${survives ?? 'node'} ${leftAfterLoss} are left${asked}`;
  return `${spareReplicas} beside the ${neededReplicas} that carry the peak; ${left}; a new one serves ${replacementText(replacement)}`;
}

function replacementText({ weightBytes, weights, startSeconds, leadSeconds }: Replacement): string {
  const bytes = `${plainNumber(weightBytes / 1e9)} GB of weights`;
  const start = `${duration(startSeconds)} to start node and engine (a judgement)`;
  if (weights === null || leadSeconds === undefined) {
    return `after an unknown time: ${start} and ${bytes} at a rate that nothing states (serving.weightsRate may)`;
  }
  const { seconds, bytesPerSecond, source } = weights;
  return `after ${duration(leadSeconds)}: ${start}, ${duration(seconds)} for ${bytes} at ${plainNumber(bytesPerSecond / 1e9)} GB/s (${source})`;
}

export function trainingText({ training }: WorkloadPlan): string | undefined {
  if (training === undefined) return undefined;
  const { flops, mfu, usefulShare, ends, source } = training;
  const { checkpointSeconds, checkpointEverySeconds, hoursBetweenFailures } = training;
  const kept = `${percentOfRatio(usefulShare)} of the time is kept: a checkpoint of ${duration(checkpointSeconds)} every ${duration(checkpointEverySeconds)}, a failure every ${plainNumber(hoursBetweenFailures)} h (${source})`;
  return `${flops.toPrecision(3)} FLOPs at ${percentOfRatio(mfu.fraction)} of the peak (${mfu.source}), expected to end ${date(ends)}; ${kept}`;
}

export function splitText({ splitProposal }: WorkloadPlan): string | undefined {
  if (splitProposal === undefined) return undefined;
  const { atTokens, shortShare, short, long, savesUsd } = splitProposal;
  const part = ({ shape, nodes }: SplitPart) => `${nodes} × ${shape.instanceType} ${shape.precision}`;
  return `prompts up to ${plainNumber(atTokens)} tokens (${percentOfRatio(shortShare)} of them) on ${part(short)} and longer ones on ${part(long)} would save ${usd(savesUsd)} USD over the horizon: splitByPrompt makes two workloads of this one`;
}

export function savingsPlanText({ savingsPlanProposal }: WorkloadPlan): string | undefined {
  if (savingsPlanProposal === undefined) return undefined;
  const { nodes, rate, commitmentUsdPerHour, savesUsd } = savingsPlanProposal;
  return `${rate}: ${usd(commitmentUsdPerHour)} USD an hour for the ${count(nodes, 'node')} that always run would save ${usd(savesUsd)} USD over the horizon`;
}
