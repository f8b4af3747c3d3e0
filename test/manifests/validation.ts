import * as fs from 'node:fs';
import * as path from 'node:path';
import Ajv, { type ValidateFunction } from 'ajv';
import { CUSTOM_RESOURCES } from './custom-resources';
import type { Anything } from './served-cells';

/**
 * Kubernetes releases whose models are in test/fixtures/kubernetes (see test/checks/kubernetes-schemas.ts). No package has those
 * of 1.35, which cells pin; what both of its neighbours have, it has.
 */
export const RELEASES = ['1.34', '1.36'] as const;

/** Models by the kind that they are, of the API versions in use. */
const MODELS: Readonly<Record<string, string>> = {
  'v1 Namespace': 'V1Namespace',
  'v1 ServiceAccount': 'V1ServiceAccount',
  'v1 Service': 'V1Service',
  'v1 ConfigMap': 'V1ConfigMap',
  'v1 PersistentVolumeClaim': 'V1PersistentVolumeClaim',
  'apps/v1 Deployment': 'V1Deployment',
  'apps/v1 DaemonSet': 'V1DaemonSet',
  'policy/v1 PodDisruptionBudget': 'V1PodDisruptionBudget',
  'networking.k8s.io/v1 NetworkPolicy': 'V1NetworkPolicy',
  'rbac.authorization.k8s.io/v1 Role': 'V1Role',
  'rbac.authorization.k8s.io/v1 RoleBinding': 'V1RoleBinding',
  'rbac.authorization.k8s.io/v1 ClusterRole': 'V1ClusterRole',
  'rbac.authorization.k8s.io/v1 ClusterRoleBinding': 'V1ClusterRoleBinding',
};

/** Validates objects against one release of Kubernetes and the custom resources; unknown fields are refused at every depth. */
export class Schemas {
  private readonly ajv = new Ajv({ allErrors: true, allowUnionTypes: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor(release: (typeof RELEASES)[number]) {
    const file = path.join(__dirname, `../fixtures/kubernetes/kubernetes-${release}.json`);
    this.ajv.addSchema(JSON.parse(fs.readFileSync(file, 'utf8')), 'kubernetes');
  }

  /** What is wrong with an object, one sentence each; none when it is valid. */
  faults(object: Anything): readonly string[] {
    const key = `${object.apiVersion} ${object.kind}`;
    const validate = this.compiled.get(key) ?? this.compile(key);
    if (validate === undefined) return [`no schema for ${key}`];
    if (validate(object)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${key}${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  private compile(key: string): ValidateFunction | undefined {
    const model = MODELS[key];
    const schema = model === undefined ? CUSTOM_RESOURCES[key] : { $ref: `kubernetes#/definitions/${model}` };
    if (schema === undefined) return undefined;
    const made = this.ajv.compile(schema);
    this.compiled.set(key, made);
    return made;
  }
}

/** Every object inside a value, with its path. */
export function objectsWithin(value: Anything, at = ''): readonly { readonly at: string; readonly object: Anything }[] {
  if (value === null || typeof value !== 'object') return [];
  const inside = Object.entries(value).flatMap(([key, child]) => objectsWithin(child, `${at}/${key}`));
  return Array.isArray(value) ? inside : [{ at, object: value }, ...inside];
}
