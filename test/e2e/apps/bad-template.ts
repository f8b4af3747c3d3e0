import { CfnResource, Stack } from 'aws-cdk-lib';
import { synthesize } from '../../../bin/synthesize';

/** A subnet without its VPC: CloudFormation would refuse it, and so must the validator. */
synthesize({
  amend: (app) => {
    const stack = new Stack(app, 'Bad', { env: { region: 'us-east-1' } });
    new CfnResource(stack, 'Subnet', { type: 'AWS::EC2::Subnet', properties: { CidrBlock: 7 } });
    return undefined;
  },
});
