import { cellManifests } from '../manifests/cell-manifests';
import type { ManifestFile } from '../manifests/chart';
import type { PlanResult } from '../planner/plan';
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
