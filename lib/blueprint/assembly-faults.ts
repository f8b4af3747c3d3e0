import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Answer } from '../blueprint';
import { failuresIn, VALIDATION_REPORT } from '../budget/policy/failed-plugins';
import { isProblem } from '../problem';
import { type DeployedParts, partFaults } from './deployed-parts';
import { manifestFiles, renderManifests } from './manifests';
import type { Question } from './question';
import { stacksOfAssembly } from './template-files';

/**
 * One sentence for each way in which an assembly is not what is judged now: a report that is gone, of another question, or
 * of a plugin that failed; a template or a manifest that is another, is missing or is one too many; a stack that would be
 * deployed elsewhere, under another name, with other parameters or from another file.
 *
 * @param report the files that the answer leaves under headroom/, by name
 * @param parts what would be deployed now
 */
export function assemblyFaults(
  folder: string,
  question: Question,
  answer: Answer,
  report: Readonly<Record<string, string>>,
  parts: DeployedParts,
): readonly string[] {
  return [
    ...validationFaults(path.join(folder, VALIDATION_REPORT)),
    ...reportFaults(folder, report),
    ...templateFaults(folder, answer),
    ...partFaults(folder, parts),
    ...manifestFaults(folder, question, answer),
  ];
}

/** The CDK's command line lets pass an assembly whose report is gone, and plugins that fell over. */
function validationFaults(file: string): readonly string[] {
  const text = textOf(file);
  if (text === undefined) return [`${file} is not there`];
  return failuresIn(jsonOf(text)).map((sentence) => `${file}: ${sentence}`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reportFaults(folder: string, report: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(report).flatMap(([name, now]) => {
    const file = path.join(folder, 'headroom', name);
    const text = textOf(file);
    if (text === undefined) return [`${file} is not there`];
    return text === now ? [] : [`${file} is not what is answered now`];
  });
}

function templateFaults(folder: string, { verdict }: Answer): readonly string[] {
  const judged = Object.entries(verdict.inputs.templates).filter(([name]) => !name.endsWith('/manifests'));
  try {
    const found = stacksOfAssembly(folder, 'unknown-region');
    const there = new Set(found.map(({ sha256 }) => sha256));
    const known = new Set(judged.map(([, sha256]) => sha256));
    return [
      ...judged
        .filter(([, sha256]) => !there.has(sha256))
        .map(([name]) => `no template in ${folder} is that of ${name}`),
      ...found.filter(({ sha256 }) => !known.has(sha256)).map((one) => `the template of ${one.path} was not judged`),
    ];
  } catch (thrown) {
    if (isProblem(thrown)) return [thrown.message];
    throw thrown;
  }
}

function manifestFaults(folder: string, question: Question, { planned }: Answer): readonly string[] {
  const rendered = manifestFiles(renderManifests(question, planned));
  const known = new Set(rendered.map((one) => path.join('headroom', one.path)));
  const other = rendered
    .map((one) => ({ file: path.join(folder, 'headroom', one.path), text: one.text }))
    .filter(({ file, text }) => textOf(file) !== text)
    .map(({ file }) => `${file} is missing or was changed`);
  const stray = filesIn(path.join(folder, 'headroom', 'manifests'))
    .map((file) => path.relative(folder, file))
    .filter((file) => !known.has(file))
    .map((file) => `${path.join(folder, file)} was not judged`);
  return [...other, ...stray];
}

function filesIn(folder: string): readonly string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

/** Undefined where there is no such file. */
function textOf(file: string): string | undefined {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
}
