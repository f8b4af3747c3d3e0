import { Match } from 'aws-cdk-lib/assertions';
import { checkCell } from '../../lib/constructs/check-cell';
import { type Anything, aNodeGroup, anApp, aStage, PRIVATE, SANDBOX, Synthesized, TEARDOWN } from './cells';

const LAYER = 'arn:aws:lambda:us-east-1:111122223333:layer:kubectl-135:1';
const serving = { delivery: { kind: 'kubectl', kubectlLayerArn: LAYER } } as const;
const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'one' } };
const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'two', namespace: 'one' } };
const delivered = [
  { name: 'namespace', objects: [namespace] },
  { name: 'workloads/chat', objects: [account] },
];

const app = anApp();
aStage(app, { ...SANDBOX, serving }, [aNodeGroup()], { delivered, teardown: TEARDOWN });
aStage(app, { ...SANDBOX, id: 'Quiet' }, [aNodeGroup()], { delivered });
const synthesized = new Synthesized(app);
const template = synthesized.template('Sandbox-Delivery');

test('each file is one custom resource, and waits for the one before it', () => {
  const resources = synthesized.stack('Sandbox-Delivery').template.Resources as Record<string, Anything>;
  const applied = Object.entries(resources).filter(([, { Type }]) => Type === 'Custom::AWSCDK-EKS-KubernetesResource');
  expect(applied.map(([, { Properties }]) => JSON.parse(Properties.Manifest))).toEqual([[namespace], [account]]);
  const [[first, { DependsOn: entry }], [, second]] = applied as [[string, Anything], [string, Anything]];
  expect(second.DependsOn).toContain(first);
  expect(entry.map((id: string) => resources[id].Type)).toContain('AWS::EKS::AccessEntry');
  for (const [, { Properties }] of applied) expect(Properties).toMatchObject({ Overwrite: true });
});

test('the functions run inside the network with the kubectl that was given, and administer this cluster alone', () => {
  const [handler, framework] = synthesized.resources('Sandbox-Delivery', 'AWS::Lambda::Function');
  expect(handler?.Properties.Layers).toContain(LAYER);
  for (const one of [handler, framework]) expect(one?.Properties.VpcConfig.SubnetIds).toHaveLength(2);
  template.hasResourceProperties('AWS::EKS::AccessEntry', {
    ClusterName: { 'Fn::ImportValue': Match.stringLikeRegexp('Sandbox-Cluster:') },
    AccessPolicies: [{ AccessScope: { Type: 'cluster' }, PolicyArn: Match.anyValue() }],
  });
});

test('nothing of it outlives the sandbox: logs go with it, and it goes before the cluster', () => {
  const logs = synthesized.resources('Sandbox-Delivery', 'AWS::Logs::LogGroup');
  expect(logs.map(({ DeletionPolicy, Properties }) => [DeletionPolicy, Properties.RetentionInDays])).toEqual([
    ['Delete', 7],
    ['Delete', 7],
  ]);
  const deleted = synthesized
    .resources('Sandbox-Teardown', 'AWS::Scheduler::Schedule')
    .map(({ Properties }) => JSON.parse(Properties.Target.Input).StackName);
  expect(deleted).toContain('Sandbox-Delivery');
});

test('a cell that did not ask for it has no functions', () => {
  expect(synthesized.stacks.map(({ stackName }) => stackName)).not.toContain('Quiet-Delivery');
  expect(synthesized.resources('Quiet', 'AWS::Lambda::Function')).toEqual([]);
});

test.each<[string, Anything, RegExp]>([
  ['production', { ...PRIVATE, serving }, /production applies its manifests from Git, and a delivery by kubectl would/],
  [
    'a network without a way out',
    { ...SANDBOX, network: { kind: 'own', cidr: '10.0.0.0/16', egress: 'endpoints' }, serving },
    /its delivery by kubectl calls AWS from inside the network, which has no way out/,
  ],
  [
    'a layer of another region',
    {
      ...SANDBOX,
      serving: { delivery: { kind: 'kubectl', kubectlLayerArn: LAYER.replace('us-east-1', 'us-west-2') } },
    },
    /must be a version of a Lambda layer in us-east-1, got "arn:aws:lambda:us-west-2/,
  ],
  [
    'a layer without a version',
    { ...SANDBOX, serving: { delivery: { kind: 'kubectl', kubectlLayerArn: LAYER.slice(0, -2) } } },
    /must be a version of a Lambda layer/,
  ],
])('fails for %s', (_, cell, message) => {
  expect(() => checkCell(cell)).toThrow(message);
});
