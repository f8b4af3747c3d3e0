import { parseAllDocuments } from 'yaml';
import { objectOf, runsOnCountedNodes } from './kubernetes-objects';
import type { StackTemplate } from './stack-template';

/** The Kubernetes objects that somebody applies to one cluster, as the files that are handed over. */
export interface RenderedManifests {
  /** What stands for a stack's path in the bill, e.g. "UsEast1/manifests". */
  readonly path: string;
  readonly cluster: string;
  readonly region: string;
  readonly account: string | undefined;
  /** YAML files; their bytes together are the evidence. */
  readonly files: readonly RenderedFile[];
  /** Hex digest of a text, SHA-256. */
  readonly sha256: (text: string) => string;
}

/** A YAML file, and what its text says where whoever wrote it still knows: reading that back is work for nothing. */
export interface RenderedFile {
  readonly path: string;
  readonly text: string;
  /** Exactly the values of the text's documents. @default - the text is read */
  readonly written?: readonly unknown[];
}

/**
 * The objects as a template that the bill reads beside those of CloudFormation: one resource for each object that may cost
 * something of its own, typed by API group and kind. A kind that nobody has looked at is one of them, and ends up unpriced.
 */
export function templateOfManifests({ sha256, files, ...given }: RenderedManifests): StackTemplate {
  const { path, cluster, region, account } = given;
  const objects = files.flatMap((file) => objectsOf(file));
  const resources = objects
    .map((object) => ({ object, read: objectOf(object, cluster) }))
    .filter(({ read }) => !runsOnCountedNodes(read))
    // Numbered, so that of two objects with one name neither hides the other.
    .map(({ object, read }, index) => [
      `${read.kind.split('/').at(-1)}/${read.name}#${index}`,
      resource(object, read.kind, cluster),
    ]);
  return {
    path,
    stackName: path,
    region,
    account,
    template: { Resources: Object.fromEntries(resources) },
    sha256: sha256(JSON.stringify(files.map(({ path: file, text }) => [file, text]))),
  };
}

/** A file that is no YAML is an object that nobody knows. */
function objectsOf({ path, text, written }: RenderedFile): readonly unknown[] {
  if (written !== undefined) return written;
  return parseAllDocuments(text).flatMap((document) => {
    if (document.errors.length > 0) return [{ kind: 'Unreadable', metadata: { name: path } }];
    const value: unknown = document.toJS();
    return value === null ? [] : [value];
  });
}

function resource(object: unknown, kind: string, cluster: string): object {
  return {
    Type: `Kubernetes::${kind.replace('/', '::')}`,
    Properties: { ClusterName: cluster, Manifest: JSON.stringify(object) },
  };
}
