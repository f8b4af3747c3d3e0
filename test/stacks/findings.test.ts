import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnCluster } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Acknowledgement, acknowledgementsOf, covers, findingsOf } from './findings';
import { VARIANTS } from './variants';

/** What the CDK's own VPC stands up for on every flow log, found or not. */
const OF_THE_CDK = /^CloudFormation-Validate::F300[23] .*\/Vpc\/FlowLog$/;
/** Shorter than this is no reason. */
const SHORTEST_REASON = 30;

function unacknowledged(app: App, findings = findingsOf(app)): readonly string[] {
  const acknowledged = acknowledgementsOf(app);
  return findings
    .filter((finding) => !acknowledged.some((one) => covers(one, finding)))
    .map(({ id, path }) => `${id} ${path}`);
}

/** Acknowledgements that no finding needs, except those of what the CDK itself warns about, which no rule pack finds. */
function stale(app: App, findings = findingsOf(app)): readonly string[] {
  return acknowledgementsOf(app)
    .filter((one) => isOfRulePack(one) && !OF_THE_CDK.test(nameOf(one)))
    .filter((one) => !findings.some((finding) => covers(one, finding)))
    .map(nameOf);
}

/** Acknowledgements that stand neither on the resource that has the finding nor on the construct whose resource it is. */
function wide(app: App, findings = findingsOf(app)): readonly string[] {
  return acknowledgementsOf(app)
    .filter((one) => {
      const { construct } = one;
      const own = [construct.node.path, construct.node.defaultChild?.node.path];
      const isBoundary = construct.node.path === '' || Stage.isStage(construct) || Stack.isStack(construct);
      const reaches = findings.filter((finding) => covers(one, finding)).some(({ path }) => !own.includes(path));
      return isBoundary || reaches;
    })
    .map(nameOf);
}

function isOfRulePack({ id }: Acknowledgement): boolean {
  return /^(AwsSolutions|NIST\.800\.53\.R5|CloudFormation-Validate)/.test(id);
}

function nameOf({ id, construct }: Acknowledgement): string {
  return `${id} ${construct.node.path}`;
}

// The CDK reminds the owner of a given network to tag its subnets.
jest.spyOn(console, 'error').mockImplementation(() => undefined);

describe.each(VARIANTS)('%s', (_, open) => {
  const app = open();
  const findings = findingsOf(app);

  test('has no finding of AwsSolutions, NIST 800-53 R5 or the CDK’s validator that nobody stands up for', () => {
    expect(unacknowledged(app, findings)).toEqual([]);
  });

  test('stands up for findings with a reason each, on the very construct, and for none that is gone', () => {
    const weak = acknowledgementsOf(app).filter(({ reason }) => reason.trim().length < SHORTEST_REASON);
    expect(weak.map(nameOf)).toEqual([]);
    expect(wide(app, findings)).toEqual([]);
    expect(stale(app, findings)).toEqual([]);
  });
});

describe('the rules', () => {
  const PUBLIC = 'AwsSolutions-EKS1 Bad/Cluster';

  function bad(): { readonly app: App; readonly stack: Stack; readonly cluster: CfnCluster } {
    const app = new App({ builtinCloudFormationValidation: false, analyticsReporting: false });
    const stack = new Stack(app, 'Bad');
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('ec2.amazonaws.com') });
    role.addToPolicy(new PolicyStatement({ actions: ['s3:*'], resources: ['*'] }));
    const cluster = new CfnCluster(stack, 'Cluster', {
      roleArn: role.roleArn,
      resourcesVpcConfig: { subnetIds: ['subnet-a'], endpointPublicAccess: true },
    });
    return { app, stack, cluster };
  }

  test('fails for a public endpoint, missing logs, an inline policy and wildcards', () => {
    expect(unacknowledged(bad().app)).toEqual(
      expect.arrayContaining([
        PUBLIC,
        'AwsSolutions-EKS2[LogExport::api] Bad/Cluster',
        'AwsSolutions-IAM5[Action::s3:*] Bad/Role/DefaultPolicy/Resource',
        'AwsSolutions-IAM5[Resource::*] Bad/Role/DefaultPolicy/Resource',
        'NIST.800.53.R5-IAMNoInlinePolicy Bad/Role/DefaultPolicy/Resource',
      ]),
    );
  });

  test('fails for an acknowledgement on an app or a stack, though it hides the finding', () => {
    for (const at of ['app', 'stack'] as const) {
      const made = bad();
      Validations.of(made[at]).acknowledge({ id: 'AwsSolutions-EKS1', reason: 'we always did it like this' });
      expect(unacknowledged(made.app)).not.toContain(PUBLIC);
      expect(wide(made.app)).toEqual([`AwsSolutions-EKS1 ${made[at].node.path}`]);
    }
  });

  test('fails for an acknowledgement of what is not there', () => {
    const { app, cluster } = bad();
    Validations.of(cluster).acknowledge({ id: 'AwsSolutions-EKS1', reason: 'the endpoint is for everybody' });
    Validations.of(cluster).acknowledge({ id: 'AwsSolutions-S1', reason: 'there is no bucket' });
    expect(wide(app)).toEqual([]);
    expect(stale(app)).toEqual(['AwsSolutions-S1 Bad/Cluster']);
  });
});
