import type { Assembly, Resource } from './read-template';
import { field, literalText, Opaque, type Value } from './template-value';

/**
 * LaunchTemplateData of the template that a specification names, by its Ref or by a name that is written in one template of
 * the same stack; opaque when the version is not the one that is written.
 */
export function launchDataOf(specification: Value, from: Resource, assembly: Assembly): Value {
  if (specification instanceof Opaque) return specification;
  const id = field(specification, 'LaunchTemplateId');
  const name = field(specification, 'LaunchTemplateName');
  const byId = id instanceof Opaque ? assembly.resourceAt(id.target) : undefined;
  const byName = name instanceof Opaque ? assembly.resourceAt(name.target) : named(literalText(name), from, assembly);
  const resource = byId ?? (id === undefined ? byName : undefined);
  if (resource?.type !== 'AWS::EC2::LaunchTemplate') {
    return new Opaque('the launch template is not among these templates; refer to it by its Ref');
  }
  const version = field(specification, 'Version');
  const ofIt = version instanceof Opaque && assembly.resourceAt(version.target) === resource;
  const latest = literalText(version) === '$Latest' || (ofIt && version.target?.attribute === 'LatestVersionNumber');
  return latest
    ? resource.property('LaunchTemplateData')
    : new Opaque('the launch template is used in a version that is not the one written here; use LatestVersionNumber');
}

function named(name: string | undefined, from: Resource, assembly: Assembly): Resource | undefined {
  if (name === undefined) return undefined;
  const found = assembly
    .ofType('AWS::EC2::LaunchTemplate')
    .filter((one) => one.stack.path === from.stack.path && literalText(one.property('LaunchTemplateName')) === name);
  return found.length === 1 ? found[0] : undefined;
}
