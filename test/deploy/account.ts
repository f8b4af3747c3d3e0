import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { EC2Client } from '@aws-sdk/client-ec2';
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';

/** The services that the checks ask, in one region. */
export interface Account {
  readonly cloudFormation: CloudFormationClient;
  readonly ec2: EC2Client;
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly logs: CloudWatchLogsClient;
}

/** @param url of an emulator; undefined for AWS itself, with the credentials of whoever runs this */
export function accountAt(region: string, url: string | undefined): Account {
  const options =
    url === undefined
      ? { region }
      : { region, endpoint: url, credentials: { accessKeyId: 'testing', secretAccessKey: 'testing' } };
  return {
    cloudFormation: new CloudFormationClient(options),
    ec2: new EC2Client(options),
    eks: new EKSClient(options),
    iam: new IAMClient(options),
    logs: new CloudWatchLogsClient(options),
  };
}

/** @throws Error when the credentials belong to another account than the one that was named */
export async function requireAccount(expected: string): Promise<void> {
  const { Account: found } = await new STSClient().send(new GetCallerIdentityCommand({}));
  if (found !== expected) throw new Error(`the credentials belong to account ${found}, not to ${expected}`);
}
