import type { LatencyTarget, Slo } from '../../workload/workload';
import type { Rejection } from '../plan';
import type { Candidate, Refusal } from './candidates';
import type { LoadLimit } from './load-limit';
import { compareFleets, type PricedFleet } from './priced-fleet';
import { layoutName, type ReplicaOption } from './replica-option';

/** What became of a candidate's shapes so far. */
export interface Outcome {
  best?: PricedFleet;
  /** The least that its unevaluated shapes cost. */
  discarded?: PricedFleet;
  closest?: { readonly excess: number; readonly reason: string };
  /** A shape keeps the SLO on more nodes than are owned, and none is sold, or none that may carry its floor. */
  tooFew?: Refusal;
}

type Missed = Extract<LoadLimit, { kind: 'missed' }>;

/** By how much an idle replica misses its promises. */
export function missReason(option: ReplicaOption, missed: Missed, slo: Slo): string {
  const layout = layoutName(option.configuration.shape);
  if (!Number.isFinite(missed.excess)) return `${layout}: its prefill queue keeps up with no load`;
  const over = (name: string, seconds: number, target: LatencyTarget) =>
    seconds <= target.seconds
      ? []
      : [
          `${name} p${target.percentile} is ${text(seconds)} s when idle, ` +
            `${text((100 * seconds) / target.seconds - 100)} % over ${target.seconds} s`,
        ];
  const misses = [...over('ttft', missed.ttftSeconds, slo.ttft), ...over('tpot', missed.tpotSeconds, slo.tpot)];
  return `${layout}: ${misses.join(' and ')}`;
}

function text(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

/** One line for every candidate but the winner: missed promises first, the closest miss at the top, then by cost. */
export function rejectionsOf(
  outcomes: ReadonlyMap<Candidate, Outcome>,
  best: PricedFleet | undefined,
): readonly Rejection[] {
  const missed: { excess: number; rejection: Rejection }[] = [];
  const dearer: { cheapest: PricedFleet; rejection: Rejection }[] = [];
  const tooFew: Rejection[] = [];
  for (const [{ name }, { best: own, discarded, closest, tooFew: beyond }] of outcomes) {
    const cheapest = cheaper(own, discarded);
    if (cheapest !== undefined && best !== undefined) {
      if (cheapest !== best) dearer.push({ cheapest, rejection: dearerThan(name, cheapest, cheapest !== own, best) });
    } else if (beyond !== undefined) {
      tooFew.push({ candidate: name, ...beyond });
    } else if (closest !== undefined) {
      missed.push({
        excess: closest.excess,
        rejection: { candidate: name, code: 'SloMissed', reason: closest.reason },
      });
    }
  }
  missed.sort((a, b) => a.excess - b.excess || (a.rejection.candidate < b.rejection.candidate ? -1 : 1));
  dearer.sort((a, b) => compareFleets(a.cheapest, b.cheapest));
  return [...[...missed, ...dearer].map(({ rejection }) => rejection), ...tooFew.sort(byCandidate)];
}

function byCandidate(a: Rejection, b: Rejection): number {
  return a.candidate < b.candidate ? -1 : 1;
}

function cheaper(a: PricedFleet | undefined, b: PricedFleet | undefined): PricedFleet | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareFleets(a, b) <= 0 ? a : b;
}

function dearerThan(candidate: string, fleet: PricedFleet, isBound: boolean, best: PricedFleet): Rejection {
  const { shape } = fleet.option.configuration;
  const cost = fleet.cost.perHour;
  const more = cost.minus(best.cost.perHour);
  const atLeast = isBound ? 'at least ' : '';
  const compared = more.isZero()
    ? 'as much as the choice, with more nodes or a later name'
    : `${more.toView()} more than the choice`;
  return {
    candidate,
    code: 'Dearer',
    reason: `${layoutName(shape)} on ${fleet.fleet.nodes} nodes costs ${atLeast}${cost.toView()} USD an hour, ${compared}`,
  };
}
