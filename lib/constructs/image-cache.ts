import { Stack } from 'aws-cdk-lib';
import { CfnPullThroughCacheRule, CfnRepositoryCreationTemplate } from 'aws-cdk-lib/aws-ecr';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { Cell } from '../workload/cell';
import { cachedRegistries, cacheSecretArn } from '../workload/image-cache';
import { meant, wildcardIn } from './nag-findings';

export interface PulledImagesProps {
  readonly cell: Cell;
  /** Of the nodes that pull. */
  readonly nodeRoleArn: string;
}

/**
 * ECR's pull-through cache of the public registries that a cell uses: a rule and the settings of its repositories for each, and
 * leave for the nodes to have a repository made when an image is pulled for the first time. Pulling itself they may already.
 */
export class PulledImages extends Construct {
  constructor(scope: Construct, id: string, { cell, nodeRoleArn }: PulledImagesProps) {
    super(scope, id);
    const registries = cachedRegistries(cell);
    for (const registry of registries) {
      const credentialArn = cacheSecretArn(cell, registry);
      const rule = new CfnPullThroughCacheRule(this, `Rule-${registry}`, {
        ecrRepositoryPrefix: registry,
        upstreamRegistryUrl: registry,
        ...(credentialArn === undefined ? {} : { credentialArn }),
      });
      const template = new CfnRepositoryCreationTemplate(this, `Repositories-${registry}`, {
        prefix: registry,
        appliedFor: ['PULL_THROUGH_CACHE'],
        description: `Images of ${registry}, by the tags that the manifests pin`,
        imageTagMutability: 'IMMUTABLE',
        encryptionConfiguration: { encryptionType: 'AES256' },
      });
      // A pull between the two would make repositories without these settings.
      rule.node.addDependency(template);
    }
    const repositories = registries.map((registry) =>
      Stack.of(this).formatArn({ service: 'ecr', resource: 'repository', resourceName: `${registry}/*` }),
    );
    const policy = new ManagedPolicy(this, 'NewRepositories', {
      description: `Nodes of cell ${cell.id} may have repositories made for images that they pull through the cache`,
      statements: [new PolicyStatement({ actions: ['ecr:CreateRepository'], resources: repositories })],
      roles: [Role.fromRoleArn(this, 'NodeRole', nodeRoleArn)],
    });
    for (const repository of repositories)
      meant(policy, wildcardIn(repository), 'one publisher’s images, whichever they are');
  }
}
