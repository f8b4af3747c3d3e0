import type { Purchase } from '../planner/plan';
import { instant } from '../units/interval';

type Of<Kind extends Purchase['kind']> = Extract<Purchase, { readonly kind: Kind }>;

/** How many decimals amounts are compared with: a list price has ten, an approval at most five. */
const PLACES = { fee: 5, hourly: 10 } as const;

/**
 * A shell script for a person: describe, choose, dry run, and buy only when called with `buy`. It stops at the first call
 * that fails, and never buys above what is approved. Amounts are compared in whole numbers.
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

const HEAD = `#!/usr/bin/env bash
set -euo pipefail

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

command -v jq > /dev/null || die 'this needs jq'
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

function blockSteps(block: Of<'capacityBlock'>, deployment: string): readonly string[] {
  const { name, instanceType, count, days, startsFrom, endsBy, maximumFeeUsd, place } = block;
  const region = quoted(place?.region ?? '');
  const tag = `${deployment}-${name}`;
  return [
    `# 1. Describe, and see that it was not bought before.`,
    `bought="$(aws ec2 describe-capacity-reservations --region ${region} --filters ${quoted(`Name=tag:headroom:purchase,Values=${tag}`)} Name=state,Values=active,scheduled,payment-pending,pending --query 'CapacityReservations[].CapacityReservationId' --output text)"`,
    `[[ -z "$bought" || "$bought" == None ]] || die "it was bought already: $bought"`,
    `offerings="$(aws ec2 describe-capacity-block-offerings --region ${region} --instance-type ${quoted(instanceType)} --instance-count ${count} --capacity-duration-hours ${24 * days} --start-date-range ${quoted(instant(startsFrom))} --end-date-range ${quoted(instant(endsBy))} --output json)"`,
    '',
    '# 2. Choose: the cheapest in the zone and the window, not above the approved fee.',
    `choice="$(jq -ce --arg zone ${quoted(place?.availabilityZone ?? '')} --arg type ${quoted(instanceType)} --argjson count ${count} --argjson hours ${24 * days} '`,
    `  [.CapacityBlockOfferings[]`,
    `    | select(.AvailabilityZone == $zone and .InstanceType == $type and .InstanceCount == $count)`,
    `    | select(.CapacityBlockDurationHours == $hours and .CurrencyCode == "USD")]`,
    `  | sort_by(.UpfrontFee | tonumber) | first | values' <<< "$offerings")" || die 'AWS offers no such block there and then'`,
    `id="$(jq -er .CapacityBlockOfferingId <<< "$choice")"`,
    `fee="$(jq -er .UpfrontFee <<< "$choice")"`,
    `printf 'Offered: %s from %s to %s for %s USD, %s approved\\n' "$id" "$(jq -r .StartDate <<< "$choice")" "$(jq -r .EndDate <<< "$choice")" "$fee" ${quoted(maximumFeeUsd)}`,
    `fee_units="$(units "$fee" ${PLACES.fee})"`,
    `[[ "$fee_units" -gt 0 ]] || die 'the offering names no fee'`,
    `[[ "$fee_units" -le "$(units ${quoted(maximumFeeUsd)} ${PLACES.fee})" ]] || die "its fee of $fee USD is above the approved ${maximumFeeUsd} USD"`,
    '',
    '# 3. Dry run.',
    `purchase=(aws ec2 purchase-capacity-block --region ${region} --capacity-block-offering-id "$id" --instance-platform Linux/UNIX --tag-specifications ${quoted(`ResourceType=capacity-reservation,Tags=[{Key=headroom:purchase,Value=${tag}}]`)})`,
    `dry_run "\${purchase[@]}"`,
    '',
    '# 4. Buy. A block cannot be cancelled or changed.',
    STOP,
    `"\${purchase[@]}" --output json`,
  ];
}

function reservationSteps(request: Of<'capacityReservation'>, deployment: string): readonly string[] {
  const { name, instanceType, count, future, maximumUsdPerHour, place } = request;
  const region = place?.region ?? '';
  const tag = `${deployment}-${name}`;
  const filter = (field: string, value: string) => quoted(`Type=TERM_MATCH,Field=${field},Value=${value}`);
  const filters = [
    filter('instanceType', instanceType),
    filter('regionCode', region),
    filter('operatingSystem', 'Linux'),
    filter('tenancy', 'Shared'),
    filter('preInstalledSw', 'NA'),
    filter('capacitystatus', 'Used'),
    filter('operation', 'RunInstances'),
  ].join(' ');
  const later =
    future === undefined
      ? ''
      : ` --start-date ${quoted(instant(future.start))} --commitment-duration ${future.commitmentDays * 86_400} --delivery-preference fixed`;
  return [
    '# 1. Describe: the on-demand price, which a reservation is billed at whether it is used or not.',
    `products="$(aws pricing get-products --region us-east-1 --service-code AmazonEC2 --filters ${filters} --output json)"`,
    '',
    '# 2. Choose: exactly one price, not above the approved rate.',
    `price="$(jq -er '[.PriceList[] | fromjson | .terms.OnDemand[]?.priceDimensions[] | select(.unit == "Hrs") | .pricePerUnit.USD] | if length == 1 then first else error("not exactly one price") end' <<< "$products")" || die 'the Price List has not exactly one price for it'`,
    `price_units="$(units "$price" ${PLACES.hourly})"`,
    `[[ "$price_units" -gt 0 ]] || die 'the Price List names no price for it'`,
    `printf 'Price: %s USD an hour each, ${count} of them; %s USD an hour approved\\n' "$price" ${quoted(maximumUsdPerHour)}`,
    `[[ "$((price_units * ${count}))" -le "$(units ${quoted(maximumUsdPerHour)} ${PLACES.hourly})" ]] || die "${count} at $price USD an hour are above the approved ${maximumUsdPerHour} USD"`,
    '',
    '# 3. Dry run.',
    `reserve=(aws ec2 create-capacity-reservation --region ${quoted(region)} --instance-type ${quoted(instanceType)} --instance-platform Linux/UNIX --availability-zone ${quoted(place?.availabilityZone ?? '')} --instance-count ${count} --instance-match-criteria targeted --end-date-type unlimited${later} --client-token ${quoted(token(tag))} --tag-specifications ${quoted(`ResourceType=capacity-reservation,Tags=[{Key=headroom:purchase,Value=${tag}}]`)})`,
    `dry_run "\${reserve[@]}"`,
    '',
    '# 4. Reserve. It is billed from its start until it is cancelled.',
    STOP,
    `"\${reserve[@]}" --output json`,
  ];
}

function savingsPlanSteps(request: Of<'savingsPlan'>, deployment: string): readonly string[] {
  const { name, plan, termYears, payment, commitmentUsdPerHour, maximumTotalUsd } = request;
  const seconds = termYears * 365 * 86_400;
  const type = plan === 'compute' ? 'Compute' : 'EC2Instance';
  const filters =
    plan === 'compute'
      ? ''
      : ` --filters ${quoted(`name=region,values=${plan.region}`)} ${quoted(`name=instanceFamily,values=${plan.ec2Family}`)}`;
  const option = payment === 'noUpfront' ? 'No Upfront' : 'All Upfront';
  return [
    '# 1. Describe.',
    `offerings="$(aws savingsplans describe-savings-plans-offerings --plan-types ${type} --payment-options ${quoted(option)} --durations ${seconds} --currencies USD${filters} --output json)"`,
    '',
    '# 2. Choose: exactly one offering, whose whole term is not above the approved total.',
    `choice="$(jq -ce '.searchResults | if length == 1 then first else error("not exactly one offering") end' <<< "$offerings")" || die 'AWS has not exactly one such offering'`,
    `id="$(jq -er .offeringId <<< "$choice")"`,
    `duration="$(jq -er .durationSeconds <<< "$choice")"`,
    `committed="$(($(units ${quoted(commitmentUsdPerHour)} ${PLACES.fee}) * duration))"`,
    `[[ "$committed" -le "$(($(units ${quoted(maximumTotalUsd)} ${PLACES.fee}) * 3600))" ]] || die "its whole term is above the approved ${maximumTotalUsd} USD"`,
    `printf 'Offered: %s, %s USD an hour for %s seconds\\n' "$id" ${quoted(commitmentUsdPerHour)} "$duration"`,
    '',
    '# 3. The API of Savings Plans has no dry run.',
    '',
    '# 4. Buy. A plan cannot be cancelled.',
    STOP,
    `aws savingsplans create-savings-plan --savings-plan-offering-id "$id" --commitment ${quoted(commitmentUsdPerHour)} --client-token ${quoted(token(`${deployment}-${name}`))} --output json`,
  ];
}

/** The same purchase twice is one purchase: AWS takes 64 characters. */
function token(text: string): string {
  return `headroom-${text}`.slice(0, 64);
}

/** For the shell, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
