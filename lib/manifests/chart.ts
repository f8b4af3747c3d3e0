import { ApiObject, type ApiObjectProps, App, Chart, Yaml } from 'cdk8s';

/** A Kubernetes object as it is written down. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: NonNullable<ApiObjectProps['metadata']> & { readonly name: string };
  readonly [field: string]: unknown;
}

/** A file of a cell's manifests, its path relative to the cell's folder. */
export interface ManifestFile {
  readonly path: string;
  readonly text: string;
  /** What the text says, where it is Kubernetes objects. */
  readonly objects?: readonly KubernetesObject[];
  /** What a reader of the text would find in it, as JSON values and in its order; absent where the text has to be read. */
  readonly written?: readonly unknown[];
}

/** Objects as one YAML file, in the order given. Their names are their own: no hash is added. */
export function yamlFile(path: string, objects: readonly KubernetesObject[]): ManifestFile {
  const chart = new Chart(new App(), 'chart', { disableResourceNameHashes: true });
  objects.forEach((object, index) => {
    new ApiObject(chart, `${index}-${object.kind}-${object.metadata.name}`, object);
  });
  const written: readonly unknown[] = chart.toJson();
  return { path, text: Yaml.stringify(...written), objects, written };
}
