import { unknownProperties } from '../known-properties';
import { type Line, unpriced, usage } from '../line';
import type { Assembly, Resource } from '../read-template';
import { countOf, field, listOf, literalText, Opaque } from '../template-value';
import type { ChargerContext } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'Architectures',
  'Code',
  'CodeSigningConfigArn',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'FunctionName',
  'Handler',
  'ImageConfig',
  'KmsKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'RecursiveLoop',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'RuntimeManagementConfig',
  'SnapStart',
  'Tags',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
]);
/** Ephemeral storage that a function has without paying, in MB (Lambda developer guide). */
const INCLUDED_STORAGE = 512;

/** Requests, gigabyte-seconds, and the log group that Lambda makes where no template does. The free tier is never counted. */
export function chargeFunction(lambda: Resource, context: ChargerContext): readonly Line[] {
  return [
    usage('lambdaRequests', 'lambda:requests'),
    ...duration(lambda),
    ...(writesToItsOwnGroup(lambda, context)
      ? [usage('lambdaLogGigabytes', 'logs:ingest'), usage('logStoredGigabytes', 'logs:stored')]
      : []),
    ...apart(lambda),
    ...unknownProperties(lambda, 'function', KNOWN),
  ];
}

function duration(lambda: Resource): readonly Line[] {
  const architectures = listOf(lambda.property('Architectures') ?? ['x86_64'], 'Architectures');
  const names = architectures instanceof Opaque ? [] : architectures.map(literalText);
  // One that is not decided is billed as the dearer.
  const arm = names.length > 0 && names.every((name) => name === 'arm64');
  return [usage('lambdaGigabyteSeconds', arm ? 'lambda:armGigabyteSeconds' : 'lambda:gigabyteSeconds')];
}

/** A group in a template bills what is written to it. */
function writesToItsOwnGroup(lambda: Resource, { assembly }: ChargerContext): boolean {
  const group = field(lambda.property('LoggingConfig'), 'LogGroup');
  const target = group instanceof Opaque ? assembly.resourceAt(group.target) : undefined;
  if (target?.type === 'AWS::Logs::LogGroup') return false;
  const name = literalText(lambda.property('FunctionName'));
  return name === undefined || !groupNames(assembly).has(`/aws/lambda/${name}`);
}

const NAMES = new WeakMap<Assembly, ReadonlySet<string>>();

/** Names of the log groups that surely exist. */
function groupNames(assembly: Assembly): ReadonlySet<string> {
  const known = NAMES.get(assembly);
  if (known !== undefined) return known;
  const created = assembly
    .ofType('AWS::Logs::LogGroup')
    .filter(({ created }) => created.decided && created.plan === true);
  const names = new Set(created.flatMap((one) => literalText(one.property('LogGroupName')) ?? []));
  NAMES.set(assembly, names);
  return names;
}

function apart(lambda: Resource): readonly Line[] {
  const lines: Line[] = [];
  const storage = countOf(field(lambda.property('EphemeralStorage'), 'Size') ?? INCLUDED_STORAGE, 'Size');
  if (storage instanceof Opaque || storage.max > INCLUDED_STORAGE)
    lines.push(unpriced('lambdaEphemeralStorage', 'storage beyond 512 MB is billed by the second and not priced'));
  if ((field(lambda.property('SnapStart'), 'ApplyOn') ?? 'None') !== 'None')
    lines.push(unpriced('lambdaSnapStart', 'snapshots are billed by size and restore and not priced'));
  if (literalText(field(lambda.property('TracingConfig'), 'Mode') ?? 'PassThrough') !== 'PassThrough')
    lines.push(unpriced('lambdaTraces', 'traces are billed by X-Ray and not priced; declare a ceiling'));
  return lines;
}
