import { unknownProperties } from '../known-properties';
import { free, type Line, unpriced } from '../line';
import type { Resource } from '../read-template';
import { field, listOf, literalText, Opaque } from '../template-value';

/** Properties that cost nothing, or that decide here whether something does. */
const KNOWN = new Set([
  'Description',
  'EventBusName',
  'EventPattern',
  'Name',
  'RoleArn',
  'ScheduleExpression',
  'State',
  'Tags',
  'Targets',
]);

/**
 * Events that AWS services send by themselves cost nothing, nor does their delivery to a queue or topic of the same account
 * (EventBridge pricing, read 2026-11-23); those land on the target's own bill. Anything else is not priced.
 */
export function chargeRule(rule: Resource): readonly Line[] {
  const extras = unknownProperties(rule, 'rule', KNOWN);
  if (rule.property('ScheduleExpression') !== undefined) {
    return [unpriced('ruleInvocations', 'scheduled rules are not priced; use EventBridge Scheduler'), ...extras];
  }
  if (!isFromAws(rule) || rule.property('EventBusName') !== undefined) {
    return [
      unpriced('ruleEvents', 'only events that AWS services send to the default bus are known to be free'),
      ...extras,
    ];
  }
  const targets = listOf(rule.property('Targets') ?? [], 'Targets');
  if (targets instanceof Opaque || !targets.every((target) => isInTemplate(field(target, 'Arn')))) {
    return [
      unpriced('ruleDeliveries', 'only deliveries to resources of the templates are known to be free'),
      ...extras,
    ];
  }
  return [free('events of AWS services and their delivery inside the account cost nothing'), ...extras];
}

function isFromAws(rule: Resource): boolean {
  const sources = listOf(field(rule.property('EventPattern'), 'source'), 'source');
  if (sources instanceof Opaque || sources.length === 0) return false;
  return sources.every((source) => /^aws\./.test(literalText(source) ?? ''));
}

/** A target is another resource of these templates; what it costs stands there. */
function isInTemplate(arn: ReturnType<typeof field>): boolean {
  return arn instanceof Opaque && arn.target !== undefined;
}
