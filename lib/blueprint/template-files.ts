import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { resourceIdsOf, templateUrlOf } from '../budget/bill/nested-templates';
import type { StackTemplate } from '../budget/bill/stack-template';
import { parseStack, parseTemplate } from '../budget/bill/template-text';
import { Problem } from '../problem';
import { readText } from './read-text';

/** Templates that nest each other deeper or wider than this are left opaque, so that a circle of files ends. */
const MOST_DEPTH = 10;
const MOST_TEMPLATES = 500;

/** One template file and what it does not say itself. */
export interface TemplateSource {
  readonly file: string;
  readonly path: string;
  readonly stackName: string;
  readonly region: string;
  readonly account: string | undefined;
  readonly terminationProtection?: boolean;
  /** @default - not known: every value that the declarations allow */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Files of an assembly's assets, by the name that their upload has. @default - none */
  readonly assets?: ReadonlyMap<string, string>;
}

/**
 * A template with every nested template that lies beside it or among the assets. A nested template that is found nowhere is
 * left out, and its resource is unpriced.
 *
 * @throws Problem UnreadableFile, InvalidTemplate
 */
export function stacksOfTemplate(source: TemplateSource): readonly StackTemplate[] {
  const found: StackTemplate[] = [];
  collect(source, undefined, [], found);
  return found;
}

function collect(
  source: TemplateSource,
  nestedIn: StackTemplate['nestedIn'],
  above: readonly string[],
  found: StackTemplate[],
): void {
  const text = readText(source.file, 'the template');
  const ofAssembly = source.assets !== undefined && nestedIn === undefined;
  const template = ofAssembly ? parseStack(text, source.file) : parseTemplate(text, source.file);
  const { file, assets, parameters, ...stack } = source;
  const sha256 = createHash('sha256').update(text).digest('hex');
  const given = parameters === undefined ? {} : { parameters };
  found.push({ ...stack, template, sha256, ...given, ...(nestedIn === undefined ? {} : { nestedIn }) });
  const chain = [...above, path.resolve(file)];
  for (const logicalId of resourceIdsOf(template, 'AWS::CloudFormation::Stack')) {
    if (chain.length >= MOST_DEPTH || found.length >= MOST_TEMPLATES) return;
    const nested = nestedFile(template, logicalId, file, assets);
    if (nested === undefined || chain.includes(path.resolve(nested))) continue;
    const { parameters: _, ...rest } = source;
    const inner = { ...rest, file: nested, path: `${source.path}/${logicalId}` };
    collect(inner, { stack: source.path, logicalId }, chain, found);
  }
}

/** By the asset that the URL names, by the path that the CDK notes, or by the URL's own path beside the template. */
function nestedFile(
  template: Readonly<Record<string, unknown>>,
  logicalId: string,
  file: string,
  assets: ReadonlyMap<string, string> | undefined,
): string | undefined {
  const { text, assetPath } = templateUrlOf(template, logicalId);
  const base = text?.split(/[?#]/)[0]?.split('/').at(-1);
  const asset = base === undefined ? undefined : assets?.get(base);
  if (asset !== undefined) return asset;
  const isUrl = text !== undefined && /^[a-z0-9]+:\/\//i.test(text);
  const beside = [assetPath, isUrl ? undefined : text, base].filter((one) => one !== undefined && one !== '');
  return beside.map((one) => path.resolve(path.dirname(file), one ?? '')).find(isFile);
}

function isFile(file: string): boolean {
  return fs.statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

interface Artifact {
  readonly type?: unknown;
  readonly environment?: unknown;
  readonly displayName?: unknown;
  readonly properties?: Readonly<Record<string, unknown>>;
}

/**
 * Every stack of a cloud assembly, those of its Stages and their nested stacks too, by path.
 *
 * @param fallbackRegion where a stack is billed that names no region
 * @throws Problem InvalidTemplate for a folder that is no assembly or names files outside itself, InvalidArgument for a stack
 *   without a region
 */
export function stacksOfAssembly(folder: string, fallbackRegion: string | undefined): readonly StackTemplate[] {
  const root = path.resolve(folder);
  return assemblyStacks(root, root, fallbackRegion, 0).flatMap(stacksOfTemplate).sort(byPath);
}

function assemblyStacks(
  root: string,
  folder: string,
  region: string | undefined,
  depth: number,
): readonly TemplateSource[] {
  if (depth > MOST_DEPTH) throw notAssembly(folder, 'its stages are nested too deep');
  const artifacts = Object.entries(artifactsOf(folder));
  const assets = new Map(
    artifacts.flatMap(([, one]) => (one.type === 'cdk:asset-manifest' ? assetsOf(root, folder, one) : [])),
  );
  return artifacts.flatMap(([id, artifact]) => {
    if (artifact.type === 'cdk:cloud-assembly') {
      const inner = fileIn(root, folder, artifact.properties?.directoryName, id);
      return assemblyStacks(root, inner, region, depth + 1);
    }
    if (artifact.type !== 'aws:cloudformation:stack') return [];
    return [{ ...sourceOf(root, folder, id, artifact, region), assets }];
  });
}

function sourceOf(
  root: string,
  folder: string,
  id: string,
  artifact: Artifact,
  fallback: string | undefined,
): TemplateSource {
  const [, account, named] = /^aws:\/\/([^/]+)\/(.+)$/.exec(String(artifact.environment)) ?? [];
  const region = named === undefined || named === 'unknown-region' ? fallback : named;
  const stackPath = typeof artifact.displayName === 'string' ? artifact.displayName : id;
  if (region === undefined) {
    throw new Problem('InvalidArgument', `stack ${stackPath} names no region; pass --region`);
  }
  const { stackName, terminationProtection, templateFile } = artifact.properties ?? {};
  return {
    file: fileIn(root, folder, templateFile, id),
    path: stackPath,
    stackName: typeof stackName === 'string' ? stackName : id,
    region,
    account: account === undefined || account === 'unknown-account' ? undefined : account,
    terminationProtection: terminationProtection === true,
  };
}

function artifactsOf(folder: string): Readonly<Record<string, Artifact>> {
  const manifest = jsonIn(path.join(folder, 'manifest.json'), 'the manifest of the cloud assembly');
  const artifacts = isObject(manifest) ? manifest.artifacts : undefined;
  if (!isObject(artifacts)) throw notAssembly(folder, 'its manifest.json lists no artifacts');
  return Object.fromEntries(
    Object.entries(artifacts).map(([id, one]) => {
      const artifact = isObject(one) ? one : {};
      return [id, { ...artifact, properties: isObject(artifact.properties) ? artifact.properties : {} }];
    }),
  );
}

/** Name of the upload ("HASH.json") → file, for every file asset. */
function assetsOf(root: string, folder: string, artifact: Artifact): readonly (readonly [string, string])[] {
  const file = fileIn(root, folder, artifact.properties?.file, 'the asset manifest');
  const manifest = jsonIn(file, 'the asset manifest');
  const files = isObject(manifest) && isObject(manifest.files) ? manifest.files : {};
  return Object.values(files).flatMap((asset): readonly (readonly [string, string])[] => {
    const source = isObject(asset) && isObject(asset.source) ? asset.source.path : undefined;
    const destinations = isObject(asset) && isObject(asset.destinations) ? Object.values(asset.destinations) : [];
    if (typeof source !== 'string') return [];
    return destinations.flatMap((one) => {
      const key = isObject(one) ? one.objectKey : undefined;
      return typeof key === 'string'
        ? [[key.split('/').at(-1) ?? key, fileIn(root, folder, source, key)] as const]
        : [];
    });
  });
}

function fileIn(root: string, folder: string, name: unknown, of: string): string {
  const file = typeof name === 'string' ? path.resolve(folder, name) : root;
  if (file === root || path.relative(root, file).startsWith('..')) {
    throw notAssembly(root, `${of} names the file ${JSON.stringify(name)}, which is not in it`);
  }
  return file;
}

function jsonIn(file: string, what: string): unknown {
  const text = readText(file, what);
  try {
    return JSON.parse(text);
  } catch {
    throw notAssembly(path.dirname(file), `${path.basename(file)} is not JSON`);
  }
}

function notAssembly(folder: string, why: string): Problem {
  return new Problem('InvalidTemplate', `${folder} is no cloud assembly: ${why}; give the folder that cdk synth wrote`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byPath(a: StackTemplate, b: StackTemplate): number {
  return a.path < b.path ? -1 : 1;
}
