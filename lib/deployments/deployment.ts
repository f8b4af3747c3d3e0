import type { Cell } from '../workload/cell';
import type { Workload } from '../workload/workload';

/** A complete, typed, runnable deployment: what must be served, where, and which contract it is held to. */
export interface Deployment {
  readonly name: string;
  /** The day the deployment was last reviewed; judged against, never the clock. */
  readonly asOf: string;
  /** When the capacity is first billed and until when it is planned. */
  readonly horizon: { readonly start: string; readonly end: string };
  /** A scheduled teardown is put into the assembly, so that everything is gone at `horizon.end`. @default false */
  readonly teardown?: boolean;
  readonly cells: readonly Cell[];
  readonly workloads: readonly Workload[];
  /** contract.json, relative to the repository's root. */
  readonly contractFile: string;
  readonly tags: Readonly<Record<string, string>>;
}
