/**
 * What several cells share, in one account and region: weights, images, and the watch over the whole bill. It is deployed
 * before the cells; they name its buckets and its registry literally (`CellServing`), so that no stack holds on to another.
 */
export interface Fleet {
  /** Twelve digits; of the shared account, or of the management account where `spend` is set. */
  readonly account: string;
  readonly region: string;
  /** Names of buckets for weights. Names of buckets are the whole world's. @default - none */
  readonly modelBuckets?: readonly string[];
  /** Names of image repositories of your own. @default - none */
  readonly repositories?: readonly string[];
  /** Public registries that ECR caches here, each under its own name as prefix. @default - none */
  readonly cachedRegistries?: readonly OpenRegistry[];
  /**
   * How the images of the whole registry are scanned, which is one setting for the account and region. `enhanced` is Amazon
   * Inspector's, billed by image: it has no price here and leaves a bill unpriced until a ceiling is declared. @default basic
   */
  readonly imageScanning?: 'basic' | 'enhanced';
  /** Other accounts that read the weights, pull the images and use the shared reservations. @default - none */
  readonly consumerAccounts?: readonly string[];
  /** Ids (`cr-…`) of on-demand capacity reservations of this account that consumers may use. @default - none */
  readonly sharedReservations?: readonly string[];
  /** Budgets, a cost category and anomaly monitors over all cells. Only a management account may have them. @default - none */
  readonly spend?: FleetSpend;
  /** The invoice of the whole organisation, exported for `headroom actuals` and Athena. In a management account. @default - none */
  readonly invoice?: FleetInvoice;
}

/** Where AWS exports the invoice to. */
export interface FleetInvoice {
  /** Of a bucket that is made for it. Names of buckets are the whole world's. */
  readonly bucketName: string;
  /** GB, 10⁹ bytes, that one query may read; Athena bills by what is read. A whole number. @default 100 */
  readonly gigabytesPerQuery?: number;
}

/** Who is told about the spend of all cells together. */
export interface FleetSpend {
  /** Mail addresses. */
  readonly emails: readonly [string, ...string[]];
  /** USD that an anomaly must have cost before somebody is told. Decimal text. @default 100 */
  readonly anomalyUsd?: string;
}

/** Public registries that ECR caches without being given an account there (ECR user guide, pull through cache, 2026-11-23). */
export type OpenRegistry = 'public.ecr.aws' | 'registry.k8s.io' | 'quay.io';
