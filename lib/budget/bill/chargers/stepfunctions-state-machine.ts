import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { field, literalText } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'Definition',
  'DefinitionS3Location',
  'DefinitionString',
  'DefinitionSubstitutions',
  'EncryptionConfiguration',
  'LoggingConfiguration',
  'RoleArn',
  'StateMachineName',
  'StateMachineType',
  'Tags',
  'TracingConfiguration',
]);

/** State transitions, or for an express machine requests and gigabyte-hours. */
export function chargeStateMachine(machine: Resource): readonly Line[] {
  const traced = field(machine.property('TracingConfiguration'), 'Enabled') ?? false;
  return [
    ...byType(literalText(machine.property('StateMachineType') ?? 'STANDARD')),
    ...(traced === false || traced === 'false'
      ? []
      : [unpriced('stateMachineTraces', 'traces are billed by X-Ray and not priced; declare a ceiling')]),
    ...unknownProperties(machine, 'stateMachine', KNOWN),
  ];
}

function byType(type: string | undefined): readonly Line[] {
  if (type === 'STANDARD') return [usage('stateTransitions', 'stepFunctions:transitions')];
  if (type !== 'EXPRESS')
    return [unpriced('stateTransitions', 'the type of the machine is not decided by the template')];
  return [
    usage('expressRequests', 'stepFunctions:expressRequests'),
    usage('expressGigabyteHours', 'stepFunctions:expressGigabyteHours'),
  ];
}
