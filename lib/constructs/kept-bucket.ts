import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { meant } from './nag-findings';

/** Days that a replaced or deleted version can still be had back. */
export const KEPT_DAYS = 30;
const UPLOAD_DAYS = 7;

export interface KeptBucketProps {
  readonly bucketName: string;
  /** Beside the end of old versions and of uploads that nobody finished. */
  readonly lifecycleRules?: readonly LifecycleRule[];
  /** Why no bucket logs who reads it, no other has a copy, and no key of ours encrypts it. */
  readonly reasons: { readonly unlogged: string; readonly unreplicated: string; readonly withoutKey: string };
}

/** A bucket over TLS 1.2 alone, private, versioned, encrypted by S3's own keys, kept when its stack is not. */
export class KeptBucket extends Bucket {
  constructor(scope: Construct, id: string, { bucketName, lifecycleRules = [], reasons }: KeptBucketProps) {
    super(scope, id, {
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
        ...lifecycleRules,
      ],
    });
    meant(this, 'AwsSolutions-S1', reasons.unlogged);
    meant(this, 'NIST.800.53.R5-S3BucketLoggingEnabled', reasons.unlogged);
    meant(this, 'NIST.800.53.R5-S3BucketReplicationEnabled', reasons.unreplicated);
    meant(this, 'NIST.800.53.R5-S3DefaultEncryptionKMS', reasons.withoutKey);
  }
}
