import type { Cell } from '../workload/cell';
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

/** A complete, typed, runnable deployment: what must be served, where, and which contract it is held to. */
export interface Deployment {
  readonly name: string;
  /** When the deployment was last reviewed, a UTC date or instant; judged against instead of the clock. */
  readonly asOf: string;
  readonly lifetime: Lifetime;
  readonly cells: readonly Cell[];
  readonly workloads: readonly Workload[];
  /** contract.json, relative to the repository's root. */
  readonly contractFile: string;
  /** waivers.json, relative to the repository's root. @default - no waivers */
  readonly waiversFile?: string;
  readonly tags: Readonly<Record<string, string>>;
}
