/**
 * What no template can show, by the name that an assumption uses, with the unit its quantities are in. Quantities are for
 * each resource that the assumption's scope covers. Any dimension at all, one without a price or of an unknown type too,
 * can instead be bounded by an assumption in "USD/month" whose `usage` is the dimension's name.
 */
export const USAGES = {
  natGatewayGigabytes: 'GB/month',
  interfaceEndpointGigabytes: 'GB/month',
  flowLogGigabytes: 'GB/month',
  /** Between zones of a VPC, each direction by itself. */
  interAzGigabytes: 'GB/month',
  /** Through an internet gateway, outwards. */
  internetEgressGigabytes: 'GB/month',
  /**
   * What is written to a log group by others than flow logs: by the EKS control plane too, where the group that it writes
   * to is in a template. A group that receives flow logs alone needs none.
   */
  logIngestGigabytes: 'GB/month',
  /** What a log group holds on average. */
  logStoredGigabytes: 'GB',
  /** What the EKS control plane writes to a log group that is in no template. */
  controlPlaneLogGigabytes: 'GB/month',
  kmsRequests: 'requests/month',
  /** Messages sent, received and deleted, and receives that found none; one for each 64 KB. */
  queueRequests: 'requests/month',
  snsRequests: 'requests/month',
  snsEmails: 'requests/month',
  snsHttpDeliveries: 'requests/month',
  /** What a bucket holds on average. */
  bucketGigabytes: 'GB',
  bucketPutRequests: 'requests/month',
  bucketGetRequests: 'requests/month',
  /** Metric samples that an AMP workspace takes in. */
  ampIngestedSamples: 'samples/month',
  /** Samples that queries and rules of an AMP workspace read. */
  ampQuerySamples: 'samples/month',
  /** What an AMP workspace holds on average: 1 to 2 bytes a sample, for as long as it keeps them, and the metrics' names. */
  ampStoredGigabytes: 'GB',
  /** Samples that an AMP collector pulls out of its cluster, those that it drops afterwards too. */
  ampCollectedSamples: 'samples/month',
  /** What a repository holds on average, all its images and layers. */
  repositoryGigabytes: 'GB',
  /** What the repositories hold that ECR itself makes for a pull-through cache rule. */
  pullThroughGigabytes: 'GB',
  /** Size of the root volume where an AMI decides it. */
  rootGiB: 'GiB',
  /** What the software of an image costs beyond Linux, for each instance that runs it: "0" says that it is plain Linux. */
  imageSoftwareFee: 'USD/hour',
  /** CPU credits that burstable instances buy beyond what they earn, of each resource that launches them. */
  cpuCreditVcpuHours: 'vCPU-hours/month',
  magneticVolumeRequests: 'requests/month',
  /** Capacity units that a load balancer uses on average. */
  applicationLoadBalancerCapacityUnits: 'LCU',
  networkLoadBalancerCapacityUnits: 'LCU',
  gatewayLoadBalancerCapacityUnits: 'LCU',
  classicLoadBalancerGigabytes: 'GB/month',
  /** Public addresses that a classic load balancer has on average: AWS adds some as traffic grows. */
  classicLoadBalancerAddresses: 'addresses',
  gatewayEndpointGigabytes: 'GB/month',
  /** What a file system holds on average in each class. */
  efsStandardGigabytes: 'GB',
  efsInfrequentGigabytes: 'GB',
  efsInfrequentAccessGigabytes: 'GB/month',
  efsReadGigabytes: 'GB/month',
  efsWriteGigabytes: 'GB/month',
  lambdaRequests: 'requests/month',
  lambdaGigabyteSeconds: 'GB-seconds/month',
  /** What functions write to log groups that are in no template. */
  lambdaLogGigabytes: 'GB/month',
  stateTransitions: 'requests/month',
  expressRequests: 'requests/month',
  expressGigabyteHours: 'GB-hours/month',
  secretRequests: 'requests/month',
  dnsQueries: 'requests/month',
  tableWriteRequests: 'requests/month',
  tableReadRequests: 'requests/month',
  tableGigabytes: 'GB',
  tableBackupGigabytes: 'GB',
  tableStreamReads: 'requests/month',
  /** What pods on Fargate ask for on average. */
  eksFargateVcpus: 'vCPU',
  eksFargateGigabytes: 'GB',
  endpointDataGigabytes: 'GB/month',
} as const satisfies Readonly<Record<string, string>>;

export type UsageName = keyof typeof USAGES;

/** The unit of a declared ceiling. */
export const CEILING_UNIT = 'USD/month';
