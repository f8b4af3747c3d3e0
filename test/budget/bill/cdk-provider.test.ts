import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import fc from 'fast-check';
import { chargerOf } from '../../../lib/budget/bill/chargers/registry';
import { aStack, bill, reasons } from './billing';

const dimensions = (of: ReturnType<typeof bill>, type: string) =>
  of.unpriced.filter((line) => line.type === type).map(({ dimension }) => dimension);

describe('custom resources', () => {
  test('of the CDK itself are free with the function that it adds, and only with it', () => {
    const app = new App({ analyticsReporting: false });
    const stack = new Stack(app, 'A', { env: { account: '111122223333', region: 'us-east-1' } });
    new Bucket(stack, 'Logs', { removalPolicy: RemovalPolicy.DESTROY, autoDeleteObjects: true });
    const template = app.synth().getStackByName('A').template as { Resources: Record<string, object> };
    const type = 'Custom::S3AutoDeleteObjects';
    const whole = bill([aStack(template.Resources)]);
    expect(whole.free.filter((line) => line.type === type)).toHaveLength(1);

    const [id, custom] = Object.entries(template.Resources).find(([, it]) => Reflect.get(it, 'Type') === type) ?? [];
    const foreign = { ...custom, Properties: { ServiceToken: 'arn:aws:lambda:us-east-1:1:function:mine' } };
    expect(dimensions(bill([aStack({ ...template.Resources, [id ?? '']: foreign })]), type)).toEqual([
      'customResource',
    ]);
  });

  test('that borrow a name of the CDK for a function of their own are unpriced', () => {
    const resources = {
      Mine: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 128, Code: {}, Role: 'r' } },
      It: { Type: 'Custom::S3AutoDeleteObjects', Properties: { ServiceToken: { 'Fn::GetAtt': ['Mine', 'Arn'] } } },
    };
    expect(reasons(bill([aStack(resources)])).customResource).toBe(
      "its ServiceToken is not the CDK's own function in these templates",
    );
  });

  test('of any other name have no rule, whatever they are called, so nothing with them is within', () => {
    const anyName = fc.string({ minLength: 1, maxLength: 30 }).map((name) => `Custom::${name}`);
    fc.assert(
      fc.property(fc.oneof(anyName, fc.constant('AWS::CloudFormation::CustomResource')), (Type) => {
        fc.pre(
          !/^Custom::(AWSCDK-EKS-KubernetesResource|CrossRegionExportReader|ECRAutoDeleteImages|S3AutoDeleteObjects|VpcRestrictDefaultSG)$/.test(
            Type,
          ),
        );
        expect(chargerOf(Type)).toBeUndefined();
        expect(bill([aStack({ It: { Type, Properties: { ServiceToken: 'arn' } } })]).resources).toMatchObject({
          unpriced: 1,
        });
      }),
    );
  });
});
