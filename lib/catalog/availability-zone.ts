/** Region of an availability zone id's prefix ("use1" of "use1-az4"), as the EC2 user guide names zone ids. */
const REGIONS: Readonly<Record<string, string>> = {
  use1: 'us-east-1',
  use2: 'us-east-2',
  usw1: 'us-west-1',
  usw2: 'us-west-2',
  usge1: 'us-gov-east-1',
  usgw1: 'us-gov-west-1',
  cac1: 'ca-central-1',
  caw1: 'ca-west-1',
  mxc1: 'mx-central-1',
  sae1: 'sa-east-1',
  euc1: 'eu-central-1',
  euc2: 'eu-central-2',
  eun1: 'eu-north-1',
  eus1: 'eu-south-1',
  eus2: 'eu-south-2',
  euw1: 'eu-west-1',
  euw2: 'eu-west-2',
  euw3: 'eu-west-3',
  afs1: 'af-south-1',
  ilc1: 'il-central-1',
  mec1: 'me-central-1',
  mes1: 'me-south-1',
  ape1: 'ap-east-1',
  apne1: 'ap-northeast-1',
  apne2: 'ap-northeast-2',
  apne3: 'ap-northeast-3',
  aps1: 'ap-south-1',
  aps2: 'ap-south-2',
  apse1: 'ap-southeast-1',
  apse2: 'ap-southeast-2',
  apse3: 'ap-southeast-3',
  apse4: 'ap-southeast-4',
};

/** The region of a zone id; undefined when the prefix is not known. */
export function regionOfZone(availabilityZoneId: string): string | undefined {
  return REGIONS[availabilityZoneId.split('-')[0] ?? ''];
}

/** Whether a zone is given by its id ("use1-az4"), the same in every account, and not by a name ("us-east-1d"), each account's own. */
export function isZoneId(zone: string): boolean {
  return /^[a-z]+\d-az\d+$/.test(zone);
}

/** Whether a zone, by name or by id, is one of a region. */
export function isZoneOf(region: string, zone: string): boolean {
  return isZoneId(zone) ? regionOfZone(zone) === region : new RegExp(`^${region}[a-z]$`).test(zone);
}
