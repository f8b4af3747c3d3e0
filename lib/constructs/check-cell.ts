import { isZoneId, isZoneOf } from '../catalog/availability-zone';
import { Problem } from '../problem';
import { type Cell, observabilityOf } from '../workload/cell';
import { networkFault } from './check-network';
import { servingFault } from './check-serving';
import { settingsFault } from './check-settings';
import { isBlock } from './ip-block';

const ID = /^[A-Z][A-Za-z0-9]{0,39}$/;
const ACCOUNT = /^\d{12}$/;
const VERSION = /^1\.\d{2}$/;
const PRINCIPAL = /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/.+$/;
const EVERYBODY = '0.0.0.0/0';
/** This network, loopback, multicast and reserved addresses (RFC 6890). */
const UNUSABLE = /^(0|127|2[2-5]\d)\./;
/** Blocks wider than this are the internet, in as many pieces as one likes. */
const NARROWEST_WORLD = 8;
const LEVELS: readonly string[] = ['metrics', 'alarms', 'none'];
const EMAIL = /^[^\s@]+@[^\s@]+$/;
/** As far as the CDK tells a family from a size, which decides the image. */
const CPU_TYPE = /^[a-z]+\d{1,2}[a-z-]*\.[a-z0-9-]+$/;

/** @throws Problem InvalidDeployment for the first thing that a cell could not be deployed with. */
export function checkCell(cell: Cell): void {
  const { id, account, region, availabilityZones: zones, kubernetesVersion, adminRoleArn, publicAccessCidrs } = cell;
  refuse(!ID.test(id), cell, 'its id must be 1 to 40 letters and digits and start with a capital; rename it');
  refuse(
    account !== undefined && !ACCOUNT.test(account),
    cell,
    `its account must be twelve digits, got ${JSON.stringify(account)}; correct it or leave it out`,
  );
  refuse(
    new Set(zones).size < 2 || new Set(zones).size !== zones.length || zones.some((zone) => !isZoneOf(region, zone)),
    cell,
    `it needs at least two different availability zones of ${region}, got ${zones.join(', ')}; name them`,
  );
  refuse(
    new Set(zones.map(isZoneId)).size > 1,
    cell,
    `its availability zones are names and ids at once, so two may be the same, got ${zones.join(', ')}; write all as names or all as ids`,
  );
  const fault = networkFault(cell) ?? settingsFault(cell);
  if (fault !== undefined) refuse(true, cell, fault);
  refuse(
    !VERSION.test(kubernetesVersion),
    cell,
    `its Kubernetes version must be a minor one such as "1.35", got ${JSON.stringify(kubernetesVersion)}; correct it`,
  );
  refuse(
    !Number.isInteger(cell.systemNodes) || cell.systemNodes < 1,
    cell,
    `its add-ons need at least one system node, got ${cell.systemNodes}; give it one`,
  );
  refuse(
    !CPU_TYPE.test(cell.systemInstanceType),
    cell,
    `its add-ons run on an instance type such as "m5.large", got ${JSON.stringify(cell.systemInstanceType)}; correct it`,
  );
  refuse(
    adminRoleArn !== undefined && !PRINCIPAL.test(adminRoleArn),
    cell,
    `its administrator must be the ARN of an IAM role or user, got ${JSON.stringify(adminRoleArn)}; EKS ignores any other`,
  );
  const { network } = cell;
  refuse(
    network.kind === 'own' && (!isBlock(network.cidr) || UNUSABLE.test(network.cidr)),
    cell,
    `its network must be an IPv4 block on its boundary that hosts can have, got ${network.kind === 'own' ? JSON.stringify(network.cidr) : ''}; write it as "10.0.0.0/16"`,
  );
  refuse(publicAccessCidrs?.length === 0, cell, 'its list of public CIDR blocks is empty; name some or leave it out');
  const wrongPublic = publicAccessCidrs?.find((cidr) => !isBlock(cidr));
  refuse(
    wrongPublic !== undefined,
    cell,
    `its public API endpoint is reached from IPv4 blocks, got ${JSON.stringify(wrongPublic)}; write each as "203.0.113.0/24"`,
  );
  const wide = publicAccessCidrs?.find((cidr) => Number(cidr.split('/')[1]) < NARROWEST_WORLD);
  refuse(
    cell.profile === 'production' && wide !== undefined,
    cell,
    `production opens no API endpoint to ${wide}; name the blocks that need it or leave the endpoint private`,
  );
  const wrongBlock = cell.privateAccessCidrs?.find((cidr) => !isBlock(cidr) || cidr === EVERYBODY);
  refuse(
    wrongBlock !== undefined,
    cell,
    `its private API endpoint is reached from IPv4 blocks narrower than ${EVERYBODY}, got ${JSON.stringify(wrongBlock)}; write each as "10.200.0.0/16"`,
  );
  const serving = servingFault(cell);
  refuse(serving !== undefined, cell, serving ?? '');
  checkObservability(cell);
}

function checkObservability(cell: Cell): void {
  const { level, emails = [] } = observabilityOf(cell);
  refuse(
    !LEVELS.includes(level),
    cell,
    `it is watched by ${LEVELS.join(', ')}, got ${JSON.stringify(level)}; choose one`,
  );
  const odd = emails.find((email) => !EMAIL.test(email));
  refuse(odd !== undefined, cell, `its alerts go to mail addresses, got ${JSON.stringify(odd)}; correct it`);
  const twice = emails.find((email, index) => emails.indexOf(email) !== index);
  refuse(twice !== undefined, cell, `its alerts go to ${twice} twice; keep one`);
  refuse(
    level === 'none' && emails.length > 0,
    cell,
    'its alerts have readers and nothing that raises them; choose a level',
  );
}

function refuse(isWrong: boolean, { id }: Cell, why: string): void {
  if (isWrong) throw new Problem('InvalidDeployment', `cell ${JSON.stringify(id)} cannot be built: ${why}`);
}
