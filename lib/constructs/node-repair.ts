import type { CfnNodegroup } from 'aws-cdk-lib/aws-eks-v2';
import type { Accelerator } from '../catalog/accelerator';

/**
 * Faults of memory that nothing corrects: whoever goes on computes wrong answers. Reasons as EKS's node monitoring agent
 * reports them (its sources, read 2026-11-23); the EKS user guide has them replaced after ten minutes.
 */
const CORRUPTING: Readonly<Record<Accelerator['vendor'], readonly string[]>> = {
  nvidia: ['NvidiaDoubleBitError'],
  aws: ['NeuronHBMUncorrectableError', 'NeuronSRAMUncorrectableError'],
};

/**
 * Repair of nodes whose accelerators are broken: EKS's own actions and waits (reboot or replace after ten minutes), two nodes
 * at a time, and sooner where results are wrong.
 *
 * The share of broken nodes above which EKS stops stays its default, 20 % of groups with more than five nodes: stated here, it
 * would stop the repair of every smaller group at its first broken node.
 */
export function nodeRepair(vendor: Accelerator['vendor']): CfnNodegroup.NodeRepairConfigProperty {
  return {
    enabled: true,
    maxParallelNodesRepairedCount: 2,
    nodeRepairConfigOverrides: CORRUPTING[vendor].map((nodeUnhealthyReason) => ({
      nodeMonitoringCondition: 'AcceleratedHardwareReady',
      nodeUnhealthyReason,
      minRepairWaitTimeMins: 2,
      repairAction: 'Replace',
    })),
  };
}
