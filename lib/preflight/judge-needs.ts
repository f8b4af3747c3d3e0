import { assertNever } from '../problem';
import { type AccountFacts, isUnread } from './facts';
import type {
  BootstrapNeed,
  Finding,
  Need,
  OfferingNeed,
  QuotaNeed,
  ReservationNeed,
  Status,
  SubnetNeed,
} from './need';
import { quotaOf } from './quotas';

type Answer = readonly [status: Status, sentence: string];

/** States in which a reservation takes instances, now or when it starts. */
const LIVING = ['active', 'scheduled', 'pending', 'assessing', 'delayed'];

/**
 * Each need against what the account said.
 *
 * @param factsOf the account and region of a need, or why nobody could ask
 */
export function judgeNeeds(
  needs: readonly Need[],
  factsOf: (need: Need) => AccountFacts | { readonly unread: string },
): readonly Finding[] {
  const findings = needs.map((need): Finding => {
    const facts = factsOf(need);
    const [status, sentence] = isUnread(facts) ? (['unknown', facts.unread] as const) : answer(need, facts);
    return { need, status, sentence };
  });
  return findings.map((finding) => boughtAlready(finding, findings));
}

function answer(need: Need, facts: AccountFacts): Answer {
  switch (need.kind) {
    case 'quota':
      return quota(need, facts);
    case 'offering':
      return offering(need, facts);
    case 'bootstrap':
      return bootstrap(need, facts);
    case 'subnet':
      return subnet(need, facts);
    case 'reservation':
      return reservation(need, facts);
    case 'readable':
      return ['unknown', need.reason];
    default:
      return assertNever(need);
  }
}

function quota({ quota: key, needed, within }: QuotaNeed, facts: AccountFacts): Answer {
  const { code, note, counts } = quotaOf(key);
  if (code === undefined) return ['unknown', note ?? 'no source says which quota this counts against; ask AWS'];
  if (needed === null) return ['unknown', 'how much is needed is not known'];
  const value = facts.quotas.get(code.quota) ?? { unread: 'Service Quotas does not list it' };
  if (isUnread(value)) return ['unknown', `the quota could not be read: ${value.unread}`];
  if (needed > value) return ['missing', `the quota is ${value}; ask for ${Math.ceil(needed)} or more`];
  if (counts === 'each') return ['met', `the quota is ${value}`];
  const used = facts.used(key, within);
  if (isUnread(used)) return ['unknown', `the quota is ${value}; what else uses it could not be read: ${used.unread}`];
  if (needed + used <= value)
    return ['met', used === 0 ? `the quota is ${value}` : `the quota is ${value}, others use ${rounded(used)}`];
  return [
    'missing',
    `the quota is ${value} and others use ${rounded(used)}; ask for ${Math.ceil(needed + used)} or more`,
  ];
}

function offering({ instanceType, zone }: OfferingNeed, { offerings }: AccountFacts): Answer {
  if (isUnread(offerings)) return ['unknown', `the offerings could not be read: ${offerings.unread}`];
  if (offerings.has(`${instanceType} ${zone}`)) return ['met', 'offered'];
  return ['missing', `EC2 does not offer it to this account in ${zone}; choose another zone or type`];
}

function bootstrap({ parameter, version, account, region }: BootstrapNeed, facts: AccountFacts): Answer {
  const found = facts.bootstrapVersions.get(parameter);
  if (isUnread(found)) return ['unknown', `the parameter could not be read: ${found.unread}`];
  if (found === undefined || found < version) {
    const is = found === undefined ? 'it is not bootstrapped' : `its version is ${found}`;
    return ['missing', `${is}; run npx cdk bootstrap aws://${account ?? 'ACCOUNT'}/${region}`];
  }
  return ['met', `version ${found}`];
}

function subnet({ subnetId, vpcId, zone, addresses }: SubnetNeed, { subnets }: AccountFacts): Answer {
  if (isUnread(subnets)) return ['unknown', `the subnets could not be read: ${subnets.unread}`];
  const found = subnets.get(subnetId);
  if (found === undefined) return ['missing', 'there is no such subnet in this account and region; correct the cell'];
  if (found.vpcId !== vpcId) return ['missing', `it is in ${found.vpcId}, not in ${vpcId}; correct the cell`];
  if (found.zone !== zone) return ['missing', `it is in ${found.zone}, not in ${zone}; correct the cell`];
  if (found.freeAddresses < addresses) {
    return ['missing', `${found.freeAddresses} addresses are free; give a wider subnet or fewer nodes`];
  }
  return ['met', `${found.freeAddresses} addresses are free, in blocks of 16 or not: fragments are not seen from here`];
}

function reservation(need: ReservationNeed, { reservations }: AccountFacts): Answer {
  if (isUnread(reservations)) return ['unknown', `the reservations could not be read: ${reservations.unread}`];
  const found = reservations.get(need.id);
  if (found === undefined) return ['missing', 'there is no such reservation in this account and region'];
  if (!LIVING.includes(found.state)) return ['missing', `it is ${found.state}`];
  const isBlock = found.type === 'capacity-block';
  if (isBlock !== (need.market === 'capacityBlock')) {
    return ['missing', `it is ${isBlock ? 'a Capacity Block' : 'no Capacity Block'}; correct the purchase`];
  }
  if (found.instanceType !== need.instanceType) return ['missing', `it is of ${found.instanceType}`];
  if (found.zone !== need.zone) return ['missing', `it is in ${found.zone}, not in ${need.zone}`];
  if (found.instances < need.instances) return ['missing', `it has ${found.instances} instances`];
  return ['met', `${found.state}, ${found.instances} instances`];
}

/** The quota on Capacity Blocks is spent when they are bought: where every one of them stands, it was met. */
function boughtAlready(finding: Finding, all: readonly Finding[]): Finding {
  const { need } = finding;
  if (need.kind !== 'quota' || need.quota !== 'capacityBlockInstances' || finding.status !== 'unknown') return finding;
  const blocks = all.filter(
    ({ need: other }) =>
      other.kind === 'reservation' &&
      other.market === 'capacityBlock' &&
      other.account === need.account &&
      other.region === need.region,
  );
  const bought = blocks.reduce((sum, { need: block }) => sum + (block.kind === 'reservation' ? block.instances : 0), 0);
  const standing =
    blocks.length > 0 && blocks.every(({ status }) => status === 'met') && bought >= (need.needed ?? Infinity);
  return standing ? { need, status: 'met', sentence: 'the blocks are bought' } : finding;
}

function rounded(value: number): string {
  return Number(value.toFixed(2)).toString();
}
