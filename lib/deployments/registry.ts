import { Problem } from '../problem';
import type { Deployment } from './deployment';
import { production } from './production';
import { sandbox } from './sandbox';

export const DEPLOYMENTS: readonly Deployment[] = [sandbox, production];

export const DEPLOYMENT_NAMES: readonly string[] = DEPLOYMENTS.map((deployment) => deployment.name);

/** @throws Problem UnknownDeployment with the names that exist. */
export function findDeployment(name: string): Deployment {
  const found = DEPLOYMENTS.find((deployment) => deployment.name === name);
  if (found !== undefined) return found;
  throw new Problem(
    'UnknownDeployment',
    `there is no deployment ${JSON.stringify(name)}; choose one of ${DEPLOYMENT_NAMES.join(', ')}`,
  );
}
