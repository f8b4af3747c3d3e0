import { CfnResource, Stack } from 'aws-cdk-lib';
import { synthesize } from '../../../bin/synthesize';

synthesize({
  amend: (app) => {
    const stack = new Stack(app, 'Extra', { env: { region: 'us-east-1' } });
    new CfnResource(stack, 'Odd', { type: 'AWS::Odd::Thing', properties: { Size: 3 } });
    return undefined;
  },
});
