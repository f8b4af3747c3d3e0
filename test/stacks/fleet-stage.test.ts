import * as path from 'node:path';
import { answer } from '../../lib/blueprint';
import { checkDeployment } from '../../lib/blueprint/check-deployment';
import { type Question, readQuestion } from '../../lib/blueprint/question';
import type { Assumption } from '../../lib/budget/bill/assumption';
import { defaultCatalog } from '../../lib/catalog/catalog';
import { production } from '../../lib/deployments/production';
import { FleetStage } from '../../lib/stacks/fleet-stage';
import { Usd } from '../../lib/units/money';
import type { Fleet } from '../../lib/workload/fleet';
import { type Anything, anApp, Synthesized } from './cells';
import { FLEET, SHARED_RESERVATION as RESERVATION } from './fleets';

const ROOT = path.join(__dirname, '..', '..');
function staged(fleet: Fleet): Synthesized {
  const app = anApp();
  const limits = [{ id: 'Y1', start: '2026-12-01T00:00:00Z', end: '2027-12-01T00:00:00Z', amount: '21000000.00' }];
  new FleetStage(app, { fleet, deployment: 'production', cells: ['UsEast1', 'UsWest2'], limits, tags: { team: 'x' } });
  return new Synthesized(app);
}

const fleet = staged(FLEET);
const only = (app: Synthesized, stack: string, type: string): Anything => {
  const found = app.resources(stack, type);
  expect([type, found.length]).toEqual([type, 1]);
  return found[0]?.Properties;
};

describe('a fleet', () => {
  test('is two protected stacks of the shared account, which nothing imports from or exports to', () => {
    expect(fleet.stacks.map(({ stackName }) => stackName).sort()).toEqual(['Fleet-Budget', 'Fleet-Shared']);
    for (const { environment, terminationProtection, template } of fleet.stacks) {
      expect([environment.account, environment.region, terminationProtection]).toEqual([
        '444455556666',
        'us-east-1',
        true,
      ]);
      expect(JSON.stringify(template)).not.toMatch(/ImportValue|"Export"|GetStackOutput/);
      expect(template.Rules.DeploymentPlace.Assertions).toHaveLength(2);
    }
  });

  test('keeps weights private, versioned, over TLS alone, and when the stack goes', () => {
    const [bucket] = fleet.resources('Fleet-Shared', 'AWS::S3::Bucket');
    expect(bucket).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: {
        BucketName: 'example-model-weights-shared',
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: {
          Rules: [
            {
              Status: 'Enabled',
              NoncurrentVersionExpiration: { NoncurrentDays: 30 },
              AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
            },
          ],
        },
      },
    });
    const statements: Anything[] = only(fleet, 'Fleet-Shared', 'AWS::S3::BucketPolicy').PolicyDocument.Statement;
    const denied = statements.filter(({ Effect }) => Effect === 'Deny').map(({ Condition }) => Condition);
    expect(denied).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': 1.2 } },
    ]);
    const consumers = statements.find(({ Sid }) => Sid === 'Consumers');
    expect(consumers.Action).toEqual(['s3:GetObject', 's3:ListBucket']);
    expect(JSON.stringify(consumers.Principal)).toContain('123456789012');
  });

  test('has repositories of images that never change, under a key, for consumers to pull', () => {
    const repository = only(fleet, 'Fleet-Shared', 'AWS::ECR::Repository');
    expect(repository).toMatchObject({
      RepositoryName: 'inference/gateway',
      ImageTagMutability: 'IMMUTABLE',
      EncryptionConfiguration: { EncryptionType: 'KMS' },
    });
    expect(JSON.stringify(repository.RepositoryPolicyText)).toContain('ecr:BatchGetImage');
    expect(only(fleet, 'Fleet-Shared', 'AWS::KMS::Key').EnableKeyRotation).toBe(true);
  });

  test('caches public registries under their names, with the settings first, and lets consumers begin a copy', () => {
    const rules = fleet.resources('Fleet-Shared', 'AWS::ECR::PullThroughCacheRule');
    expect(rules.map(({ Properties }) => [Properties.EcrRepositoryPrefix, Properties.UpstreamRegistryUrl])).toEqual([
      ['public.ecr.aws', 'public.ecr.aws'],
      ['registry.k8s.io', 'registry.k8s.io'],
    ]);
    for (const { DependsOn } of rules) expect(DependsOn).toEqual([expect.stringContaining('Repositories')]);
    const [template] = fleet.resources('Fleet-Shared', 'AWS::ECR::RepositoryCreationTemplate');
    expect(JSON.parse(template?.Properties.RepositoryPolicy).Statement[0].Action).toContain('ecr:BatchGetImage');
    const [statement] = only(fleet, 'Fleet-Shared', 'AWS::ECR::RegistryPolicy').PolicyText.Statement;
    expect(statement.Action).toEqual(['ecr:BatchImportUpstreamImage', 'ecr:CreateRepository']);
    expect(statement.Resource).toHaveLength(2);
  });

  test('scans every image when it is pushed', () => {
    expect(only(fleet, 'Fleet-Shared', 'AWS::ECR::RegistryScanningConfiguration')).toEqual({
      ScanType: 'BASIC',
      Rules: [{ RepositoryFilters: [{ Filter: '*', FilterType: 'WILDCARD' }], ScanFrequency: 'SCAN_ON_PUSH' }],
    });
  });

  test('shares reservations inside the organisation alone', () => {
    const share = only(fleet, 'Fleet-Shared', 'AWS::RAM::ResourceShare');
    expect(share).toMatchObject({ AllowExternalPrincipals: false, Principals: ['123456789012'] });
    expect(JSON.stringify(share.ResourceArns)).toContain(
      `:ec2:us-east-1:444455556666:capacity-reservation/${RESERVATION}`,
    );
  });

  test('watches what all its cells cost together', () => {
    expect(only(fleet, 'Fleet-Budget', 'AWS::Budgets::Budget').Budget).toMatchObject({
      TimeUnit: 'CUSTOM',
      BudgetLimit: { Amount: 21_000_000, Unit: 'USD' },
      CostFilters: { TagKeyValue: ['user:headroom:deployment$production'] },
    });
    const rules = JSON.parse(only(fleet, 'Fleet-Budget', 'AWS::CE::CostCategory').Rules);
    expect(rules.map(({ Value, Rule }: Anything) => [Value, Rule.Tags.Values])).toEqual([
      ['UsEast1', ['UsEast1']],
      ['UsWest2', ['UsWest2']],
    ]);
    const monitors = fleet.resources('Fleet-Budget', 'AWS::CE::AnomalyMonitor').map(({ Properties }) => Properties);
    // One each: AWS adds up what one monitor watches, and a cell that falls would hide one that rises.
    expect(monitors.map(({ MonitorSpecification }) => JSON.parse(MonitorSpecification).Tags)).toEqual(
      ['UsEast1', 'UsWest2'].map((cell) => ({ Key: 'headroom:cell', Values: [cell], MatchOptions: ['EQUALS'] })),
    );
    expect(only(fleet, 'Fleet-Budget', 'AWS::CE::AnomalySubscription').MonitorArnList).toHaveLength(2);
    expect(only(fleet, 'Fleet-Budget', 'AWS::CE::AnomalySubscription')).toMatchObject({
      Frequency: 'DAILY',
      Subscribers: [{ Type: 'EMAIL', Address: 'finance@example.com' }],
    });
  });

  test('makes nothing that nobody asked for', () => {
    const bare = staged({ account: '444455556666', region: 'us-west-2', modelBuckets: ['some-weights'] });
    expect(new Set(bare.resources('Fleet').map(({ Type }) => Type))).toEqual(
      new Set(['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']),
    );
  });
});

describe('a deployment with a fleet', () => {
  const declared = (usage: string, max: string, unit: string): Assumption => ({
    usage,
    scope: 'Fleet/Shared',
    min: '0',
    plan: max,
    max,
    unit,
    owner: 'platform',
    expires: '2028-12-01',
  });
  const ASSUMPTIONS = [
    declared('bucketGigabytes', '5000', 'GB'),
    declared('bucketPutRequests', '10000', 'requests/month'),
    declared('bucketGetRequests', '1000000', 'requests/month'),
    declared('repositoryGigabytes', '200', 'GB'),
    declared('pullThroughGigabytes', '100', 'GB'),
    declared('kmsRequests', '10000', 'requests/month'),
  ];

  function questionWith(change: Partial<Fleet> = {}): Question {
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });
    if (question.contract.kind !== 'given') throw new Error('production has a contract');
    const { contract } = question.contract;
    const assumptions = [...contract.assumptions, ...ASSUMPTIONS];
    return {
      ...question,
      deployment: { ...question.deployment, fleet: { ...FLEET, ...change } },
      contract: { ...question.contract, contract: { ...contract, assumptions } },
    };
  }

  const { bill, verdict } = answer(questionWith());

  test('stays within its contract, with everything that is shared on the bill', () => {
    expect(verdict.status).toBe('within');
    const shared = bill.charges.filter(({ stack }) => stack.startsWith('Fleet/'));
    const perMonth = Object.fromEntries(
      shared
        .filter(({ unit }) => unit !== 'month')
        .map(({ dimension, quantity, unitPrice }) => [dimension, Usd.of(quantity.plan).times(unitPrice).toText()]),
    );
    // 5,000 GB × 0.023; 10,000 × 0.000005; 1,000,000 × 0.0000004; 200 and 100 GB × 0.10 (each of two rules); 10,000 × 0.000003.
    expect(perMonth).toEqual({
      bucketGigabytes: '115',
      bucketPutRequests: '0.05',
      bucketGetRequests: '0.4',
      repositoryGigabytes: '20',
      pullThroughGigabytes: '10',
      kmsRequests: '0.03',
    });
    expect(shared.filter(({ dimension }) => dimension === 'pullThroughGigabytes')).toHaveLength(2);
  });

  test('fails closed when images are scanned at a price that nobody knows', () => {
    const enhanced = answer(questionWith({ imageScanning: 'enhanced' }));
    expect(enhanced.verdict.status).toBe('unpriced');
    expect(enhanced.bill.unpriced.map(({ dimension }) => dimension)).toEqual(['enhancedScanning']);
  });
});

const ELEVEN = Array.from({ length: 11 }, (_, index) => `${index}@example.com`) as [string, ...string[]];

test.each<[Partial<Fleet>, RegExp]>([
  [{ account: '12' }, /an account has twelve digits, got "12"/],
  [{ modelBuckets: ['My.Bucket'] }, /a bucket is named by .*, got "My.Bucket"/],
  [{ repositories: ['Upper'] }, /a repository is named by .*, got "Upper"/],
  [{ sharedReservations: ['cr-1'] }, /a capacity reservation is named by its id, .*, got "cr-1"/],
  [{ consumerAccounts: [FLEET.account] }, /its own account 444455556666 needs no leave/],
  [{ consumerAccounts: [] }, /it shares reservations with nobody/],
  [{ spend: { emails: ['finance'] } }, /is a mail address, got "finance"/],
  [{ spend: { emails: ['a@example.com', 'a@example.com'] } }, /at most 10 addresses, each once/],
  [{ spend: { emails: [...ELEVEN] } }, /at most 10 addresses, each once, got 0@example.com/],
  [{ spend: { emails: ['a@example.com'], anomalyUsd: 'much' } }, /an amount is decimal text .*, got "much"/],
])('fails for a fleet that could not be deployed: %j', (change, sentence) => {
  expect(() => checkDeployment({ ...production, fleet: { ...FLEET, ...change } }, defaultCatalog)).toThrow(sentence);
});

test('fails for a cell that has the fleet’s name', () => {
  const [first, ...others] = production.cells;
  if (first === undefined) throw new Error('production has cells');
  const cells = [{ ...first, id: 'Fleet' }, ...others];
  const workloads = production.workloads.filter(({ placement }) => !placement.cells.includes(first.id));
  expect(() => checkDeployment({ ...production, cells, workloads, fleet: FLEET }, defaultCatalog)).toThrow(
    'its cell Fleet has the name of the stage that cells share; rename it',
  );
});

test('fails for a fleet outside the accounts and regions that are allowed', () => {
  const check = (allowed: NonNullable<typeof production.allowed>) => () =>
    checkDeployment({ ...production, allowed, fleet: FLEET }, defaultCatalog);
  const regions = ['us-east-1', 'us-west-2'] as const;
  const sentence = 'what its cells share is in account 444455556666 and us-east-1, which is not allowed; allow both';
  expect(check({ regions: [...regions], accounts: ['123456789012'] })).toThrow(sentence);
  expect(check({ regions: [...regions], accounts: ['123456789012', FLEET.account] })).not.toThrow();
});
