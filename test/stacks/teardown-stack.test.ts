import { Match } from 'aws-cdk-lib/assertions';
import { teardownStarts } from '../../lib/stacks/teardown-waves';
import { type Anything, aCell, aNodeGroup, anApp, aStage, BUDGET, SANDBOX, Synthesized, TEARDOWN } from './cells';

const app = anApp();
aStage(app, SANDBOX, [aNodeGroup()], { teardown: TEARDOWN, budget: BUDGET });
aStage(app, aCell({ id: 'Trial', profile: 'production' }), [aNodeGroup()], { teardown: TEARDOWN });
const synthesized = new Synthesized(app);

const schedules = synthesized.resources('Sandbox-Teardown', 'AWS::Scheduler::Schedule');
const startOf = (stackName: string): string =>
  schedules.find(({ Properties }) => JSON.parse(Properties.Target.Input).StackName === stackName)?.Properties.StartDate;
const capacity = synthesized.stacks.find((stack) => stack.stackName.startsWith('Sandbox-Capacity'))?.stackName ?? '';

describe('a teardown', () => {
  test('deletes every stack of the cell, itself included', () => {
    const deleted = schedules.map(({ Properties }) => JSON.parse(Properties.Target.Input).StackName).sort();
    const stacks = synthesized.stacks.map((stack) => stack.stackName).filter((name) => name.startsWith('Sandbox-'));
    expect(deleted).toEqual(stacks.sort());
  });

  test('begins each wave when the hour of the one before is over, the last an hour before the end', () => {
    expect(startOf(capacity)).toBe('2026-11-25T20:00:00Z');
    expect(startOf('Sandbox-Cluster')).toBe('2026-11-25T21:00:00Z');
    expect(startOf('Sandbox-Network')).toBe('2026-11-25T22:00:00Z');
    expect(startOf('Sandbox-Budget')).toBe('2026-11-25T22:00:00Z');
    expect(startOf('Sandbox-Teardown')).toBe('2026-11-25T23:00:00Z');
    expect(teardownStarts(TEARDOWN.goneBy).teardown).toBe('2026-11-25T23:00:00Z');
  });

  test('asks again every hour for a day', () => {
    synthesized.template('Sandbox-Teardown').allResourcesProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 hour)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Match.objectLike({ Arn: 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack' }),
    });
    for (const { Properties } of schedules) {
      // A day later: the same hour of the next date.
      expect(Properties.EndDate.slice(10)).toBe(Properties.StartDate.slice(10));
      expect(Properties.EndDate.slice(0, 10)).toBe('2026-11-26');
    }
  });

  test('may delete these stacks and pass their role to CloudFormation, and nothing else', () => {
    const policies = synthesized.resources('Sandbox-Teardown', 'AWS::IAM::ManagedPolicy');
    const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
    expect(statements.map((statement: Anything) => statement.Action)).toEqual([
      'cloudformation:DeleteStack',
      'iam:PassRole',
    ]);
    const [deletion, passing] = statements;
    expect(deletion.Resource).toHaveLength(schedules.length);
    for (const arn of deletion.Resource) expect(JSON.stringify(arn)).toMatch(/:stack\/Sandbox-\w+\/\*/);
    expect(passing.Resource['Fn::Sub']).toMatch(/role\/cdk-\w+-cfn-exec-role-/);
    expect(passing.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } });
  });

  test('is deployed first, and cannot be deleted while the network stands', () => {
    const dependencies = (name: string) => synthesized.stack(name).dependencies.map((dependency) => dependency.id);
    const { id } = synthesized.stack('Sandbox-Teardown');
    expect(dependencies('Sandbox-Network')).toContain(id);
    expect(dependencies('Sandbox-Budget')).toContain(id);
    synthesized.template('Sandbox-Network').hasResourceProperties('AWS::EC2::SecurityGroup', {
      Tags: Match.arrayWith([
        { Key: 'headroom:teardown', Value: { 'Fn::ImportValue': Match.stringLikeRegexp('^Sandbox-Teardown:') } },
      ]),
    });
  });

  test('meets no protection, in production either', () => {
    synthesized.template('Trial-Cluster').hasResourceProperties('AWS::EKS::Cluster', { DeletionProtection: false });
    expect(synthesized.stacks.filter((stack) => stack.terminationProtection)).toEqual([]);
    expect(synthesized.resources('Trial').filter((resource) => resource.DeletionPolicy === 'Retain')).toEqual([]);
  });
});
