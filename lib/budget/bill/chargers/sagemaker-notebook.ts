import { exact } from '../../../units/exact';
import { fixed, mapRange } from '../../../units/range';
import { sageMakerItem } from '../../prices/items';
import { unknownProperties } from '../known-properties';
import { type Line, priced, unpriced } from '../line';
import type { Resource } from '../read-template';
import { countOf, Opaque, textsOf } from '../template-value';

/** Properties that cost nothing, or that are billed or refused here. */
const KNOWN = new Set([
  'AdditionalCodeRepositories',
  'DefaultCodeRepository',
  'DirectInternetAccess',
  'InstanceMetadataServiceConfiguration',
  'InstanceType',
  'IpAddressType',
  'KmsKeyId',
  'LifecycleConfigName',
  'NotebookInstanceName',
  'PlatformIdentifier',
  'RoleArn',
  'RootAccess',
  'SecurityGroupIds',
  'SubnetId',
  'Tags',
  'VolumeSizeInGB',
]);
/** In GB, where the template says nothing (AWS::SageMaker::NotebookInstance, CloudFormation reference). */
const DEFAULT_VOLUME = 5;

/** A notebook runs from its creation until somebody stops it; its volume is there all the while. */
export function chargeNotebook(notebook: Resource): readonly Line[] {
  const types = textsOf(notebook.property('InstanceType'), 'InstanceType');
  const gigabytes = countOf(notebook.property('VolumeSizeInGB') ?? DEFAULT_VOLUME, 'VolumeSizeInGB');
  return [
    types instanceof Opaque || types[0] === undefined || types.length > 1
      ? unpriced('notebookInstanceHours', types instanceof Opaque ? types.reason : 'the instance type is not decided')
      : priced('notebookInstanceHours', sageMakerItem(types[0], 'notebook'), fixed(exact(1))),
    gigabytes instanceof Opaque
      ? unpriced('notebookStorage', gigabytes.reason)
      : priced(
          'notebookStorage',
          'sagemaker:notebookStorage',
          mapRange(gigabytes, (count) => exact(count)),
        ),
    ...unknownProperties(notebook, 'notebook', KNOWN),
  ];
}
