import { Stack } from 'aws-cdk-lib';
import { CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks-v2';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { serviceAccountOf } from '../workload/pod-identity';
import { CellRole } from './cell-role';
import { meant, wildcardIn } from './nag-findings';

export interface WeightsAccessProps {
  readonly clusterName: string;
  /** Name of the workload whose model servers read. */
  readonly workload: string;
  /** Name of the S3 bucket that they read from. */
  readonly bucket: string;
  /** Id of the model, under which its weights lie. @default - they read all of the bucket */
  readonly model?: string;
}

/**
 * Lets the model servers of one workload read their weights: a role that lists one bucket and reads what lies under the id of
 * the workload's model, and its tie to their service account. A bucket that is encrypted with a key of yours needs the role in that key's policy too.
 */
export class WeightsAccess extends Construct {
  constructor(scope: Construct, id: string, { clusterName, workload, bucket, model }: WeightsAccessProps) {
    super(scope, id);
    const arn = Stack.of(this).formatArn({ service: 's3', region: '', account: '', resource: bucket });
    const weights = model === undefined ? `${arn}/*` : `${arn}/${model}/*`;
    const role = new CellRole(this, 'Role', {
      description: `Model servers of ${workload} read their weights`,
      assumedBy: new ServicePrincipal('pods.eks.amazonaws.com').withSessionTags(),
    });
    role.addToPolicy(new PolicyStatement({ actions: ['s3:ListBucket'], resources: [arn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [weights] }));
    const { policy = role } = role;
    meant(policy, wildcardIn(weights), 'weights are many files, named by those who publish them');
    const { namespace, name } = serviceAccountOf({ name: workload });
    const association = { clusterName, namespace, serviceAccount: name, roleArn: role.roleArn };
    new CfnPodIdentityAssociation(this, 'Association', association);
  }
}
