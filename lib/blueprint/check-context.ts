import { Problem } from '../problem';

/** What `cdk -c KEY=VALUE` may say; the values are text. */
export const CONTEXT_KEYS = {
  deployment: 'deployment',
  contract: 'contract',
  asOf: 'asOf',
  actuals: 'actuals',
  /** Turns the CDK's own template validator on. It costs seconds. */
  validateTemplates: 'headroom:validateTemplates',
} as const;

/**
 * Keys that are the CDK's: feature flags, settings, what it looked up in an account and wrote into cdk.context.json
 * (https://docs.aws.amazon.com/cdk/v2/guide/context.html, read 2026-11-23), and two plain names of its command line.
 */
const CDK_KEYS = /^@|^aws:|^aws-cdk:|:account=|^plugin:|^cli-telemetry$|^acknowledged-issue-numbers$/;

/**
 * Refuses context that nobody reads: a misspelt key would leave the default contract in force without a word.
 *
 * @param further keys that an app of its own reads
 * @throws Problem UnknownContext, InvalidArgument
 */
export function checkContext(context: Readonly<Record<string, unknown>>, further: readonly string[] = []): void {
  const known: readonly string[] = [...Object.values(CONTEXT_KEYS), ...further];
  for (const [key, value] of Object.entries(context)) {
    if (CDK_KEYS.test(key)) continue;
    if (!known.includes(key)) {
      throw new Problem(
        'UnknownContext',
        `nothing reads the context key ${JSON.stringify(key)}; use ${known.join(', ')}`,
      );
    }
    if (typeof value !== 'string' && key !== CONTEXT_KEYS.validateTemplates && !further.includes(key)) {
      throw new Problem(
        'InvalidArgument',
        `the context key ${key} takes text, got ${JSON.stringify(value)}; write -c ${key}=VALUE`,
      );
    }
  }
}
