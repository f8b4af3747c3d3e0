import type { FinalizeRequestMiddleware, Pluggable } from '@smithy/types';
import { type Rate, TokenBucket } from './token-bucket';

/** How patient a client is. */
export interface Patience {
  readonly rate: Rate;
  /** Tries of one request that is throttled or cut off. */
  readonly attempts: number;
  /** Longest wait before the nth further try; the wait is a random part of it. */
  readonly backoffMillis: (retry: number) => number;
  /** Without an answer for so long, a request counts as cut off. */
  readonly timeoutMillis: number;
}

/** GetProducts' own pace, and retries that outlast a minute of throttling. */
const PATIENCE: Patience = {
  rate: { burst: 10, perSecond: 5 },
  attempts: 8,
  backoffMillis: (retry) => Math.min(20_000, 250 * 2 ** retry),
  timeoutMillis: 30_000,
};

/** What every client of a refresh is made with: the service's home region, jittered retries, an end to waiting. */
export async function clientSettings(patience: Partial<Patience>) {
  // The SDK is pinned to a version that runs on every Node that this package does: its notice helps nobody here.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { ConfiguredRetryStrategy } = await import('@smithy/core/retry');
  const { attempts, backoffMillis, timeoutMillis } = { ...PATIENCE, ...patience };
  return {
    region: 'us-east-1',
    retryStrategy: new ConfiguredRetryStrategy(attempts, (retry) => Math.random() * backoffMillis(retry)),
    requestHandler: {
      connectionTimeout: timeoutMillis,
      requestTimeout: timeoutMillis,
      throwOnRequestTimeout: true,
    },
  };
}

/** Makes every request wait its turn; behind the retries, so that every try does. */
export function paced<Input extends object, Output extends object>(
  patience: Partial<Patience>,
): Pluggable<Input, Output> {
  const bucket = new TokenBucket(patience.rate ?? PATIENCE.rate);
  const waitTurn: FinalizeRequestMiddleware<Input, Output> = (next) => async (args) => {
    await bucket.take();
    return next(args);
  };
  return {
    applyToStack: (stack) =>
      stack.addRelativeTo(waitTurn, { relation: 'after', toMiddleware: 'retryMiddleware', name: 'waitTurn' }),
  };
}

/** How offers name the server that they were read through: not at all when it is AWS's own. */
export function viaOf(host: string): string | undefined {
  return /\.(amazonaws\.com(\.cn)?|api\.aws)$/.test(host) ? undefined : host;
}
