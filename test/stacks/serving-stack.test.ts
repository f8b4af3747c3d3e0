import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { Match } from 'aws-cdk-lib/assertions';
import { parseAllDocuments } from 'yaml';
import { addCells, openApp, planFor } from '../../lib/blueprint';
import { manifestFiles, renderManifests } from '../../lib/blueprint/manifests';
import { readQuestion } from '../../lib/blueprint/question';
import { type Anything, aCell, aNodeGroup, anApp, aStage, PRIVATE, Synthesized, TEARDOWN } from './cells';

const ROOT = path.join(__dirname, '../..');
const SERVING = { serving: { weightsBucket: 'weights' } };
const GITHUB_SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:ecr-pullthroughcache/github-AbCdEf';
const CACHE = { imageCache: { githubSecretArn: GITHUB_SECRET } };
const servedWorkloads = ['router', 'assistant'];

const app = anApp();
aStage(app, { ...PRIVATE, ...SERVING }, [aNodeGroup()], { servedWorkloads });
const servedModels = { assistant: 'Qwen/Qwen3-8B', router: 'Qwen/Qwen3-8B-FP8' };
aStage(app, aCell({ id: 'Apart', ...SERVING }), [aNodeGroup()], { servedWorkloads, servedModels });
aStage(app, aCell({ id: 'Hub' }), [aNodeGroup()], { servedWorkloads });
aStage(app, aCell({ id: 'Idle', ...SERVING }), [aNodeGroup()]);
aStage(app, { ...PRIVATE, id: 'Cached', serving: CACHE }, [aNodeGroup()]);
aStage(app, aCell({ id: 'Short', ...SERVING }), [aNodeGroup()], { servedWorkloads, teardown: TEARDOWN });
const synthesized = new Synthesized(app);
const serving = synthesized.template('UsEast1-Serving');

describe('model servers with a bucket of weights', () => {
  test('each have a role that reads that bucket and nothing else', () => {
    serving.resourceCountIs('AWS::IAM::Role', 2);
    serving.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent() });
    const policies = synthesized.resources('UsEast1-Serving', 'AWS::IAM::ManagedPolicy');
    expect(policies.map(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual(
      servedWorkloads.map(() => [
        { Action: 's3:ListBucket', Effect: 'Allow', Resource: 'arn:aws:s3:::weights' },
        { Action: 's3:GetObject', Effect: 'Allow', Resource: 'arn:aws:s3:::weights/*' },
      ]),
    );
    const roles = policies.map(({ Properties }) => Properties.Roles);
    expect(new Set(roles.map((role) => JSON.stringify(role))).size).toBe(2);
  });

  test('read no other model’s weights, where their own is known', () => {
    const read = synthesized
      .resources('Apart-Serving', 'AWS::IAM::ManagedPolicy')
      .map(({ Properties }) => JSON.stringify(Properties.PolicyDocument.Statement[1].Resource));
    // The one ends where the other's name goes on.
    expect(read[0]).toContain(':s3:::weights/Qwen/Qwen3-8B/*"');
    expect(read[1]).toContain(':s3:::weights/Qwen/Qwen3-8B-FP8/*"');
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });
    const whole = openApp(fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-serving-')));
    addCells(whole, question, planFor(question));
    const policies = new Synthesized(whole).resources('UsEast1-Serving', 'AWS::IAM::ManagedPolicy');
    expect(JSON.stringify(policies)).toContain('example-model-weights-us-east-1/Qwen/Qwen3-235B-A22B-FP8/*');
    expect(JSON.stringify(policies)).not.toContain('example-model-weights-us-east-1/*');
  });

  test('take it on by Pod Identity', () => {
    serving.allResourcesProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Action: ['sts:AssumeRole', 'sts:TagSession'],
            Effect: 'Allow',
            Principal: { Service: 'pods.eks.amazonaws.com' },
          },
        ],
      },
    });
    const associations = synthesized.resources('UsEast1-Serving', 'AWS::EKS::PodIdentityAssociation');
    expect(associations.map(({ Properties }) => [Properties.Namespace, Properties.ServiceAccount])).toEqual([
      ['model-serving', 'assistant'],
      ['model-serving', 'router'],
    ]);
    for (const { Properties } of associations) {
      expect(Properties.ClusterName).toEqual({ 'Fn::ImportValue': expect.stringContaining('UsEast1-Cluster:') });
      const name = Properties.ServiceAccount;
      expect(Properties.RoleArn).toEqual({ 'Fn::GetAtt': [expect.stringMatching(new RegExp(`^${name}Role`)), 'Arn'] });
    }
  });

  test('keep it whatever is planned, and are no business of other stacks', () => {
    const again = anApp();
    aStage(again, { ...PRIVATE, ...SERVING }, [], { servedWorkloads });
    const without = anApp();
    aStage(without, { ...PRIVATE, ...SERVING }, [], { servedWorkloads: [] });
    const [unplanned, unserved] = [new Synthesized(again), new Synthesized(without)];
    for (const part of ['Network', 'Cluster', 'Serving'])
      expect(unplanned.stack(`UsEast1-${part}`).template).toEqual(synthesized.stack(`UsEast1-${part}`).template);
    for (const part of ['Network', 'Cluster'])
      expect(unserved.stack(`UsEast1-${part}`).template).toEqual(synthesized.stack(`UsEast1-${part}`).template);
  });

  test('are as protected as their cluster, and go before it', () => {
    expect(synthesized.stack('UsEast1-Serving').terminationProtection).toBe(true);
    const starts = synthesized
      .resources('Short-Teardown', 'AWS::Scheduler::Schedule')
      .map(({ Properties }) => [JSON.parse(Properties.Target.Input).StackName, Properties.StartDate]);
    expect(starts).toContainEqual(['Short-Serving', '2026-11-25T20:00:00Z']);
    expect(starts).toContainEqual(['Short-Cluster', '2026-11-25T21:00:00Z']);
  });
});

describe('a cache of images', () => {
  const of = (type: string) => synthesized.resources('Cached-Serving', type);

  test('has one rule for each public registry, under its own name, and a secret where one is wanted', () => {
    const rules = of('AWS::ECR::PullThroughCacheRule').map(({ Properties }) => Properties);
    expect(rules).toEqual([
      { EcrRepositoryPrefix: 'public.ecr.aws', UpstreamRegistryUrl: 'public.ecr.aws' },
      { EcrRepositoryPrefix: 'registry.k8s.io', UpstreamRegistryUrl: 'registry.k8s.io' },
      { EcrRepositoryPrefix: 'ghcr.io', UpstreamRegistryUrl: 'ghcr.io', CredentialArn: GITHUB_SECRET },
    ]);
  });

  test('makes repositories whose tags stay what they are, before anything is pulled', () => {
    const templates = of('AWS::ECR::RepositoryCreationTemplate').map(({ Properties }) => Properties);
    expect(templates.map(({ Prefix }) => Prefix)).toEqual(['public.ecr.aws', 'registry.k8s.io', 'ghcr.io']);
    for (const template of templates) {
      expect(template).toMatchObject({ AppliedFor: ['PULL_THROUGH_CACHE'], ImageTagMutability: 'IMMUTABLE' });
    }
    for (const { DependsOn } of of('AWS::ECR::PullThroughCacheRule')) {
      expect(DependsOn).toEqual([expect.stringContaining('Repositories')]);
    }
  });

  test('lets the nodes of the cell have those repositories made, and no others', () => {
    const [policy] = of('AWS::IAM::ManagedPolicy');
    const [statement, ...rest] = policy?.Properties.PolicyDocument.Statement ?? [];
    expect(rest).toEqual([]);
    expect(statement.Action).toBe('ecr:CreateRepository');
    expect(statement.Resource.map((arn: Anything) => JSON.stringify(arn).match(/repository\/[^"]+/)?.[0])).toEqual([
      'repository/ghcr.io/*',
      'repository/public.ecr.aws/*',
      'repository/registry.k8s.io/*',
    ]);
    expect(JSON.stringify(policy?.Properties.Roles)).toContain('Cached-Cluster:');
  });
});

test('a cell without a bucket, or without model servers, has no such stack', () => {
  const names = synthesized.stacks.map(({ stackName }) => stackName);
  expect(names.filter((name) => name.endsWith('-Serving')).sort()).toEqual([
    'Apart-Serving',
    'Cached-Serving',
    'Short-Serving',
    'UsEast1-Serving',
  ]);
});

test('in production every service account that is rendered for model servers has its role, and no other exists', () => {
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: 'production' });
  const planned = planFor(question);
  const outdir = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-serving-'));
  const opened = openApp(outdir);
  addCells(opened, question, planned);
  const production = new Synthesized(opened);
  for (const { id } of question.deployment.cells) {
    const rendered = manifestFiles(renderManifests(question, planned))
      .filter((file) => file.path.startsWith(`manifests/${id}/workloads/`))
      .flatMap(({ text }) => parseAllDocuments(text).map((document): Anything => document.toJS()));
    const pods = rendered
      .filter(({ kind }) => kind === 'Deployment' || kind === 'LeaderWorkerSet')
      .filter(({ metadata }) => !metadata.name.endsWith('-picker'))
      .map(({ metadata, spec }) => {
        const template = spec.template ?? spec.leaderWorkerTemplate.workerTemplate;
        return `${metadata.namespace}/${template.spec.serviceAccountName}`;
      });
    const accounts = rendered
      .filter(({ kind }) => kind === 'ServiceAccount')
      .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    const associated = production
      .resources(`${id}-Serving`, 'AWS::EKS::PodIdentityAssociation')
      .map(({ Properties }) => `${Properties.Namespace}/${Properties.ServiceAccount}`);
    expect(associated.length).toBeGreaterThan(0);
    expect(associated.sort()).toEqual(pods.sort());
    expect(accounts).toEqual(expect.arrayContaining(associated));
  }
  fs.rmSync(outdir, { recursive: true, force: true });
});
