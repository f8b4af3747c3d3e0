import { exact } from '../../../units/exact';
import { mapRange, type Range } from '../../../units/range';
import { sageMakerItem } from '../../prices/items';
import { unknownFields, unknownProperties } from '../known-properties';
import { type Line, priced, unpriced, usage } from '../line';
import type { Assembly, Resource } from '../read-template';
import { scaledBy, withinScaling } from '../scalable-target';
import { countOf, field, listOf, literalText, Opaque, textsOf, type Value } from '../template-value';
import { type ChargerContext, exactly } from './charger';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'DeploymentConfig',
  'EndpointConfigName',
  'EndpointName',
  'ExcludeRetainedVariantProperties',
  'RetainAllVariantProperties',
  'RetainDeploymentConfig',
  'Tags',
]);
const KNOWN_VARIANT = new Set([
  'CapacityReservationConfig',
  'ContainerStartupHealthCheckTimeoutInSeconds',
  'EnableSSMAccess',
  'InferenceAmiVersion',
  'InitialInstanceCount',
  'InitialVariantWeight',
  'InstanceType',
  'ManagedInstanceScaling',
  'ModelDataDownloadTimeoutInSeconds',
  'ModelName',
  'RoutingConfig',
  'VariantName',
  'VolumeSizeInGB',
]);

/** Every variant of the configuration that the endpoint uses: instances within their scaling, their storage, and the data. */
export function chargeEndpoint(endpoint: Resource, context: ChargerContext): readonly Line[] {
  const name = endpoint.property('EndpointConfigName');
  const config = name instanceof Opaque ? context.assembly.resourceAt(name.target) : undefined;
  const known = config?.type === 'AWS::SageMaker::EndpointConfig' ? config : byName(name, endpoint, context.assembly);
  const lines =
    known === undefined
      ? [unpriced('hostingInstanceHours', 'the endpoint configuration is not among these templates')]
      : chargeConfiguration(known, endpoint, context);
  return [...lines, ...unknownProperties(endpoint, 'endpoint', KNOWN)];
}

function byName(name: Value, { stack }: Resource, assembly: Assembly): Resource | undefined {
  const text = literalText(name);
  return text === undefined
    ? undefined
    : assembly
        .ofType('AWS::SageMaker::EndpointConfig')
        .find((one) => one.stack.path === stack.path && literalText(one.property('EndpointConfigName')) === text);
}

function chargeConfiguration(config: Resource, endpoint: Resource, context: ChargerContext): readonly Line[] {
  const variants = ['ProductionVariants', 'ShadowProductionVariants'].map((name) =>
    listOf(config.property(name) ?? [], name),
  );
  const unknown = variants.find((list) => list instanceof Opaque);
  if (unknown instanceof Opaque) return [unpriced('hostingInstanceHours', unknown.reason)];
  const all = variants.flatMap((list) => (list instanceof Opaque ? [] : list));
  if (all.length === 0) return [unpriced('hostingInstanceHours', 'the configuration names no variant')];
  const scaled = scaledBy(
    endpoint,
    'sagemaker',
    'DesiredInstanceCount',
    literalText(endpoint.property('EndpointName')),
    context.assembly,
  );
  if (scaled instanceof Opaque) return [unpriced('hostingInstanceHours', scaled.reason)];
  // Every copy of a component runs on instances that the variants bound.
  return [
    ...all.flatMap((variant, index) => chargeVariant(variant, all.length === 1 ? '' : `${index}`, scaled)),
    usage('endpointDataGigabytes', 'sagemaker:hostingData'),
  ];
}

function chargeVariant(variant: Value, suffix: string, scaled: Range<number> | undefined): readonly Line[] {
  const hours = `hostingInstanceHours${suffix}`;
  if (variant instanceof Opaque) return [unpriced(hours, variant.reason)];
  if (field(variant, 'ServerlessConfig') !== undefined)
    return [unpriced(hours, 'serverless inference is billed by use and not priced; declare a ceiling')];
  const types = textsOf(field(variant, 'InstanceType'), 'InstanceType');
  const count = instanceCount(variant, scaled);
  if (types instanceof Opaque) return [unpriced(hours, types.reason)];
  if (count instanceof Opaque) return [unpriced(hours, count.reason)];
  const [type = '', ...others] = types;
  const instances =
    others.length > 0
      ? unpriced(hours, 'the instance type is not decided by the template')
      : priced(hours, sageMakerItem(type, 'hosting'), exactly(count));
  const reserved = field(variant, 'CapacityReservationConfig') !== undefined;
  return [
    instances,
    ...storage(variant, suffix, count),
    ...(reserved
      ? [unpriced(`trainingPlan${suffix}`, 'a training plan is paid upfront and is not in the template')]
      : []),
    ...unknownFields(variant, 'variant', KNOWN_VARIANT),
  ];
}

function instanceCount(variant: Value, scaled: Range<number> | undefined): Range<number> | Opaque {
  const initial = countOf(field(variant, 'InitialInstanceCount') ?? 1, 'InitialInstanceCount');
  if (initial instanceof Opaque) return initial;
  const managed = field(variant, 'ManagedInstanceScaling');
  if (managed === undefined || literalText(field(managed, 'Status')) === 'DISABLED')
    return withinScaling(initial, scaled);
  const min = countOf(field(managed, 'MinInstanceCount') ?? 1, 'MinInstanceCount');
  const max = countOf(field(managed, 'MaxInstanceCount'), 'MaxInstanceCount');
  if (min instanceof Opaque) return min;
  if (max instanceof Opaque) return max;
  return withinScaling(withinScaling(initial, { min: min.min, plan: min.min, max: max.max }), scaled);
}

function storage(variant: Value, suffix: string, count: Range<number>): readonly Line[] {
  const stated = field(variant, 'VolumeSizeInGB');
  if (stated === undefined) return [];
  const gigabytes = countOf(stated, 'VolumeSizeInGB');
  if (gigabytes instanceof Opaque) return [unpriced(`hostingStorage${suffix}`, gigabytes.reason)];
  const quantity = mapRange(count, (instances, at) => exact(instances * gigabytes[at]));
  return [priced(`hostingStorage${suffix}`, 'sagemaker:hostingStorage', quantity)];
}
