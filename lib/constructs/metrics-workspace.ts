import { CfnOutput, Fn, Stack } from 'aws-cdk-lib';
import { CfnRuleGroupsNamespace, CfnScraper, CfnWorkspace } from 'aws-cdk-lib/aws-aps';
import { CfnAddon } from 'aws-cdk-lib/aws-eks-v2';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { alertManagerDefinition } from '../metrics/alert-routing';
import { capacityRules } from '../metrics/capacity-rules';
import { CLUSTER_STATE, NODE } from '../metrics/exporters';
import { type RuleGroup, rulesFile } from '../metrics/rule-groups';
import { scrapeConfiguration } from '../metrics/scrape-configuration';
import { type ServedSlo, sloRules } from '../metrics/slo-rules';
import type { NodeGroupPlan } from '../planner/plan';
import type { Cell } from '../workload/cell';
import type { AlertTopic } from './alert-topic';
import type { Protection } from './protection';

/** Days; AWS's own default, written down because it decides what is stored and paid for. */
const RETENTION_DAYS = 150;
/** EKS's add-ons of the exporters that every cluster needs: EKS publishes their images in its own registry. */
const ADD_ONS = { [CLUSTER_STATE.job]: 'kube-state-metrics', [NODE.job]: 'prometheus-node-exporter' } as const;

/** A workspace as CloudWatch's metrics name it. */
export interface WatchedWorkspace {
  readonly workspaceId: string;
  /** "namespace;group" each. */
  readonly ruleGroups: readonly string[];
}

export interface MetricsWorkspaceProps {
  readonly cell: Cell;
  readonly clusterName: string;
  /** In at least two zones; the collector has an interface in each. */
  readonly subnetIds: readonly string[];
  /** The cluster's own group, whose members reach each other: every node is one. */
  readonly securityGroupId: string;
  readonly alerts: AlertTopic;
  readonly nodeGroups: readonly NodeGroupPlan[];
  readonly slos: readonly ServedSlo[];
  readonly protection: Protection;
}

/**
 * A workspace of Amazon Managed Service for Prometheus, the collector that fills it from the cell's cluster, and the rules
 * that alarm on what it holds.
 *
 * The collector's access to the cluster is no resource here: AMP adds an access entry with `AmazonPrometheusScraperPolicy` for
 * its service-linked role by itself where the cluster authenticates by access entries, and EKS lets nobody else make one for
 * such a role. It needs the private API endpoint, which every cell has.
 */
export class MetricsWorkspace extends Construct {
  readonly watched: WatchedWorkspace;

  constructor(scope: Construct, id: string, props: MetricsWorkspaceProps) {
    super(scope, id);
    const workspace = this.createWorkspace(props);
    this.watched = {
      workspaceId: workspace.attrWorkspaceId,
      ruleGroups: [
        ...this.createRules('Capacity', workspace, capacityRules(props.nodeGroups)),
        ...this.createRules('Promises', workspace, sloRules(props.slos)),
      ],
    };
    this.createCollector(workspace, props);
    for (const addonName of Object.values(ADD_ONS)) {
      new CfnAddon(this, addonName, { clusterName: props.clusterName, addonName, resolveConflicts: 'OVERWRITE' });
    }
    new CfnOutput(this, 'QueryUrl', {
      description: "Prometheus queries of the cell, signed; a cell's serving.metricsUrl without its last slash",
      value: workspace.attrPrometheusEndpoint,
    });
  }

  private createWorkspace({ cell, alerts, protection }: MetricsWorkspaceProps): CfnWorkspace {
    // AWS lets its services write to groups of this prefix without a policy for each.
    const logGroupName = `/aws/vendedlogs/prometheus/${cell.id}`;
    const { topic, key } = alerts;
    const logs = new LogGroup(this, 'Logs', {
      logGroupName,
      retention: protection.logRetention,
      removalPolicy: protection.removalPolicy,
      ...(key === undefined ? {} : { encryptionKey: key }),
    });
    const workspace = new CfnWorkspace(this, 'Workspace', {
      alias: cell.id,
      alertManagerDefinition: alertManagerDefinition({ topicArn: topic.topicArn, region: cell.region, cell: cell.id }),
      loggingConfiguration: { logGroupArn: logs.logGroupArn },
      workspaceConfiguration: { retentionPeriodInDays: RETENTION_DAYS },
    });
    workspace.applyRemovalPolicy(protection.removalPolicy);
    return workspace;
  }

  private createRules(id: string, workspace: CfnWorkspace, groups: readonly RuleGroup[]): readonly string[] {
    if (groups.length === 0) return [];
    const name = id.toLowerCase();
    new CfnRuleGroupsNamespace(this, id, { name, workspace: workspace.attrArn, data: rulesFile(groups) });
    return groups.map((group) => `${name};${group.name}`);
  }

  private createCollector(workspace: CfnWorkspace, props: MetricsWorkspaceProps): void {
    const { cell, clusterName, subnetIds, securityGroupId } = props;
    new CfnScraper(this, 'Collector', {
      alias: cell.id,
      scrapeConfiguration: { configurationBlob: Fn.base64(scrapeConfiguration(cell.id)) },
      source: {
        eksConfiguration: {
          clusterArn: Stack.of(this).formatArn({ service: 'eks', resource: 'cluster', resourceName: clusterName }),
          securityGroupIds: [securityGroupId],
          subnetIds: [...subnetIds],
        },
      },
      destination: { ampConfiguration: { workspaceArn: workspace.attrArn } },
    });
  }
}
