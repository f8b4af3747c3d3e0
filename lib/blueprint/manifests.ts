import { cellManifests } from '../manifests/cell-manifests';
import type { ManifestFile } from '../manifests/chart';
import { type DeliveredFile, deliveredFiles } from '../manifests/delivered-objects';
import type { PlanResult } from '../planner/plan';
import type { Cell } from '../workload/cell';
import type { Question } from './question';

/** The Kubernetes manifests of every cell, under `manifests/CELL/`; none where nothing is planned. */
export function manifestsFor(question: Question, planned: PlanResult): readonly ManifestFile[] {
  if (planned.kind === 'infeasible') return [];
  const { deployment, workloads, catalog } = question;
  return deployment.cells.flatMap((cell) =>
    cellManifests({ cell, plan: planned.plan, workloads, catalog }).map(({ path, text }) => ({
      path: `manifests/${cell.id}/${path}`,
      text,
    })),
  );
}

/** What is applied with the deployment of a cell; none where the cell leaves that to Git or a person. */
export function deliveredWith(cell: Cell, question: Question, planned: PlanResult): readonly DeliveredFile[] {
  if (cell.serving?.delivery === undefined || planned.kind === 'infeasible') return [];
  const { workloads, catalog } = question;
  return deliveredFiles({ cell, plan: planned.plan, workloads, catalog });
}
