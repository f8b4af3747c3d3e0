import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * Writes test/fixtures/kubernetes/kubernetes-VERSION.json from the typed models of an unpacked @kubernetes/client-node, which
 * are generated from the OpenAPI document of one Kubernetes release:
 *
 *   npm pack @kubernetes/client-node@1.4.0 && tar xzf kubernetes-client-node-1.4.0.tgz
 *   node bin/run.js test/checks/kubernetes-schemas.ts package
 *
 * Field names and types come from the models, required fields from their declarations. Nothing may have a field that its
 * model has not. Run by a person when a cell's Kubernetes version leaves the range of the fixtures.
 */
const ROOTS = [
  'V1ClusterRole',
  'V1ClusterRoleBinding',
  'V1ConfigMap',
  'V1DaemonSet',
  'V1Deployment',
  'V1Namespace',
  'V1NetworkPolicy',
  'V1PersistentVolumeClaim',
  'V1PodDisruptionBudget',
  'V1PodTemplateSpec',
  'V1Role',
  'V1RoleBinding',
  'V1Service',
  'V1ServiceAccount',
];

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

type Schema = Record<string, unknown>;

const PLAIN: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  Date: { type: 'string' },
  any: {},
  IntOrString: { type: ['integer', 'string'] },
};

class Models {
  readonly definitions: Record<string, Schema> = {};

  constructor(private readonly folder: string) {}

  visit(name: string): void {
    if (this.definitions[name] !== undefined) return;
    // Before its fields: models refer to themselves.
    this.definitions[name] = {};
    const attributes = this.attributesOf(name);
    const required = this.requiredOf(name);
    this.definitions[name] = {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(attributes.map((attribute) => [attribute.baseName, this.schemaOf(attribute)])),
      required: attributes.filter(({ name: field }) => required.includes(field)).map(({ baseName }) => baseName),
    };
  }

  private attributesOf(name: string): readonly Attribute[] {
    const text = fs.readFileSync(path.join(this.folder, `${name}.js`), 'utf8');
    const table = new RegExp(`${name}\\.attributeTypeMap = (\\[[\\s\\S]*?\\n\\]);`).exec(text)?.[1];
    if (table === undefined) throw new Error(`${name} has no attributeTypeMap`);
    return JSON.parse(table) as readonly Attribute[];
  }

  private requiredOf(name: string): readonly string[] {
    const text = fs.readFileSync(path.join(this.folder, `${name}.d.ts`), 'utf8');
    return [...text.matchAll(/^ {4}'([^']+)':/gm)].map((match) => match[1] ?? '');
  }

  private schemaOf({ type, format }: Pick<Attribute, 'type' | 'format'>): Schema {
    const plain = PLAIN[type];
    if (plain !== undefined) return plain;
    if (type === 'number') return { type: format === 'double' ? 'number' : 'integer' };
    const items = /^Array<(.*)>$/.exec(type)?.[1];
    if (items !== undefined) return { type: 'array', items: this.schemaOf({ type: items, format: '' }) };
    const values = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
    if (values !== undefined) {
      return { type: 'object', additionalProperties: this.schemaOf({ type: values, format: '' }) };
    }
    this.visit(type);
    return { $ref: `#/definitions/${type}` };
  }
}

const root = path.resolve(process.argv[2] ?? 'package');
const models = new Models(path.join(root, 'dist/gen/models'));
for (const name of ROOTS) models.visit(name);
const packageVersion = (JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string })
  .version;
const release = /OpenAPI spec version: (?:v|release-)(\d+\.\d+)/.exec(
  fs.readFileSync(path.join(root, 'dist/gen/models/V1PodSpec.d.ts'), 'utf8'),
)?.[1];
const lines = Object.keys(models.definitions)
  .sort()
  .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(models.definitions[name])}`);
const source = `npm @kubernetes/client-node ${packageVersion} (Apache-2.0), models of Kubernetes ${release}`;
fs.writeFileSync(
  path.join(__dirname, `../fixtures/kubernetes/kubernetes-${release}.json`),
  `{"$comment": ${JSON.stringify(source)},\n"definitions": {\n${lines.join(',\n')}\n}}\n`,
);
