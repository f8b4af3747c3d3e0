import { type Line, usage } from '../line';

/** The rule is free; ECR makes repositories for it that no template shows, and those hold what was pulled. */
export function chargePullThroughCacheRule(): readonly Line[] {
  return [usage('pullThroughGigabytes', 'ecr:storage')];
}
