import type { Cell } from './cell';

/**
 * Public registries that ECR caches without being given an account there (ECR user guide, pull through cache, 2026-11-23), and
 * that publish an image of ours. nvcr.io is none of them.
 */
const OPEN_REGISTRIES = ['public.ecr.aws', 'registry.k8s.io'] as const;
const GITHUB = 'ghcr.io';

/** The public registries that a cell caches, each under its own name as prefix; none without a cache. */
export function cachedRegistries({ serving }: Pick<Cell, 'serving'>): readonly string[] {
  const { imageCache } = serving ?? {};
  if (imageCache === undefined) return [];
  return [...OPEN_REGISTRIES, ...(imageCache.githubSecretArn === undefined ? [] : [GITHUB])];
}

/** The secret for a registry that wants one. */
export function cacheSecretArn({ serving }: Pick<Cell, 'serving'>, registry: string): string | undefined {
  return registry === GITHUB ? serving?.imageCache?.githubSecretArn : undefined;
}

/** Host of an account's own registry. */
export function ownRegistry(account: string, region: string): string {
  return `${account}.dkr.ecr.${region}.amazonaws.com`;
}
