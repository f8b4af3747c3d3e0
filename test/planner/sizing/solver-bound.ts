import type loadHighs from 'highs';

/** Groups of nodes that may be bought: so many replicas in each, so many requests per second within the SLO, so many USD an hour. */
export interface Unit {
  readonly name: string;
  readonly nodes: number;
  readonly replicas: number;
  readonly requestsPerSecond: number;
  readonly usdPerHour: number;
}

/** What the solver answers, and whether arithmetic without it agrees that the answer carries the load at that cost. */
export interface SolverAnswer {
  readonly usdPerHour: number;
  /** What nothing costs less than, by the solver's own proof. */
  readonly boundUsdPerHour: number;
  readonly isFeasible: boolean;
}

type Solver = Awaited<ReturnType<typeof loadHighs>>;

/** The gap that is left open to the solver. */
const GAP = 1e-6;

/**
 * The cheapest whole numbers of units that carry a load: of one shape alone, as a plan has it, or mixed as they please, which no plan
 * of one shape can cost less than.
 */
export function solve(solver: Solver, units: readonly Unit[], load: number, mixed: boolean): SolverAnswer | undefined {
  const sum = (weight: (unit: Unit) => number, variable: string) =>
    units.map((unit, index) => `${plain(weight(unit))} ${variable}${index}`).join(' + ');
  const most = (unit: Unit) => Math.ceil(load / unit.requestsPerSecond) + 1;
  const one = mixed
    ? []
    : [` one: ${sum(() => 1, 'y')} = 1`, ...units.map((unit, i) => ` o${i}: n${i} - ${most(unit)} y${i} <= 0`)];
  const problem = [
    'Minimize',
    ` cost: ${sum(({ usdPerHour }) => usdPerHour, 'n')}`,
    'Subject To',
    ` load: ${sum(({ requestsPerSecond }) => requestsPerSecond, 'n')} >= ${plain(load)}`,
    ...one,
    'Bounds',
    ...units.map((unit, i) => ` 0 <= n${i} <= ${most(unit)}`),
    'General',
    ` ${units.map((_, i) => `n${i}`).join(' ')}`,
    ...(mixed ? [] : ['Binary', ` ${units.map((_, i) => `y${i}`).join(' ')}`]),
    'End',
  ].join('\n');
  const answer = solver.solve(problem, { mip_rel_gap: GAP, time_limit: 20 });
  if (answer.Status !== 'Optimal') return undefined;
  const counts = units.map((_, i) => answer.Columns[`n${i}`]?.Primal ?? 0);
  const carried = units.reduce((total, unit, i) => total + Math.round(counts[i] ?? 0) * unit.requestsPerSecond, 0);
  const usdPerHour = units.reduce((total, unit, i) => total + Math.round(counts[i] ?? 0) * unit.usdPerHour, 0);
  const shapes = counts.filter((count) => Math.round(count) > 0).length;
  return {
    usdPerHour,
    boundUsdPerHour: answer.ObjectiveValue * (1 - GAP),
    isFeasible:
      carried >= load * (1 - 1e-6) &&
      counts.every((count) => Math.abs(count - Math.round(count)) < 1e-5) &&
      Math.abs(usdPerHour - answer.ObjectiveValue) <= 1e-6 * usdPerHour &&
      (mixed || shapes === 1),
  };
}

/** LP files have no exponents. */
function plain(value: number): string {
  return value.toFixed(9);
}
