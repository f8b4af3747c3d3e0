import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Cell } from '../workload/cell';

/** How hard a cell is to delete, and what outlives it. */
export interface Protection {
  /** Of stacks that take long to rebuild, and of the cluster itself. */
  readonly deletionProtection: boolean;
  /** Of logs and keys. */
  readonly removalPolicy: RemovalPolicy;
  readonly logRetention: RetentionDays;
}

/** Kept in production, gone with the stack in a sandbox; a cell with a teardown is never protected from it. */
export function protectionOf(cell: Pick<Cell, 'profile'>, hasTeardown: boolean): Protection {
  return cell.profile === 'production' && !hasTeardown
    ? { deletionProtection: true, removalPolicy: RemovalPolicy.RETAIN, logRetention: RetentionDays.ONE_YEAR }
    : { deletionProtection: false, removalPolicy: RemovalPolicy.DESTROY, logRetention: RetentionDays.ONE_WEEK };
}
