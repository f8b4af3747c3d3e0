import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  CfnPullThroughCacheRule,
  CfnRegistryPolicy,
  CfnRegistryScanningConfiguration,
  CfnRepositoryCreationTemplate,
  Repository,
  RepositoryEncryption,
  TagMutability,
  TagStatus,
} from 'aws-cdk-lib/aws-ecr';
import { AccountPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { Fleet } from '../workload/fleet';

/** Days after which an image that lost its tag goes. */
const UNTAGGED_DAYS = 14;
const PULL = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

export interface SharedRegistryProps {
  readonly fleet: Fleet;
  /** Of the repositories that are named; a cache has AWS's own. */
  readonly key: IKey | undefined;
}

/**
 * The registry of an account as its fleet uses it: repositories of its own, a pull-through cache of public ones, how images are
 * scanned, and leave for the consumers' accounts to pull and to have cached repositories made.
 */
export class SharedRegistry extends Construct {
  constructor(scope: Construct, id: string, { fleet, key }: SharedRegistryProps) {
    super(scope, id);
    const { repositories = [], cachedRegistries = [], consumerAccounts = [] } = fleet;
    for (const name of repositories) this.createRepository(name, consumerAccounts, key);
    for (const registry of cachedRegistries) this.createCache(registry, consumerAccounts);
    if (cachedRegistries.length > 0 && consumerAccounts.length > 0) {
      this.letConsumersCache(cachedRegistries, consumerAccounts);
    }
    if (repositories.length + cachedRegistries.length > 0) this.setScanning(fleet);
  }

  private createRepository(repositoryName: string, consumers: readonly string[], key: IKey | undefined): void {
    const repository = new Repository(this, repositoryName, {
      repositoryName,
      ...(key === undefined ? {} : { encryption: RepositoryEncryption.KMS, encryptionKey: key }),
      imageTagMutability: TagMutability.IMMUTABLE,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ tagStatus: TagStatus.UNTAGGED, maxImageAge: Duration.days(UNTAGGED_DAYS) }],
    });
    if (consumers.length > 0) repository.addToResourcePolicy(pulling(consumers));
  }

  private createCache(registry: string, consumers: readonly string[]): void {
    const template = new CfnRepositoryCreationTemplate(this, `Repositories-${registry}`, {
      prefix: registry,
      appliedFor: ['PULL_THROUGH_CACHE'],
      description: `Images of ${registry}`,
      imageTagMutability: 'IMMUTABLE',
      encryptionConfiguration: { encryptionType: 'AES256' },
      ...(consumers.length === 0 ? {} : { repositoryPolicy: policyText(pulling(consumers)) }),
    });
    const rule = new CfnPullThroughCacheRule(this, `Rule-${registry}`, {
      ecrRepositoryPrefix: registry,
      upstreamRegistryUrl: registry,
    });
    // A pull between the two would make repositories without these settings.
    rule.node.addDependency(template);
  }

  private letConsumersCache(registries: readonly string[], consumers: readonly string[]): void {
    const stack = Stack.of(this);
    const statement = new PolicyStatement({
      sid: 'ConsumersCache',
      effect: Effect.ALLOW,
      principals: consumers.map((account) => new AccountPrincipal(account)),
      actions: ['ecr:BatchImportUpstreamImage', 'ecr:CreateRepository'],
      resources: registries.map((registry) =>
        stack.formatArn({ service: 'ecr', resource: 'repository', resourceName: `${registry}/*` }),
      ),
    });
    new CfnRegistryPolicy(this, 'Policy', { policyText: { Version: '2012-10-17', Statement: [statement.toJSON()] } });
  }

  private setScanning({ imageScanning = 'basic' }: Fleet): void {
    const everything = { repositoryFilters: [{ filter: '*', filterType: 'WILDCARD' }] };
    new CfnRegistryScanningConfiguration(this, 'Scanning', {
      scanType: imageScanning === 'enhanced' ? 'ENHANCED' : 'BASIC',
      rules: [
        { ...everything, scanFrequency: 'SCAN_ON_PUSH' },
        ...(imageScanning === 'enhanced' ? [{ ...everything, scanFrequency: 'CONTINUOUS_SCAN' }] : []),
      ],
    });
  }
}

function pulling(consumers: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    sid: 'ConsumersPull',
    effect: Effect.ALLOW,
    principals: consumers.map((account) => new AccountPrincipal(account)),
    actions: PULL,
  });
}

function policyText(statement: PolicyStatement): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement.toJSON()] });
}
