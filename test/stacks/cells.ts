import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import recommendedFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import { defaultCatalog } from '../../lib/catalog/catalog';
import type { CellPlan, NodeGroupPlan } from '../../lib/planner/plan';
import { CellStage, type CellStageProps } from '../../lib/stacks/cell-stage';
import { fixed } from '../../lib/units/range';
import type { Cell } from '../../lib/workload/cell';

/** An app as `blueprint.ts` opens it, its weak references included: a cell must not depend on them. */
export function anApp(): App {
  return new App({
    builtinCloudFormationValidation: false,
    analyticsReporting: false,
    context: recommendedFlags,
  });
}

export function aCell(override: Partial<Cell> = {}): Cell {
  return {
    id: 'Sandbox',
    region: 'us-east-1',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    network: { kind: 'own', cidr: '10.0.0.0/16', egress: 'nat' },
    profile: 'sandbox',
    kubernetesVersion: '1.35',
    systemInstanceType: 't3.medium',
    systemNodes: 1,
    ...override,
  };
}

export function aNodeGroup(override: Partial<NodeGroupPlan> = {}): NodeGroupPlan {
  return {
    name: 'chat-g6-xlarge',
    workload: 'chat',
    instanceType: 'g6.xlarge',
    purchase: 'onDemand',
    size: fixed(1),
    rootVolume: { gibibytes: 200, iops: 3000, mebibytesPerSecond: 125 },
    ...override,
  };
}

export function aPlan(cell: Cell, ...nodeGroups: readonly NodeGroupPlan[]): CellPlan {
  return { id: cell.id, region: cell.region, availabilityZone: cell.availabilityZones[0], nodeGroups };
}

export function aStage(
  app: App,
  cell: Cell,
  nodeGroups: readonly NodeGroupPlan[],
  props: Partial<CellStageProps> = {},
): CellStage {
  return new CellStage(app, cell.id, {
    cell,
    plan: aPlan(cell, ...nodeGroups),
    catalog: defaultCatalog,
    tags: { 'headroom:deployment': 'test', team: 'inference' },
    ...props,
  });
}

export const TEARDOWN = { goneBy: '2026-11-26T00:00:00Z' };
export const BUDGET = {
  limits: [{ id: 'stay', start: '2026-11-23T00:00:00Z', end: '2026-11-26T00:00:00Z', amount: '150' }],
};

export const SANDBOX = aCell({ publicAccessCidrs: ['203.0.113.0/24'] });

/** A private cell as production has it. */
export const PRIVATE = aCell({
  id: 'UsEast1',
  network: { kind: 'own', cidr: '10.16.0.0/16', egress: 'endpoints' },
  profile: 'production',
  systemInstanceType: 'm7g.large',
  systemNodes: 3,
  account: '111122223333',
  adminRoleArn: 'arn:aws:iam::111122223333:role/ClusterAdmin',
  privateAccessCidrs: ['10.200.0.0/16', '10.16.0.0/16'],
});

/** Whatever a template says; the assembly's own type, which has none. */
export type Anything = CloudFormationStackArtifact['template'];

export interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, Anything>;
  readonly DependsOn?: readonly string[];
  readonly DeletionPolicy?: string;
  readonly Metadata?: Record<string, Anything>;
}

/** A synthesized app, read by names of stacks. */
export class Synthesized {
  readonly assembly: CloudAssembly;

  constructor(app: App) {
    this.assembly = app.synth();
  }

  get stacks(): readonly CloudFormationStackArtifact[] {
    return this.assembly.stacksRecursively;
  }

  stack(name: string): CloudFormationStackArtifact {
    const found = this.stacks.find((stack) => stack.stackName === name);
    if (found === undefined) throw new Error(`no stack ${name} among ${this.stacks.map((stack) => stack.stackName)}`);
    return found;
  }

  template(name: string): Template {
    return Template.fromJSON(this.stack(name).template);
  }

  /** Resources of a type, in all stacks whose name starts so. */
  resources(prefix: string, type?: string): readonly Resource[] {
    return this.stacks
      .filter((stack) => stack.stackName.startsWith(prefix))
      .flatMap((stack) => Object.values<Resource>(stack.template.Resources))
      .filter((resource) => type === undefined || resource.Type === type);
  }

  /** The launch template data of a node group, found by its tag. */
  launch(prefix: string, nodeGroup: string): Record<string, Anything> {
    const found = this.resources(prefix, 'AWS::EC2::LaunchTemplate')
      .map((resource) => resource.Properties.LaunchTemplateData)
      .find((data) =>
        data.TagSpecifications[0].Tags.some(
          (tag: Anything) => tag.Key === 'headroom:node-group' && tag.Value === nodeGroup,
        ),
      );
    if (found === undefined) throw new Error(`no launch template of ${nodeGroup}`);
    return found;
  }

  nodeGroup(prefix: string, name: string): Resource {
    const found = this.resources(prefix, 'AWS::EKS::Nodegroup').find(
      (resource) => resource.Properties.Labels['headroom/node-group'] === name,
    );
    if (found === undefined) throw new Error(`no node group ${name}`);
    return found;
  }
}
