import type { StackTemplate } from '../budget/bill/stack-template';
import type { BootstrapNeed } from './need';

/** As the CDK writes it: `/cdk-bootstrap/QUALIFIER/version`. */
const PARAMETER = 'BootstrapVersion';
/** What CDK 2 asks for in every template that it deploys with its own roles (the rule CheckBootstrapVersion). */
const VERSION = 6;

/** One for every account and region, by the parameter that the templates themselves ask for. */
export function bootstrapNeeds(stacks: readonly StackTemplate[]): readonly BootstrapNeed[] {
  const needs = stacks.flatMap(({ template, account, region }): readonly BootstrapNeed[] => {
    const parameter = at(template, 'Parameters', PARAMETER, 'Default');
    if (typeof parameter !== 'string') return [];
    return [{ kind: 'bootstrap', account, region, parameter, version: VERSION }];
  });
  return [...new Map(needs.map((need) => [JSON.stringify(need), need])).values()];
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let found = value;
  for (const key of path) found = typeof found === 'object' && found !== null ? Reflect.get(found, key) : undefined;
  return found;
}
