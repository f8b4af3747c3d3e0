import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { isProblem, Problem } from '../problem';
import { readText } from './read-text';

/** What `cdk deploy --app` acts on, by where it stands in an assembly: a manifest's artifact, or a file that is uploaded. */
export type DeployedParts = ReadonlyMap<string, string>;

const MOST_DEPTH = 10;
/** Artifacts that tell people something and deploy nothing. */
const TELLING: ReadonlySet<unknown> = new Set(['cdk:tree', 'cdk:feature-flag-report']);
/** Where constructs come from: other machines have other paths. */
const TRACES = new Set(['metadata', 'additionalMetadataFile']);

/**
 * Every part of a cloud assembly that decides what is deployed where: each stack with its region, account, name, parameters and
 * template, what is uploaded and from which file, and the files' contents. Stack traces and the construct tree are left out.
 *
 * @throws Problem InvalidTemplate, UnreadableFile for a folder that is no assembly
 */
export function deployedParts(folder: string): DeployedParts {
  const parts = new Map<string, string>();
  collect(path.resolve(folder), '', 0, parts);
  return parts;
}

/** One sentence for each part that is other, is missing or is one too many. */
export function partFaults(folder: string, expected: DeployedParts): readonly string[] {
  try {
    const found = deployedParts(folder);
    const places = [...new Set([...expected.keys(), ...found.keys()])].sort();
    return places.flatMap((place) => {
      const [now, then] = [found.get(place), expected.get(place)];
      if (now === then) return [];
      const where = path.join(folder, place);
      if (now === undefined) return [`${where} is missing`];
      return [`${where} is ${then === undefined ? 'one that was not judged' : 'not what is synthesized now'}`];
    });
  } catch (thrown) {
    if (isProblem(thrown)) return [thrown.message];
    throw thrown;
  }
}

function collect(root: string, folder: string, depth: number, parts: Map<string, string>): void {
  const manifest = objectIn(path.join(root, folder, 'manifest.json'));
  if (depth > MOST_DEPTH || !isObject(manifest.artifacts)) {
    throw new Problem('InvalidTemplate', `${root} is no cloud assembly; give the folder that cdk synth wrote`);
  }
  for (const [id, artifact] of Object.entries(manifest.artifacts)) {
    const { type, properties } = isObject(artifact) ? artifact : {};
    if (TELLING.has(type)) continue;
    const kept = Object.entries(isObject(artifact) ? artifact : { artifact }).filter(([name]) => !TRACES.has(name));
    parts.set(`${path.join(folder, 'manifest.json')}#${id}`, hashOf(JSON.stringify(sorted(Object.fromEntries(kept)))));
    const { directoryName, file, templateFile } = isObject(properties) ? properties : {};
    if (type === 'cdk:cloud-assembly') collect(root, path.join(folder, text(directoryName)), depth + 1, parts);
    if (type === 'aws:cloudformation:stack') addFile(root, path.join(folder, text(templateFile)), parts);
    if (type === 'cdk:asset-manifest') addAssets(root, folder, path.join(folder, text(file)), parts);
  }
}

function addAssets(root: string, folder: string, manifest: string, parts: Map<string, string>): void {
  addFile(root, manifest, parts);
  const { files } = objectIn(path.join(root, manifest));
  for (const asset of Object.values(isObject(files) ? files : {})) {
    const source = isObject(asset) && isObject(asset.source) ? asset.source.path : undefined;
    if (typeof source === 'string') addFile(root, path.join(folder, source), parts);
  }
}

/** A file, or every file of a folder that is zipped. */
function addFile(root: string, place: string, parts: Map<string, string>): void {
  const file = path.join(root, place);
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    for (const name of fs.readdirSync(file)) addFile(root, path.join(place, name), parts);
  } else if (found?.isFile() === true) {
    parts.set(place, createHash('sha256').update(fs.readFileSync(file)).digest('hex'));
  }
}

/** Keys in one order, whatever order they were written in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

function objectIn(file: string): Readonly<Record<string, unknown>> {
  const read = readText(file, 'a manifest of the cloud assembly');
  try {
    const value: unknown = JSON.parse(read);
    if (isObject(value)) return value;
  } catch {}
  throw new Problem('InvalidTemplate', `${file} is no JSON object; give the folder that cdk synth wrote`);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function hashOf(content: string): string {
  return createHash('sha256').update(content).digest('hex');
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
