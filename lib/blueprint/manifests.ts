import { createHash } from 'node:crypto';
import { templateOfManifests } from '../budget/bill/manifest-template';
import type { StackTemplate } from '../budget/bill/stack-template';
import { cellManifests } from '../manifests/cell-manifests';
import type { ManifestFile } from '../manifests/chart';
import { type DeliveredFile, deliveredFiles } from '../manifests/delivered-objects';
import type { PlanResult } from '../planner/plan';
import type { Cell } from '../workload/cell';
import type { Question } from './question';

/** A cell and the Kubernetes manifests that were rendered for it. */
export interface RenderedCell {
  readonly cell: Cell;
  readonly files: readonly ManifestFile[];
}

/** Renders every cell's manifests, once: what is written and what is billed are these very bytes. None where nothing is planned. */
export function renderManifests(question: Question, planned: PlanResult): readonly RenderedCell[] {
  return question.deployment.cells.map((cell) => ({ cell, files: manifestsOf(cell, question, planned) }));
}

/** The files to write, under `manifests/CELL/`. */
export function manifestFiles(rendered: readonly RenderedCell[]): readonly ManifestFile[] {
  return rendered.flatMap(({ cell, files }) =>
    files.map(({ path, text }) => ({ path: `manifests/${cell.id}/${path}`, text })),
  );
}

/** What is applied with the deployment of a cell; none where the cell leaves that to Git or a person. */
export function deliveredWith(cell: Cell, question: Question, planned: PlanResult): readonly DeliveredFile[] {
  if (cell.serving?.delivery === undefined || planned.kind === 'infeasible') return [];
  const { workloads, catalog } = question;
  return deliveredFiles({ cell, plan: planned.plan, workloads, catalog });
}

/**
 * The same files as the bill reads them, one template a cell: what Karpenter may start stands in no other. Its hash is of all
 * YAML files of the cell, whether anything in them costs something or not.
 */
export function manifestTemplates(rendered: readonly RenderedCell[]): readonly StackTemplate[] {
  return rendered.flatMap(({ cell, files: all }) => {
    const files = all.filter(({ path }) => path.endsWith('.yaml'));
    if (files.length === 0) return [];
    const { id, region, account } = cell;
    return [templateOfManifests({ path: `${id}/manifests`, cluster: id, region, account, files, sha256 })];
  });
}

function manifestsOf(cell: Cell, question: Question, planned: PlanResult): readonly ManifestFile[] {
  if (planned.kind === 'infeasible') return [];
  const { deployment, workloads, catalog } = question;
  const tags = { ...deployment.tags, 'headroom:deployment': deployment.name };
  return cellManifests({ cell, plan: planned.plan, workloads, catalog, tags });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
