import { billOf, reasons } from './billing';

const queue = { Queue: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } } };
const rule = (properties: object) => ({
  Queue: { Type: 'AWS::SQS::QueuePolicy' },
  It: {
    Type: 'AWS::Events::Rule',
    Properties: {
      EventPattern: { source: ['aws.ec2'] },
      Targets: [{ Id: 'T', Arn: { 'Fn::GetAtt': ['Queue', 'Arn'] } }],
      ...properties,
    },
  },
});

test('a queue without a declared usage, or of another kind, is unpriced', () => {
  expect(reasons(billOf({ Queue: { Type: 'AWS::SQS::Queue' } })).queueRequests).toMatch(/declare queueRequests/);
  expect(reasons(billOf(queue)).queueRequests).toMatch(/only standard queues/);
  const odd = { Queue: { Type: 'AWS::SQS::Queue', Properties: { Turbo: 1 } } };
  expect(reasons(billOf(odd)).queueTurbo).toMatch(/Turbo/);
});

test('a rule for events of AWS that go to a resource of the templates is free', () => {
  const of = billOf(rule({}));
  expect(of.unpriced).toEqual([]);
  expect(of.free.map(({ logicalId }) => logicalId)).toContain('It');
});

test.each<[string, object, string]>([
  ['a schedule', { ScheduleExpression: 'rate(1 hour)' }, 'ruleInvocations'],
  ['events of one’s own', { EventPattern: { source: ['my.app'] } }, 'ruleEvents'],
  ['events of anybody', { EventPattern: { 'detail-type': ['x'] } }, 'ruleEvents'],
  ['another bus', { EventBusName: 'mine' }, 'ruleEvents'],
  [
    'a target that is elsewhere',
    { Targets: [{ Id: 'T', Arn: 'arn:aws:events:eu-west-1:1:event-bus/b' }] },
    'ruleDeliveries',
  ],
  ['a property that nobody looked at', { Turbo: 1 }, 'ruleTurbo'],
])('fails closed for %s', (_, properties, dimension) => {
  expect(Object.keys(reasons(billOf(rule(properties))))).toEqual([dimension]);
});
