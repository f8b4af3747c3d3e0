import type { Fleet } from '../../lib/workload/fleet';

export const SHARED_RESERVATION = 'cr-0123456789abcdef0';

/** A fleet with everything that it can have. */
export const FLEET: Fleet = {
  account: '444455556666',
  region: 'us-east-1',
  modelBuckets: ['example-model-weights-shared'],
  repositories: ['inference/gateway'],
  cachedRegistries: ['public.ecr.aws', 'registry.k8s.io'],
  consumerAccounts: ['123456789012'],
  sharedReservations: [SHARED_RESERVATION],
  spend: { emails: ['finance@example.com'] },
};

/** The same of a management account, which exports its invoice too. */
export const INVOICED_FLEET: Fleet = { ...FLEET, invoice: { bucketName: 'example-invoices' } };
