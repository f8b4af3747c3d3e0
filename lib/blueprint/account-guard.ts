import type { IPolicyValidationPlugin, PolicyValidationPluginReport } from 'aws-cdk-lib';
import type { Deployment } from '../deployments/deployment';

/** Why the credentials at hand may not deploy, and what to change. */
export interface Refusal {
  readonly sentence: string;
  readonly remedy: string;
}

/**
 * Why an account is not one that a deployment may be deployed with; undefined when it is, or when nobody says which it is.
 *
 * Without an allow-list a deployment may go anywhere but where another deployment has production cells.
 *
 * @param caller twelve digits, or undefined without credentials
 * @param others every deployment there is
 */
export function refusalOf(
  deployment: Deployment,
  caller: string | undefined,
  others: readonly Deployment[],
): Refusal | undefined {
  if (caller === undefined) return undefined;
  const expected = expectedAccounts(deployment);
  if (expected !== undefined) {
    if (expected.includes(caller)) return undefined;
    return {
      sentence: `these credentials belong to account ${caller} and deployment ${deployment.name} goes to ${expected.join(', ')}`,
      remedy: `use credentials of that account, or name yours in lib/deployments/${deployment.name}.ts`,
    };
  }
  const owner = others.find((other) => other.name !== deployment.name && productionAccounts(other).includes(caller));
  if (owner === undefined) return undefined;
  return {
    sentence: `these credentials belong to account ${caller}, which has the production cells of deployment ${owner.name}, and ${deployment.name} names no account of its own`,
    remedy: `use credentials of another account, or allow this one in lib/deployments/${deployment.name}.ts`,
  };
}

/** Undefined where any will do: a cell names none and there is no list. */
function expectedAccounts({ cells, fleet, allowed }: Deployment): readonly string[] | undefined {
  const { accounts, deployedFrom = [] } = allowed ?? {};
  const named = cells.map(({ account }) => account);
  const targets = named.every((account) => account !== undefined) ? named : accounts;
  return targets === undefined
    ? undefined
    : [...new Set([...(fleet === undefined ? [] : [fleet.account]), ...targets, ...deployedFrom])];
}

function productionAccounts({ cells, allowed }: Deployment): readonly string[] {
  const production = cells.filter(({ profile }) => profile === 'production');
  return production.flatMap(({ account }) => account ?? allowed?.accounts ?? []);
}

/**
 * Says the refusal where `cdk synth`, `deploy` and `diff` stop on it, while `cdk ls` and `cdk destroy` go on: what is deployed
 * by mistake can be taken down.
 */
export class AccountGuard implements IPolicyValidationPlugin {
  readonly name = 'Headroom account guard';
  readonly version = '0.1.0';
  readonly #refusal: Refusal;

  constructor(refusal: Refusal) {
    this.#refusal = refusal;
  }

  validate(): PolicyValidationPluginReport {
    const { sentence, remedy } = this.#refusal;
    const app = { constructPath: '', locations: [] };
    return {
      success: false,
      pluginVersion: this.version,
      violations: [
        {
          ruleName: 'ForeignAccount',
          severity: 'fatal',
          description: sentence,
          fix: remedy,
          violatingResources: [app],
        },
      ],
    };
  }
}
