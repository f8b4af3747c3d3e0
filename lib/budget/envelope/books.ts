import type { Bill } from '../bill/bill';
import type { Charge } from '../bill/charge';
import { LEDGER } from '../bill/charge-ledger';
import type { StackTemplate } from '../bill/stack-template';
import type { Contract } from './contract';

/** What the amounts of a contract are made from. */
export interface Books {
  readonly bill: Bill;
  readonly contract: Contract;
  /** The account that a charge is billed to, where it is known. */
  readonly accountOf: (charge: Charge) => string | undefined;
}

export function openBooks(
  bill: Bill,
  contract: Contract,
  stacks: readonly (Pick<StackTemplate, 'path'> & { readonly account?: string | undefined })[] = [],
): Books {
  const ofStacks = new Map(stacks.map(({ path, account }) => [path, account]));
  const ofRows = new Map(contract.capacityReservations.map(({ id, account }) => [id, account]));
  const accountOf = ({ stack, logicalId }: Charge) => (stack === LEDGER ? ofRows.get(logicalId) : ofStacks.get(stack));
  return { bill, contract, accountOf };
}
