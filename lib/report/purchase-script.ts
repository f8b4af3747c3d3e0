import type { Purchase } from '../planner/plan';
import { instant } from '../units/interval';

type Of<Kind extends Purchase['kind']> = Extract<Purchase, { readonly kind: Kind }>;

/** How many decimals amounts are compared with: a list price has ten, an approval at most five. */
const PLACES = { fee: 5, hourly: 10 } as const;
const TAG_KEY = 'headroom:purchase';
/** Of a reservation or a block that is there or will be. */
const STANDING = 'active,assessing,delayed,payment-pending,pending,scheduled';

/**
 * A shell script for a person: describe, choose, dry run, and buy only when called with `buy`. It stops at the first call
 * that fails, never buys above what is approved, and chooses the same whenever AWS offers the same. It needs bash and the
 * AWS CLI, version 2. Amounts are compared in whole numbers.
 *
 * The names of operations, options and fields are held against the models of the AWS SDK by `test/report/purchase-options.test.ts`.
 */
export function purchaseScript(purchase: Purchase, deployment: string): string {
  const steps = stepsOf(purchase, deployment);
  return `${[HEAD, ...accountCheck(purchase), ...steps].join('\n')}\n`;
}

function stepsOf(purchase: Purchase, deployment: string): readonly string[] {
  switch (purchase.kind) {
    case 'capacityBlock':
      return blockSteps(purchase, deployment);
    case 'capacityReservation':
      return reservationSteps(purchase, deployment);
    case 'savingsPlan':
      return savingsPlanSteps(purchase, deployment);
  }
}

/** `--output text` gives a row of each page and tabs between fields: queries project, and never sort or count. */
const HEAD = `#!/usr/bin/env bash
# Needs bash and the AWS CLI, version 2.
set -euo pipefail
export AWS_PAGER='' LC_ALL=C

die() {
  printf '%s\\n' "$1" >&2
  exit 1
}

# A decimal text in whole units of ten to the minus $2.
units() {
  [[ "$1" =~ ^([0-9]+)(\\.([0-9]+))?$ ]] || die "not an amount: '$1'"
  local whole="\${BASH_REMATCH[1]}" part="\${BASH_REMATCH[3]:-}"
  while [[ "\${#part}" -gt "$2" && "$part" == *0 ]]; do part="\${part%0}"; done
  [[ "\${#part}" -le "$2" && "$((\${#whole} + $2))" -le 18 ]] || die "not an amount that can be compared: '$1'"
  while [[ "\${#part}" -lt "$2" ]]; do part="\${part}0"; done
  printf '%d' "$((10#\${whole}\${part}))"
}

# EC2 says by an error of this name that the call would have succeeded.
dry_run() {
  local said
  if said="$("$@" --dry-run 2>&1)"; then return; fi
  [[ "$said" == *DryRunOperation* ]] || die "the dry run failed: $said"
}
`;

/** The wrong credentials would buy in the wrong account. */
function accountCheck({ place }: Purchase): readonly string[] {
  if (place?.account === undefined) return [];
  return [
    `account="$(aws sts get-caller-identity --query Account --output text)"`,
    `[[ "$account" == ${quoted(place.account)} ]] || die "these are credentials of account $account, and ${place.account} is to buy"`,
  ];
}

const STOP = `if [[ "\${1:-}" != buy ]]; then
  printf 'Nothing was bought. To buy, run this again with the argument: buy\\n'
  exit 0
fi`;

/** By its tag: a client token is not remembered for ever. */
function notReservedBefore(region: string, tag: string): readonly string[] {
  return [
    `bought="$(aws ec2 describe-capacity-reservations --region ${region} --filters ${quoted(`Name=tag:${TAG_KEY},Values=${tag}`)} ${quoted(`Name=state,Values=${STANDING}`)} --query 'CapacityReservations[].[CapacityReservationId]' --output text)"`,
    `[[ -z "$bought" || "$bought" == None ]] || die "it was bought already: $bought"`,
  ];
}

/** Offerings name the zone as the account does; an id is the same in every account. */
function zoneName(region: string, place: Purchase['place']): readonly string[] {
  const id = place?.availabilityZoneId;
  if (id === undefined) return [`zone=${quoted(place?.availabilityZone ?? '')}`];
  return [
    `zone="$(aws ec2 describe-availability-zones --region ${region} --zone-ids ${quoted(id)} --query 'AvailabilityZones[].[ZoneName]' --output text)"`,
    `[[ "$zone" =~ ^[a-z0-9-]+$ ]] || die 'AWS does not know the zone by its id'`,
  ];
}

function blockSteps(block: Of<'capacityBlock'>, deployment: string): readonly string[] {
  const { name, instanceType, count, days, startsFrom, endsBy, maximumFeeUsd, place } = block;
  const region = quoted(place?.region ?? '');
  const tag = `${deployment}-${name}`;
  return [
    '# 1. Describe, and see that it was not bought before.',
    ...notReservedBefore(region, tag),
    ...zoneName(region, place),
    `offerings="$(aws ec2 describe-capacity-block-offerings --region ${region} --instance-type ${quoted(instanceType)} --instance-count ${count} --capacity-duration-hours ${24 * days} --start-date-range ${instant(startsFrom)} --end-date-range ${instant(endsBy)} --query 'CapacityBlockOfferings[].[UpfrontFee,StartDate,EndDate,AvailabilityZone,InstanceType,InstanceCount,CapacityBlockDurationHours,CurrencyCode,CapacityBlockOfferingId]' --output text)"`,
    '',
    '# 2. Choose in the zone and the window: the cheapest; of those, the earliest, the first to end, the first id.',
    "best=''",
    `while IFS=$'\\t' read -r fee start end in_zone type count hours currency id; do`,
    `  [[ "$in_zone" == "$zone" && "$type" == ${quoted(instanceType)} && "$count" == ${count} ]] || continue`,
    `  [[ "$hours" == ${24 * days} && "$currency" == USD ]] || continue`,
    `  [[ "$start" =~ (Z|\\+00:00)$ && ! "\${start:0:19}" < ${toSecond(startsFrom)} ]] || continue`,
    `  [[ "$end" =~ (Z|\\+00:00)$ && ! "\${end:0:19}" > ${toSecond(endsBy)} ]] || continue`,
    `  fee_units="$(units "$fee" ${PLACES.fee})"`,
    `  rank="$(printf '%018d' "$fee_units") $start $end $id"`,
    `  if [[ -z "$best" || "$rank" < "$best" ]]; then`,
    `    best="$rank" best_units="$fee_units" best_fee="$fee" best_id="$id" best_start="$start" best_end="$end"`,
    '  fi',
    'done <<< "$offerings"',
    `[[ -n "$best" ]] || die 'AWS offers no such block there and then'`,
    `printf 'Offered: %s from %s to %s for %s USD, %s approved\\n' "$best_id" "$best_start" "$best_end" "$best_fee" ${quoted(maximumFeeUsd)}`,
    `[[ "$best_units" -gt 0 ]] || die 'the offering names no fee'`,
    `approved="$(units ${quoted(maximumFeeUsd)} ${PLACES.fee})"`,
    `[[ "$best_units" -le "$approved" ]] || die "its fee of $best_fee USD is above the approved ${maximumFeeUsd} USD"`,
    '',
    '# 3. Dry run.',
    `purchase=(aws ec2 purchase-capacity-block --region ${region} --capacity-block-offering-id "$best_id" --instance-platform Linux/UNIX --tag-specifications ${reservationTag(tag)})`,
    `dry_run "\${purchase[@]}"`,
    '',
    '# 4. Buy. A block cannot be cancelled or changed.',
    STOP,
    `"\${purchase[@]}" --output json`,
  ];
}

function reservationSteps(request: Of<'capacityReservation'>, deployment: string): readonly string[] {
  const { name, instanceType, count, future, maximumUsdPerHour, place } = request;
  const region = quoted(place?.region ?? '');
  const inZone =
    place?.availabilityZoneId === undefined
      ? `--availability-zone ${quoted(place?.availabilityZone ?? '')}`
      : `--availability-zone-id ${quoted(place.availabilityZoneId)}`;
  const tag = `${deployment}-${name}`;
  // The only preference that EC2 takes: what is reserved comes on top of what runs.
  const later =
    future === undefined
      ? ''
      : ` --start-date ${instant(future.start)} --commitment-duration ${future.commitmentDays * 86_400} --delivery-preference incremental`;
  return [
    '# 1. Describe: the on-demand price, which a reservation is billed at whether it is used or not; and what stands.',
    ...notReservedBefore(region, tag),
    `products="$(aws pricing get-products --region us-east-1 --service-code AmazonEC2 --filters ${productFilters(request)} --query 'PriceList[].[@]' --output text)"`,
    '',
    ...onDemandPrice(),
    `price_units="$(units "$price" ${PLACES.hourly})"`,
    `[[ "$price_units" -gt 0 ]] || die 'the Price List names no price for it'`,
    `printf 'Price: %s USD an hour each, ${count} of them; %s USD an hour approved\\n' "$price" ${quoted(maximumUsdPerHour)}`,
    `approved="$(units ${quoted(maximumUsdPerHour)} ${PLACES.hourly})"`,
    `[[ "$price_units" -le "$((approved / ${count}))" ]] || die "${count} at $price USD an hour are above the approved ${maximumUsdPerHour} USD"`,
    '',
    '# 3. Dry run.',
    `reserve=(aws ec2 create-capacity-reservation --region ${region} --instance-type ${quoted(instanceType)} --instance-platform Linux/UNIX ${inZone} --instance-count ${count} --instance-match-criteria targeted --end-date-type unlimited${later} --client-token ${quoted(token(tag))} --tag-specifications ${reservationTag(tag)})`,
    `dry_run "\${reserve[@]}"`,
    '',
    '# 4. Reserve. It is billed from its start until it is cancelled.',
    STOP,
    `"\${reserve[@]}" --output json`,
  ];
}

function productFilters({ instanceType, place }: Of<'capacityReservation'>): string {
  const wanted = {
    instanceType,
    regionCode: place?.region ?? '',
    operatingSystem: 'Linux',
    tenancy: 'Shared',
    preInstalledSw: 'NA',
    licenseModel: 'No License required',
    capacitystatus: 'Used',
    marketoption: 'OnDemand',
  };
  return Object.entries(wanted)
    .map(([field, value]) => quoted(`Type=TERM_MATCH,Field=${field},Value=${value}`))
    .join(' ');
}

/** A product is JSON in a text, which no query reads: of its on-demand terms there must be one price, in USD and by the hour. */
function onDemandPrice(): readonly string[] {
  return [
    '# 2. Choose: exactly one product with exactly one on-demand price, not above the approved rate.',
    `[[ -n "$products" && "$products" != None && "$products" != *$'\\n'* ]] || die 'the Price List has not exactly one product for it'`,
    `terms="\${products//[[:space:]]/}"`,
    `[[ "$terms" == *'"OnDemand":{'* ]] || die 'the Price List has no on-demand price for it'`,
    `terms="\${terms#*'"OnDemand":{'}"`,
    `terms="\${terms%%'"Reserved":{'*}"`,
    `[[ "$terms" =~ \\"unit\\":\\"([A-Za-z]+)\\" && "\${BASH_REMATCH[1]}" == Hrs ]] || die 'the Price List has no price by the hour for it'`,
    `[[ "$terms" =~ \\"pricePerUnit\\":\\{\\"USD\\":\\"([0-9.]+)\\"\\} ]] || die 'the Price List has no price in USD for it'`,
    `price="\${BASH_REMATCH[1]}"`,
    `[[ "\${terms#*'"pricePerUnit"'}" != *'"pricePerUnit"'* ]] || die 'the Price List has not exactly one price for it'`,
  ];
}

function savingsPlanSteps(request: Of<'savingsPlan'>, deployment: string): readonly string[] {
  const { name, plan, termYears, payment, commitmentUsdPerHour, maximumTotalUsd } = request;
  const hours = termYears * 365 * 24;
  const type = plan === 'compute' ? 'Compute' : 'EC2Instance';
  const filters =
    plan === 'compute'
      ? ''
      : ` --filters ${quoted(`name=region,values=${plan.region}`)} ${quoted(`name=instanceFamily,values=${plan.ec2Family}`)}`;
  const option = payment === 'noUpfront' ? 'No Upfront' : 'All Upfront';
  const tag = `${deployment}-${name}`;
  return [
    '# 1. Describe, and see that it was not bought before.',
    `plans="$(aws savingsplans describe-savings-plans --states active payment-pending queued --max-results 1000 --query 'savingsPlans[].[savingsPlanId,tags."${TAG_KEY}"]' --output text)"`,
    `while IFS=$'\\t' read -r bought tag; do`,
    `  [[ "$tag" != ${quoted(tag)} ]] || die "it was bought already: $bought"`,
    'done <<< "$plans"',
    `offerings="$(aws savingsplans describe-savings-plans-offerings --plan-types ${type} --payment-options ${quoted(option)} --durations ${hours * 3600} --currencies USD${filters} --query 'searchResults[].[offeringId,durationSeconds,currency,planType,paymentOption]' --output text)"`,
    '',
    '# 2. Choose: exactly one offering, whose whole term is not above the approved total.',
    `[[ -n "$offerings" && "$offerings" != *$'\\n'* ]] || die 'AWS has not exactly one such offering'`,
    `IFS=$'\\t' read -r id duration currency type option <<< "$offerings"`,
    `[[ "$duration" == ${hours * 3600} && "$currency" == USD && "$type" == ${type} && "$option" == ${quoted(option)} ]] || die "AWS offers another plan: $offerings"`,
    `hourly="$(units ${quoted(commitmentUsdPerHour)} ${PLACES.fee})"`,
    `approved="$(units ${quoted(maximumTotalUsd)} ${PLACES.fee})"`,
    `[[ "$hourly" -le "$((approved / ${hours}))" ]] || die "its whole term is above the approved ${maximumTotalUsd} USD"`,
    `printf 'Offered: %s, %s USD an hour for ${hours} hours\\n' "$id" ${quoted(commitmentUsdPerHour)}`,
    '',
    '# 3. The API of Savings Plans has no dry run.',
    '',
    '# 4. Buy. A plan cannot be cancelled.',
    STOP,
    `aws savingsplans create-savings-plan --savings-plan-offering-id "$id" --commitment ${quoted(commitmentUsdPerHour)} --client-token ${quoted(token(tag))} --tags ${quoted(JSON.stringify({ [TAG_KEY]: tag }))} --output json`,
  ];
}

function reservationTag(tag: string): string {
  return quoted(`ResourceType=capacity-reservation,Tags=[{Key=${TAG_KEY},Value=${tag}}]`);
}

/** As timestamps of the AWS CLI begin, without their offset. */
function toSecond(text: string): string {
  return instant(text).slice(0, 19);
}

/** The same purchase twice is one purchase: AWS takes 64 characters. */
function token(text: string): string {
  return `headroom-${text}`.slice(0, 64);
}

/** For the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
