import { unknownProperties } from '../known-properties';
import { type Line, usage } from '../line';
import type { Resource } from '../read-template';

/** Properties that cost nothing, or whose cost lands in what is declared here or on another resource. */
const KNOWN = new Set([
  'AlertManagerDefinition',
  'Alias',
  'KmsKeyArn',
  'LoggingConfiguration',
  'QueryLoggingConfiguration',
  'Tags',
  'WorkspaceConfiguration',
]);

/** Samples taken in, samples read by queries and rules, and what is kept. Nothing by the hour. */
export function chargeWorkspace(workspace: Resource): readonly Line[] {
  return [
    usage('ampIngestedSamples', 'amp:ingestedSamples'),
    usage('ampQuerySamples', 'amp:querySamples'),
    usage('ampStoredGigabytes', 'amp:storage'),
    ...unknownProperties(workspace, 'workspace', KNOWN),
  ];
}
