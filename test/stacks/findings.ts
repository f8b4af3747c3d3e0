import { type App, CfnResource, CloudFormationValidatePlugin, Validations } from 'aws-cdk-lib';
import * as eks from 'aws-cdk-lib/aws-eks';
import { AwsSolutionsChecks, type NagPack, NIST80053R5Checks } from 'cdk-nag';
import type { IConstruct } from 'constructs';

/** What a rule has against a construct, whether somebody said that it is meant or not. */
export interface Finding {
  readonly id: string;
  readonly path: string;
}

export interface Acknowledgement {
  readonly id: string;
  readonly reason: string;
  readonly construct: IConstruct;
}

// cdk-nag's rules on EKS know the cluster of aws-eks alone and pass over that of aws-eks-v2, which has the same properties.
Object.defineProperty(eks.CfnCluster, Symbol.hasInstance, {
  value: (it: unknown) => CfnResource.isCfnResource(it) && it.cfnResourceType === 'AWS::EKS::Cluster',
});

/** All findings of AwsSolutions, of NIST 800-53 R5 and of the CDK's own validator with its default rules. */
export function findingsOf(app: App): readonly Finding[] {
  const packs = [new AwsSolutionsChecks(app), new NIST80053R5Checks(app)];
  return [...packs.flatMap((pack) => nagFindings(pack, app)), ...validatorFindings(app)];
}

export function acknowledgementsOf(app: App): readonly Acknowledgement[] {
  return app.node.findAll().flatMap((construct) =>
    construct.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(data as Record<string, string>))
      .map(([id, reason]) => ({ id: id.replace(/^annotation::/i, ''), reason, construct })),
  );
}

/** Whether an acknowledgement says that a finding is meant: it stands on the construct that has it, or around it. */
export function covers({ id, construct }: Acknowledgement, finding: Finding): boolean {
  const { path } = construct.node;
  return id === finding.id && (path === finding.path || path === '' || finding.path.startsWith(`${path}/`));
}

function nagFindings(pack: NagPack, app: App): readonly Finding[] {
  // Everything is wanted, so that an acknowledgement of nothing is seen too.
  Object.assign(pack, { isAcknowledged: () => false });
  return pack
    .validateScope(app)
    .violations.flatMap(({ ruleName, violatingResources }) =>
      violatingResources.map(({ constructPath = '' }) => ({ id: ruleName, path: constructPath })),
    );
}

/** Loading its rules takes a second, so there is one for all apps. */
const validator = new CloudFormationValidatePlugin();

function validatorFindings(app: App): readonly Finding[] {
  const stacks = app.synth().stacksRecursively;
  const pathOf = new Map(
    app.node
      .findAll()
      .filter(CfnResource.isCfnResource)
      .map((it) => [`${it.stack.node.path} ${it.stack.resolve(it.logicalId)}`, it.node.path]),
  );
  const stackTemplates = stacks.map(({ hierarchicalId, templateFullPath, environment }) => ({
    stackConstructPath: hierarchicalId,
    templatePath: templateFullPath,
    accountId: undefined,
    region: environment.region,
  }));
  const { violations } = validator.validate({ templatePaths: [], stackTemplates, appConstruct: app });
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ resourceLogicalId = '', templatePath }) => {
      const stack = stacks.find(({ templateFullPath }) => templateFullPath === templatePath)?.hierarchicalId ?? '';
      const path = pathOf.get(`${stack} ${resourceLogicalId}`) ?? `${stack}/${resourceLogicalId}`;
      return { id: `CloudFormation-Validate::${ruleName}`, path };
    }),
  );
}
