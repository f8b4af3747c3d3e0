import { clientSettings, type Patience, paced } from '../../budget/prices/refresh/patience';

/** The services that are asked, in one region. */
export type Clients = Awaited<ReturnType<typeof clientsFor>>;

/** Fast enough for a person who waits, patient enough for throttling; DescribeInstances is refused above it. */
const PACE: Partial<Patience> = {
  attempts: 5,
  rate: { burst: 10, perSecond: 10 },
  backoffMillis: (retry) => Math.min(5000, 200 * 2 ** retry),
};

/**
 * Clients with the credentials and endpoints of the environment: `AWS_ENDPOINT_URL` or one service's own
 * (`AWS_ENDPOINT_URL_EC2`). Loaded only when asked for, since they are large.
 */
export async function clientsFor(region: string, patience: Partial<Patience> = {}) {
  const patient = { ...PACE, ...patience };
  const settings = { ...(await clientSettings(patient)), region };
  const [ec2, eks, quotas, ssm] = await Promise.all([
    import('@aws-sdk/client-ec2'),
    import('@aws-sdk/client-eks'),
    import('@aws-sdk/client-service-quotas'),
    import('@aws-sdk/client-ssm'),
  ]);
  const clients = {
    ec2: new ec2.EC2Client(settings),
    eks: new eks.EKSClient(settings),
    quotas: new quotas.ServiceQuotasClient(settings),
    ssm: new ssm.SSMClient(settings),
  };
  clients.ec2.middlewareStack.use(paced(patient));
  clients.quotas.middlewareStack.use(paced(patient));
  return clients;
}

/** Whose credentials these are: twelve digits; null without any; why not, when nobody could be asked. */
export async function callerAccount(
  region: string,
  patience: Partial<Patience> = {},
): Promise<string | null | { readonly unread: string }> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ ...(await clientSettings({ ...PACE, ...patience })), region });
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand({}));
    return Account ?? { unread: 'the answer names no account' };
  } catch (thrown) {
    const { name, message } = thrown as Error;
    return name === 'CredentialsProviderError' ? null : { unread: `${name}: ${message.split('\n')[0]}` };
  } finally {
    client.destroy();
  }
}
