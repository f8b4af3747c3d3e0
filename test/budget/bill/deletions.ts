import type { StackTemplate } from '../../../lib/budget/bill/stack-template';
import { aStack, bill } from './billing';

export const WINDOW = { start: '2026-12-01T00:00:00Z', end: '2027-01-01T00:00:00Z' };
export const DELETE = 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack';

export const inAccount = (service: string, name: string) => ({
  'Fn::Join': [
    '',
    ['arn:', { Ref: 'AWS::Partition' }, `:${service}:us-east-1:`, { Ref: 'AWS::AccountId' }, `:${name}`],
  ],
});
export const permission = (change: object = {}) => ({
  Effect: 'Allow',
  Action: 'cloudformation:DeleteStack',
  Resource: ['Home', 'Guest', 'Reaper'].map((name) => inAccount('cloudformation', `stack/${name}/*`)),
  ...change,
});
export const trust = (change: object = {}) => ({
  Effect: 'Allow',
  Action: 'sts:AssumeRole',
  Principal: { Service: 'scheduler.amazonaws.com' },
  Condition: {
    StringEquals: {
      'aws:SourceAccount': { Ref: 'AWS::AccountId' },
      'aws:SourceArn': inAccount('scheduler', 'schedule-group/default'),
    },
  },
  ...change,
});
export const document = (...Statement: readonly unknown[]) => ({ Version: '2012-10-17', Statement });
export const aRole = (properties: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: document(trust()), ...properties },
});
export const aPolicy = (properties: object = {}, resource: object = {}) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyDocument: document(permission()), Roles: [{ Ref: 'Role' }], ...properties },
  ...resource,
});
/** What the schedules of a stack need to delete the stacks of these tests. */
export const RIGHTS = { Role: aRole(), Policy: aPolicy() };
export const target = (input: unknown, Arn: unknown = DELETE) => ({
  Arn,
  RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] },
  Input: input,
});

/** A schedule that deletes a stack every hour from an instant on. */
export function deletion(stackName: string, properties: object = {}, resource: object = {}): object {
  return {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(1 hour)',
      StartDate: '2026-12-03T12:00:00Z',
      FlexibleTimeWindow: { Mode: 'OFF' },
      State: 'ENABLED',
      Target: target(JSON.stringify({ StackName: stackName })),
      ...properties,
    },
    ...resource,
  };
}

export const named = (name: string, resources: object, override: Partial<StackTemplate> & { root?: object } = {}) =>
  aStack({ ...RIGHTS, ...resources }, { path: name, stackName: name, ...override });
export const ADDRESS = { Type: 'AWS::EC2::EIP' };
export const home = named('Home', { Address: ADDRESS });

/** When the address of a stack stops being billed, "never" for the end of the window. */
export function endOf(stacks: readonly StackTemplate[], path = 'Home'): string {
  const charge = bill(stacks, { window: WINDOW }).charges.find(
    ({ stack, dimension }) => stack === path && dimension === 'publicIpv4Hours',
  );
  return charge?.active.end === WINDOW.end ? 'never' : (charge?.active.end ?? 'not billed');
}
