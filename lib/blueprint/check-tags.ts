import type { Deployment } from '../deployments/deployment';
import { Problem } from '../problem';

const OF_AWS = /^aws:/i;
const OF_HEADROOM = /^headroom:/i;
/** What every service takes (AWS Tagging Best Practices, tag naming limits and requirements, 2026-11-24). */
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;
/** A resource has 50: a cell's own, EKS's and Karpenter's are beside those of a deployment. */
const MOST = 40;

/** @throws Problem InvalidDeployment for the first tag that AWS would refuse, or that this blueprint sets itself. */
export function checkTags({ name, tags }: Pick<Deployment, 'name' | 'tags'>): void {
  const keys = Object.keys(tags);
  const reserved = keys.find((key) => OF_AWS.test(key));
  if (reserved !== undefined) refuse(name, `AWS reserves tags that start with aws:, got ${reserved}; rename it`);
  const own = keys.find((key) => OF_HEADROOM.test(key));
  if (own !== undefined) refuse(name, `it sets tags that start with headroom: itself, got ${own}; rename it`);
  const odd = keys.find((key) => key.length === 0 || key.length > LONGEST_KEY || !TEXT.test(key));
  if (odd !== undefined) {
    refuse(
      name,
      `a tag's key is 1 to ${LONGEST_KEY} letters, digits, spaces and _.:/=+-@, got ${JSON.stringify(odd)}; correct it`,
    );
  }
  const long = keys.find((key) => (tags[key] ?? '').length > LONGEST_VALUE || !TEXT.test(tags[key] ?? ''));
  if (long !== undefined) {
    refuse(
      name,
      `the value of its tag ${long} is not at most ${LONGEST_VALUE} letters, digits, spaces and _.:/=+-@; correct it`,
    );
  }
  if (keys.length > MOST)
    refuse(name, `it has ${keys.length} tags and AWS takes 50 with those of its cells; keep ${MOST}`);
}

function refuse(deployment: string, why: string): never {
  throw new Problem('InvalidDeployment', `deployment ${deployment} cannot be planned: ${why}`);
}
