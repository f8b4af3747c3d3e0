import { Aws, DefaultStackSynthesizer, Fn, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { type Instant, plusHours } from '../units/interval';
import { CellRole } from './cell-role';
import { meant, wildcardIn } from './nag-findings';

/** A stack and the moment from which CloudFormation is told, every hour, to delete it. */
export interface Deletion {
  readonly stackName: string;
  readonly from: Instant;
}

/** Hours for which a deletion that failed is asked for again. */
const RETRIED_HOURS = 24;
const DELETE_STACK = 'arn:aws:scheduler:::aws-sdk:cloudformation:deleteStack';

/**
 * Deletes stacks of this account and region by name, by EventBridge Scheduler alone: no code runs.
 *
 * - Asked hourly, because a stack whose exports are still in use refuses. Deleting what is gone is no error.
 * - A schedule whose start lies in the past is refused when it is created, so that what should be gone already cannot be
 *   deployed.
 * - The resources are deleted by the role with which the CDK deployed the stack: CloudFormation keeps using a stack's service
 *   role. AWS's pages differ on whether the caller must then be allowed to pass that role, so it is, to CloudFormation alone.
 *   A stack deployed without such a role (`cdk deploy` under `CliCredentialsStackSynthesizer`) is not deleted.
 */
export class ScheduledDeletion extends Construct {
  readonly role: Role;

  constructor(scope: Construct, id: string, deletions: readonly Deletion[]) {
    super(scope, id);
    const role = this.createRole(deletions);
    this.role = role;
    for (const deletion of deletions) {
      const schedule = this.createSchedule(deletion);
      if (role.policy !== undefined) schedule.node.addDependency(role.policy);
    }
  }

  private createRole(deletions: readonly Deletion[]): CellRole {
    const stack = Stack.of(this);
    const group = stack.formatArn({ service: 'scheduler', resource: 'schedule-group', resourceName: 'default' });
    const role = new CellRole(this, 'Role', {
      description: 'EventBridge Scheduler deletes the stacks of a cell at the end of its life',
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group } },
      }),
    });
    const stacks = deletions.map(({ stackName }) =>
      stack.formatArn({ service: 'cloudformation', resource: 'stack', resourceName: `${stackName}/*` }),
    );
    role.addToPolicy(
      new PolicyStatement({ effect: Effect.ALLOW, actions: ['cloudformation:DeleteStack'], resources: stacks }),
    );
    const { policy = role } = role;
    for (const arn of stacks) {
      meant(policy, wildcardIn(arn), 'one stack by its name; CloudFormation adds an id that nobody can know before');
    }
    if (stack.synthesizer instanceof DefaultStackSynthesizer) {
      role.addToPolicy(
        new PolicyStatement({
          effect: Effect.ALLOW,
          actions: ['iam:PassRole'],
          resources: [Fn.sub(stack.synthesizer.cloudFormationExecutionRoleArn)],
          conditions: { StringEquals: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } },
        }),
      );
    }
    return role;
  }

  private createSchedule({ stackName, from }: Deletion): CfnSchedule {
    return new CfnSchedule(this, stackName, {
      description: `Deletes ${stackName}`,
      scheduleExpression: 'rate(1 hour)',
      startDate: from,
      endDate: plusHours(from, RETRIED_HOURS),
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: DELETE_STACK, roleArn: this.role.roleArn, input: JSON.stringify({ StackName: stackName }) },
    });
  }
}
