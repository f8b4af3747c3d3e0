import { type App, type Stack, Stage } from 'aws-cdk-lib';
import { addCells, billFor, openApp, planFor, plannedStacks } from '../../lib/blueprint';
import { readQuestion } from '../../lib/blueprint/question';
import { teardownScript } from '../../lib/report/teardown-script';
import { type TeardownOrder, teardownOrder } from '../../lib/teardown/teardown-order';
import { runTeardown } from './fake-tools';

const ROOT = `${__dirname}/../..`;

function orderOf(deployment: string): TeardownOrder {
  const question = readQuestion({ root: ROOT, cwd: ROOT, deployment });
  const { stacks, manifests } = plannedStacks(question);
  return teardownOrder(deployment, stacks, billFor(question, [...stacks, ...manifests]));
}

const ORDER: TeardownOrder = {
  deployment: 'trial',
  places: [
    {
      region: 'us-east-1',
      account: '111122223333',
      clusters: ['Trial'],
      stackNames: ['Trial-Capacity00', 'Trial-Cluster', 'Trial-Network', 'Trial-Teardown'],
    },
  ],
  keptStacks: ['Fleet-Shared'],
  retained: [
    { stackName: 'Trial-Cluster', region: 'us-east-1', logicalId: 'Key', type: 'AWS::KMS::Key', perMonth: '1' },
    { stackName: 'Trial-Cluster', region: 'us-east-1', logicalId: "It's", type: 'AWS::S3::Bucket', perMonth: null },
  ],
};
const STACKS = { 'Trial-Network': false, 'Trial-Cluster': false, 'Trial-Capacity00': false, 'Trial-Teardown': false };
const FULL = {
  stacks: STACKS,
  clusters: { Trial: false },
  crds: [
    'nodepools.karpenter.sh',
    'nodeclaims.karpenter.sh',
    'gateways.gateway.networking.k8s.io',
    'scaledobjects.keda.sh',
  ],
  services: ['gateway-system front', 'default extra'],
};
const script = teardownScript(ORDER);
/** What a call changes, without its flags. */
const short = (call: string): string =>
  call.replace(/ --(region|namespace|all|all-namespaces|wait|timeout|query|output|filters).*$/, '');

describe('the order', () => {
  test.each(['sandbox', 'production'])('of %s is the reverse of that in which CloudFormation can make them', (name) => {
    const question = readQuestion({ root: ROOT, cwd: ROOT, deployment: name });
    const app = openApp();
    addCells(app, question, planFor(question));
    const made = new Map<string, readonly string[]>();
    for (const stack of stacksOf(app))
      made.set(
        stack.stackName,
        stack.dependencies.map((other) => other.stackName),
      );
    const gone = orderOf(name).places.flatMap(({ stackNames }) => stackNames);
    expect([...gone].sort()).toEqual([...made.keys()].sort());
    for (const [user, used] of made)
      for (const one of used) expect([user, gone.indexOf(user) < gone.indexOf(one), one]).toEqual([user, true, one]);
    expect(gone.filter((stack) => stack.endsWith('-Teardown'))).toEqual(name === 'sandbox' ? [gone.at(-1)] : []);
  });

  test('names the cluster of each place, and what production keeps with its price', () => {
    const { places, retained } = orderOf('production');
    expect(places.map(({ clusters }) => clusters)).toEqual([['UsEast1'], ['UsWest2']]);
    const types = retained.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(['AWS::KMS::Key', 'AWS::Logs::LogGroup']));
    const keys = retained.filter(({ type }) => type === 'AWS::KMS::Key');
    expect(keys.filter(({ perMonth }) => perMonth === null)).toEqual([]);
    expect(orderOf('sandbox').retained).toEqual([]);
  });
});

describe('the script', () => {
  test('takes down what clusters made, then Karpenter’s nodes, then the stacks', () => {
    const { code, out, changes, calls } = runTeardown(script, { ...FULL, instancesSeen: 1 }, '--yes');
    expect(changes.map(short)).toEqual(
      [
        'kubectl delete scaledobjects.keda.sh',
        'kubectl delete gateways.gateway.networking.k8s.io',
        'kubectl delete ingresses.networking.k8s.io',
        'kubectl delete service front',
        'kubectl delete service extra',
        'kubectl delete namespace model-serving --ignore-not-found',
        'kubectl delete nodepools.karpenter.sh',
        'kubectl wait',
        ...['Capacity00', 'Cluster', 'Network', 'Teardown'].flatMap(() => [
          'aws cloudformation delete-stack',
          'aws cloudformation wait stack-delete-complete',
        ]),
      ].map((it) => expect.stringContaining(it)),
    );
    const deleted = changes.flatMap((call) => /delete-stack .*--stack-name (\S+)/.exec(call)?.[1] ?? []);
    expect(deleted).toEqual(['Trial-Capacity00', 'Trial-Cluster', 'Trial-Network', 'Trial-Teardown']);
    // Instances are looked for until none is left, before any stack goes.
    expect(calls.filter((call) => call.includes('describe-instances'))).toHaveLength(2);
    expect(out).toContain('The fleet stays, cells of others may use it: Fleet-Shared');
    expect(out).toContain('AWS::KMS::Key Key of Trial-Cluster in us-east-1: at most 1.00 USD a month');
    expect(out).toContain("It's of Trial-Cluster in us-east-1: what it goes on costing is not priced");
    expect([code, out.trim().split('\n').at(-1)]).toEqual([0, 'All of it is gone.']);
  });

  test('changes nothing without --yes, and says what it would do', () => {
    const { code, out, changes } = runTeardown(script, FULL);
    expect([code, changes]).toEqual([0, []]);
    expect(out).toMatch(/without --yes[\s\S]*Karpenter's nodes[\s\S]*Trial-Capacity00[\s\S]*Trial-Teardown/);
  });

  test('may be run again: what is gone is passed over', () => {
    const { code, changes } = runTeardown(
      script,
      { stacks: { 'Trial-Network': false, 'Trial-Teardown': false } },
      '--yes',
    );
    expect(code).toBe(0);
    expect(changes.map(short).filter((call) => call.includes('delete'))).toHaveLength(4);
    expect(changes.join()).not.toContain('kubectl');
  });

  test('lifts protections where it is told to, before anything is deleted', () => {
    const { code, changes } = runTeardown(
      script,
      { ...FULL, stacks: { ...STACKS, 'Trial-Network': true }, clusters: { Trial: true } },
      '--yes',
      '--lift-protection',
    );
    expect(code).toBe(0);
    expect(changes.slice(0, 2)).toEqual([
      expect.stringContaining(
        'update-termination-protection --no-enable-termination-protection --region us-east-1 --stack-name Trial-Network',
      ),
      expect.stringContaining('update-cluster-config --no-deletion-protection --region us-east-1 --name Trial'),
    ]);
  });

  test('warns of volumes that stay', () => {
    const { code, err } = runTeardown(script, { ...FULL, volumes: ['persistentvolume/pv-1'] }, '--yes');
    expect(code).toBe(0);
    expect(err).toContain('go on costing: persistentvolume/pv-1');
  });

  test('leaves the clusters as they are where it is told to', () => {
    const { code, calls } = runTeardown(script, FULL, '--yes', '--without-clusters');
    expect(code).toBe(0);
    expect(calls.join()).not.toContain('kubectl');
  });

  test.each([
    [
      'a protected stack',
      { stacks: { ...STACKS, 'Trial-Cluster': true } },
      /stack Trial-Cluster is protected.*--no-enable-termination-protection/,
    ],
    ['a protected cluster', { clusters: { Trial: true } }, /cluster Trial is protected.*--no-deletion-protection/],
    [
      'a stack of an older plan',
      { stacks: { ...STACKS, 'Trial-Capacity03': false } },
      /Trial-Capacity03 is of this cell/,
    ],
    ['another account', { account: '999988887777' }, /left out, for credentials of another account: 111122223333/],
  ])('fails on %s, with nothing deleted', (_what, change, said) => {
    const { code, err, changes } = runTeardown(script, { ...FULL, ...change }, '--yes');
    expect([code, changes]).toEqual([1, []]);
    expect(err).toMatch(said);
  });

  test.each([
    'sts get-caller-identity',
    'cloudformation describe-stacks',
    'describe-stacks --region us-east-1 --query',
    'eks describe-cluster',
    'eks update-kubeconfig',
    'kubectl version',
    'kubectl get crd gateways',
    'kubectl get crd nodeclaims',
    'kubectl delete ingresses',
    'kubectl get services',
    'kubectl delete service front',
    'kubectl delete nodepools',
    'kubectl wait',
    'ec2 describe-instances',
  ])('fails when %s does, before any stack is deleted', (broken) => {
    const { code, changes, out } = runTeardown(script, { ...FULL, broken }, '--yes');
    expect(code).not.toBe(0);
    expect(changes.filter((call) => call.includes('delete-stack'))).toEqual([]);
    expect(out).not.toContain('All of it is gone');
  });

  test('fails when a stack cannot be deleted, and leaves those below it', () => {
    const { code, err, changes } = runTeardown(
      script,
      { ...FULL, broken: 'wait stack-delete-complete --region us-east-1 --stack-name Trial-Cluster' },
      '--yes',
    );
    expect(code).not.toBe(0);
    expect(err).toContain('mend it and run this again');
    expect(changes.join()).not.toContain('delete-stack --region us-east-1 --stack-name Trial-Network');
  });

  test('2: an argument that means nothing', () => {
    expect(runTeardown(script, FULL, '--force').code).toBe(2);
  });
});

function stacksOf(app: App): readonly Stack[] {
  return app.node.findAll().filter((node): node is Stack => 'stackName' in node && !(node instanceof Stage));
}
