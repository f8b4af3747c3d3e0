import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Catalog } from '../catalog/catalog';
import { AcceleratorNodeGroup, type NodeHome } from '../constructs/accelerator-node-group';
import { alertTopicArn } from '../constructs/alert-topic';
import type { Protection } from '../constructs/protection';
import { unusedReservationAlarm } from '../constructs/unused-reservation-alarm';
import type { NodeGroupPlan } from '../planner/plan';
import { type Cell, observabilityOf } from '../workload/cell';
import { CellPart } from './cell-part';

export interface CapacityStackProps {
  readonly cell: Cell;
  readonly nodeGroups: readonly NodeGroupPlan[];
  readonly home: NodeHome;
  readonly catalog: Catalog;
  readonly protection: Protection;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Comes and goes with the plan: some of the cell's node groups, each with its launch template.
 *
 * As protected as the cluster: `cdk destroy` of a cell starts here, and would take every node before the cluster refuses.
 */
export class CapacityStack extends CellPart {
  #topic: ITopic | undefined;

  constructor(scope: Construct, part: string, props: CapacityStackProps) {
    const { cell, nodeGroups, home, catalog, protection, tags } = props;
    super(scope, part, {
      cell,
      description: `Accelerator nodes of cell ${cell.id}`,
      suppressTemplateIndentation: true,
      terminationProtection: protection.deletionProtection,
    });
    const { removalPolicy: reservationRemoval } = protection;
    const watched = observabilityOf(cell).level !== 'none';
    for (const plan of nodeGroups) {
      const amiRelease = cell.amiReleases?.[plan.workload];
      const pinned = amiRelease === undefined ? {} : { amiRelease };
      const made = new AcceleratorNodeGroup(this, plan.name, {
        plan,
        home,
        catalog,
        tags,
        reservationRemoval,
        ...pinned,
      });
      if (watched && made.reservation !== undefined) this.watch(cell, plan, made.reservation.ref);
    }
  }

  /** Whether it has an alarm that names the topic, which then must be there before it. */
  get writesToAlertTopic(): boolean {
    return this.#topic !== undefined;
  }

  /** Here, because an export of its id would keep the group from being deleted. The topic is named, not held on to. */
  private watch(cell: Cell, { name, size }: NodeGroupPlan, reservationId: string): void {
    const use = { name: `the reservation of ${name}`, reservationIds: [reservationId], instances: size.min };
    const alarm = unusedReservationAlarm(this, `${name}-Unused`, use);
    this.#topic ??= Topic.fromTopicArn(this, 'Alerts', alertTopicArn(this, cell));
    const action = new SnsAction(this.#topic);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
