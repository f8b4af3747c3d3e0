import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { meant } from './nag-findings';

/** Days that a replaced or deleted version can still be had back. */
const KEPT_DAYS = 30;
const UPLOAD_DAYS = 7;

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
    const bucket = new Bucket(this, 'Bucket', {
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        {
          noncurrentVersionExpiration: Duration.days(KEPT_DAYS),
          abortIncompleteMultipartUploadAfter: Duration.days(UPLOAD_DAYS),
        },
      ],
    });
    const unlogged =
      'weights are read by a few roles; who reads them is in CloudTrail where its owner wants data events';
    meant(bucket, 'AwsSolutions-S1', unlogged);
    meant(bucket, 'NIST.800.53.R5-S3BucketLoggingEnabled', unlogged);
    meant(
      bucket,
      'NIST.800.53.R5-S3BucketReplicationEnabled',
      'weights can be downloaded again from where they are published',
    );
    meant(
      bucket,
      'NIST.800.53.R5-S3DefaultEncryptionKMS',
      'a key would have to name every model server of every account',
    );
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
