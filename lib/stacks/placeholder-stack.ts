import { CfnParameter, CfnWaitConditionHandle } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CellPart, type PlacedPart } from './cell-part';

/**
 * Stands for a stack whose content cannot be told now (no plan, an unreadable contract) but which may be deployed, so that
 * `cdk destroy` finds it by its name. It costs nothing and cannot be deployed over what it stands for: it has a parameter
 * without a value, which the CDK and CloudFormation both refuse.
 */
export class PlaceholderStack extends CellPart {
  constructor(scope: Construct, part: string, { cell }: { readonly cell: PlacedPart }) {
    super(scope, part, {
      cell,
      description: `Stands for ${part} of ${cell.id}, to be destroyed and not deployed`,
    });
    new CfnParameter(this, 'OnlyToBeDestroyed', { description: 'Mend what the verdict names, then deploy again' });
    // A template needs a resource.
    new CfnWaitConditionHandle(this, 'Nothing');
  }
}
