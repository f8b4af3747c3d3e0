import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { unknownProperties } from '../known-properties';
import { free, type Line, priced, unpriced, usage } from '../line';
import type { Resource } from '../read-template';
import { listOf, Opaque } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'Description',
  'GenerateSecretString',
  'KmsKeyId',
  'Name',
  'ReplicaRegions',
  'SecretString',
  'Tags',
  'Type',
]);

/** A secret by the month, each replica as one more, and its requests. */
export function chargeSecret(secret: Resource): readonly Line[] {
  const replicas = listOf(secret.property('ReplicaRegions') ?? [], 'ReplicaRegions');
  return [
    replicas instanceof Opaque
      ? unpriced('secrets', replicas.reason)
      : // A replica is billed in its own region, at the same price in all of them that the list has.
        priced('secrets', 'secretsManager:secret', fixed(exact(1 + replicas.length))),
    usage('secretRequests', 'secretsManager:requests'),
    ...unknownProperties(secret, 'secret', KNOWN),
  ];
}

/** Rotation is done by a function: one in the template is billed there, one that CloudFormation makes is not seen. */
export function chargeRotationSchedule(schedule: Resource): readonly Line[] {
  return schedule.property('HostedRotationLambda') === undefined
    ? [free('the function that rotates is billed by itself')]
    : [unpriced('rotationFunction', 'the function that CloudFormation makes for it is not in the template')];
}
