import { billOf, type Resources, reasons } from './billing';

const applied = (objects: readonly object[] | string): Resources => ({
  Applied: {
    Type: 'Custom::AWSCDK-EKS-KubernetesResource',
    Properties: { Manifest: typeof objects === 'string' ? objects : JSON.stringify(objects), ClusterName: 'Sandbox' },
  },
});
const object = (kind: string, spec?: object) => ({
  apiVersion: kind === 'Deployment' ? 'apps/v1' : 'v1',
  kind,
  metadata: { name: 'x' },
  spec,
});

test('objects that stay inside the cluster are paid with its nodes', () => {
  const of = billOf(applied([object('Namespace'), object('Deployment'), object('Service'), object('ConfigMap')]));
  expect(of.resources).toMatchObject({ free: 1, unpriced: 0 });
});

test.each<[string, Resources, RegExp]>([
  ['a load balancer', applied([object('Service', { type: 'LoadBalancer' })]), /the Service/],
  ['an ingress', applied([object('Namespace'), object('Ingress')]), /the Ingress makes outside/],
  ['a volume of the default class', applied([object('PersistentVolumeClaim', {})]), /the PersistentVolumeClaim/],
  ['a volume of a class', applied([object('PersistentVolumeClaim', { storageClassName: 'gp3' })]), /the Persistent/],
  ['nodes', applied([object('NodePool')]), /the NodePool/],
  ['something without a kind', applied([{}]), /an object without a kind/],
  ['what is no list', applied('{}'), /not literally in the template/],
  ['what is not JSON', applied('['), /not literally in the template/],
])('fails closed for %s', (_, resources, reason) => {
  expect(reasons(billOf(resources))).toEqual({ kubernetesObjects: expect.stringMatching(reason) });
});

test('a claim that binds to a volume that is there makes none', () => {
  const of = billOf(applied([object('PersistentVolumeClaim', { storageClassName: '' }), object('PersistentVolume')]));
  expect(of.resources).toMatchObject({ free: 1 });
});

test('objects are believed to be what is applied where a function of the templates applies them, and nowhere else', () => {
  const by = (token: unknown): Resources => {
    const { Applied } = applied([object('Namespace')]) as { Applied: { Type: string; Properties: object } };
    return {
      Applied: { ...Applied, Properties: { ...Applied.Properties, ServiceToken: token } },
      Handler: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 128, Role: 'r', Code: {} } },
    };
  };
  expect(reasons(billOf(by({ 'Fn::GetAtt': ['Handler', 'Arn'] })))).not.toHaveProperty('kubernetesObjects');
  for (const foreign of ['arn:aws:lambda:us-east-1:111122223333:function:theirs', { 'Fn::ImportValue': 'nobody' }]) {
    expect(reasons(billOf(by(foreign))).kubernetesObjects).toBe('its ServiceToken is no function of these templates');
  }
});
