import { parseArgs } from 'node:util';

/** What can be broken on purpose, to see that the check turns red. */
export const BREAKABLE = ['reference', 'nic', 'policy', 'address'] as const;
export type Breakable = (typeof BREAKABLE)[number];

/** `opt-in`: a cell of production with what neither has, and a fleet. `variants`: a cell by hand, in a given network, of every other purchase. */
export const TARGETS = ['sandbox', 'production', 'opt-in', 'variants'] as const;
export type Target = (typeof TARGETS)[number];

/** Where the deployments go. */
export type Endpoint =
  /** An emulator that the script starts and stops. */
  | { readonly kind: 'own' }
  /** Another emulator, already listening on this machine. */
  | { readonly kind: 'given'; readonly url: string }
  /** The account of whoever runs it: it costs money. */
  | { readonly kind: 'aws'; readonly account: string };

export interface Settings {
  readonly endpoint: Endpoint;
  /** How `cdk deploy` makes its changes. */
  readonly method: 'direct' | 'change-set';
  readonly targets: readonly Target[];
  readonly breaks: Breakable | undefined;
  readonly bootstrap: boolean;
  /** Resource types that may be missing from a stack's resources, because the emulator is known to ignore them. */
  readonly ignoredTypes: readonly string[];
}

const USAGE = `npm run test:deploy -- [options]
  --endpoint URL|aws     an emulator that listens on this machine, or the real account of your credentials
                         (HEADROOM_DEPLOY_ENDPOINT; default: one is started)
  --account DIGITS       with --endpoint aws: the account that the credentials must belong to
  --method METHOD        direct (default) or change-set (HEADROOM_DEPLOY_METHOD)
  --only TARGET          sandbox, production, opt-in or variants (default: all; with --endpoint aws: sandbox)
  --no-bootstrap         the account is bootstrapped already (so it must be with --endpoint aws)
  --ignore TYPE          a type that the emulator ignores; may be given again
  --break WHAT           ${BREAKABLE.join(', ')}: break it before the deployment, which must then fail`;

/** @throws Error with the usage, for settings that mean nothing */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      endpoint: { type: 'string' },
      account: { type: 'string' },
      method: { type: 'string' },
      only: { type: 'string' },
      'no-bootstrap': { type: 'boolean' },
      ignore: { type: 'string', multiple: true },
      break: { type: 'string' },
    },
  });
  const endpoint = endpointOf(values.endpoint ?? env.HEADROOM_DEPLOY_ENDPOINT, values.account);
  const breaks = oneOf('--break', values.break, BREAKABLE);
  const only = oneOf('--only', values.only, TARGETS);
  if (only === 'variants' && endpoint.kind === 'aws')
    throw new Error('variants takes its network from an emulator; choose another target for aws');
  return {
    endpoint,
    method: oneOf('--method', values.method ?? env.HEADROOM_DEPLOY_METHOD, ['direct', 'change-set']) ?? 'direct',
    targets: only !== undefined ? [only] : defaultTargets(endpoint, breaks),
    breaks,
    bootstrap: endpoint.kind !== 'aws' && values['no-bootstrap'] !== true,
    ignoredTypes: values.ignore ?? [],
  };
}

function defaultTargets(endpoint: Endpoint, breaks: Breakable | undefined): readonly Target[] {
  if (endpoint.kind === 'aws') return ['sandbox'];
  // It has everything that can be broken.
  return breaks === undefined ? TARGETS : ['production'];
}

function endpointOf(given: string | undefined, account: string | undefined): Endpoint {
  if (given === undefined) return { kind: 'own' };
  if (given === 'aws') {
    if (account === undefined || !/^\d{12}$/.test(account)) {
      throw new Error(`--endpoint aws needs --account and its twelve digits, so that nothing is deployed by mistake`);
    }
    return { kind: 'aws', account };
  }
  if (!['127.0.0.1', 'localhost', '[::1]'].includes(new URL(given).hostname)) {
    throw new Error(`the endpoint ${given} is not on this machine; give a loopback address, or aws`);
  }
  return { kind: 'given', url: given };
}

function oneOf<T extends string>(name: string, given: string | undefined, allowed: readonly T[]): T | undefined {
  if (given === undefined) return undefined;
  const found = allowed.find((it) => it === given);
  if (found === undefined) throw new Error(`${name} ${given} means nothing here\n\n${USAGE}`);
  return found;
}
