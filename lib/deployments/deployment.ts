import type { PurchaseRequest, SpotRate } from '../workload/capacity';
import type { Cell } from '../workload/cell';
import type { Fleet } from '../workload/fleet';
import type { Workload } from '../workload/workload';

/**
 * How long the capacity is kept.
 *
 * - `term`: a fixed window. Nothing in the assembly ends it, so its max is billed to the end of the contract.
 * - `hours`: so many hours from `asOf`; a teardown that is in the assembly ends it.
 */
export type Lifetime =
  | { readonly kind: 'term'; readonly start: string; readonly end: string }
  | { readonly kind: 'hours'; readonly hours: number };

/** Where a deployment may go. The deployment is checked against it, and every template that it makes refuses to be deployed elsewhere. */
export interface Allowed {
  readonly regions: readonly [string, ...string[]];
  /** Twelve digits each. @default - any account that no production cell of another deployment names */
  readonly accounts?: readonly [string, ...string[]];
  /** Accounts whose credentials may deploy into those by the trust of `cdk bootstrap --trust`: a pipeline's. @default - none */
  readonly deployedFrom?: readonly string[];
}

/** A complete, typed, runnable deployment: what must be served, where, and which contract it is held to. */
export interface Deployment {
  readonly name: string;
  /** When the deployment was last reviewed, a UTC date or instant; judged against instead of the clock. */
  readonly asOf: string;
  readonly lifetime: Lifetime;
  readonly cells: readonly Cell[];
  /** @default - the accounts and regions of its cells */
  readonly allowed?: Allowed;
  /** What its cells share, deployed before them. @default - nothing */
  readonly fleet?: Fleet;
  readonly workloads: readonly Workload[];
  /** What spot instances are expected to cost. @default - spot is offered to nobody */
  readonly spotRates?: readonly SpotRate[];
  /** What a person shall buy outside CloudFormation; it leaves a purchase manifest and nothing else. @default - nothing */
  readonly purchases?: readonly PurchaseRequest[];
  /** contract.json, relative to the repository's root. */
  readonly contractFile: string;
  /** waivers.json, relative to the repository's root. @default - no waivers */
  readonly waiversFile?: string;
  /** actuals.json, relative to the repository's root; `headroom actuals` makes it. @default - the plan alone is judged */
  readonly actualsFile?: string;
  readonly tags: Readonly<Record<string, string>>;
}
