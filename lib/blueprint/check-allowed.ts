import type { Deployment } from '../deployments/deployment';
import { Problem } from '../problem';
import type { Cell } from '../workload/cell';

const ACCOUNT = /^\d{12}$/;

/**
 * Refuses a deployment with a cell outside its own allow-list, a production cell that any credentials could deploy, and a
 * sandbox that nothing ends.
 *
 * @throws Problem InvalidDeployment, one sentence for the first thing that is wrong
 */
export function checkAllowed(deployment: Deployment): void {
  const { name, allowed, cells, fleet } = deployment;
  const odd = [...(allowed?.accounts ?? []), ...(allowed?.deployedFrom ?? [])].find((id) => !ACCOUNT.test(id));
  if (odd !== undefined) refuse(name, `an account has twelve digits, got ${JSON.stringify(odd)}; correct it`);
  if (fleet !== undefined && allowed?.regions.includes(fleet.region) === false) {
    refuse(
      name,
      `its fleet is in ${fleet.region} and only ${allowed.regions.join(', ')} is allowed; move it or allow it`,
    );
  }
  for (const cell of cells) checkCellPlace(cell, deployment);
}

function checkCellPlace(cell: Cell, { name, allowed, lifetime }: Deployment): void {
  const { regions, accounts } = allowed ?? {};
  if (regions !== undefined && !regions.includes(cell.region)) {
    refuse(name, `cell ${cell.id} is in ${cell.region} and only ${regions.join(', ')} is allowed; move it or allow it`);
  }
  if (accounts !== undefined && cell.account !== undefined && !accounts.includes(cell.account)) {
    refuse(
      name,
      `cell ${cell.id} is in account ${cell.account} and only ${accounts.join(', ')} is allowed; correct either`,
    );
  }
  if (cell.profile === 'production' && cell.account === undefined && accounts === undefined) {
    refuse(name, `its production cell ${cell.id} could go to any account; name the account in the cell or in allowed`);
  }
  if (cell.profile === 'sandbox' && lifetime.kind === 'term') {
    refuse(name, `its sandbox cell ${cell.id} has no end; keep it for a number of hours or make it a production cell`);
  }
}

function refuse(deployment: string, why: string): never {
  throw new Problem('InvalidDeployment', `deployment ${deployment} cannot be planned: ${why}`);
}
