import { AccountPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { KeptBucket } from './kept-bucket';

export interface ModelBucketProps {
  readonly bucketName: string;
  /** Accounts beside its own that read it. */
  readonly readers: readonly string[];
}

/**
 * A bucket of weights: over TLS 1.2 alone, private, versioned, kept when its stack is not.
 *
 * Encrypted by S3's own keys, so that reading it takes leave on the bucket alone: a key of ours would have to name the role of
 * every model server in every account.
 */
export class ModelBucket extends Construct {
  constructor(scope: Construct, id: string, { bucketName, readers }: ModelBucketProps) {
    super(scope, id);
    const bucket = new KeptBucket(this, 'Bucket', {
      bucketName,
      reasons: {
        unlogged: 'weights are read by a few roles; who reads them is in CloudTrail where its owner wants data events',
        unreplicated: 'weights can be downloaded again from where they are published',
        withoutKey: 'a key would have to name every model server of every account',
      },
    });
    if (readers.length === 0) return;
    bucket.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Consumers',
        effect: Effect.ALLOW,
        principals: readers.map((account) => new AccountPrincipal(account)),
        actions: ['s3:GetObject', 's3:ListBucket'],
        resources: [bucket.bucketArn, bucket.arnForObjects('*')],
      }),
    );
  }
}
