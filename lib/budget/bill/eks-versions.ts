import type { Instant } from '../../units/interval';

/**
 * When standard support of a Kubernetes version ends on EKS and the surcharge of extended support begins: the release
 * calendar of the EKS user guide, "Understand the Kubernetes version lifecycle on EKS". 1.28–1.34 as endoflife.date copied it
 * (commit 05b554b), 1.35 as endoflife.date and aws-samples/sample-apex-skills had it on 2026-04-24, 1.36 as two public
 * repositories quoted the page and DescribeClusterVersions in September 2026 (2026-09-23). The surcharge has no end here: when
 * extended support ends, AWS upgrades the cluster to the oldest version still in it.
 */
const END_OF_STANDARD_SUPPORT: Readonly<Record<string, Instant>> = {
  '1.28': '2024-11-26T00:00:00Z',
  '1.29': '2025-03-23T00:00:00Z',
  '1.30': '2025-07-23T00:00:00Z',
  '1.31': '2025-11-26T00:00:00Z',
  '1.32': '2026-03-23T00:00:00Z',
  '1.33': '2026-07-29T00:00:00Z',
  '1.34': '2026-12-02T00:00:00Z',
  '1.35': '2027-03-27T00:00:00Z',
  '1.36': '2027-08-02T00:00:00Z',
};

/** From when a cluster that stays on a version pays the surcharge; undefined for a version whose date is not known. */
export function extendedSupportFrom(kubernetesVersion: string): Instant | undefined {
  return END_OF_STANDARD_SUPPORT[kubernetesVersion];
}
