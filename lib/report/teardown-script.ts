import type { Retained, TeardownOrder, TeardownPlace } from '../teardown/teardown-order';
import { count, usd } from './format';

/**
 * A bash script that takes a deployment down: what the clusters made in AWS first, which CloudFormation knows nothing of, then
 * the stacks, each before those that it imports from. It may be run again after it stopped.
 */
export function teardownScript(order: TeardownOrder): string {
  const { deployment, places, keptStacks, retained } = order;
  return `${[
    '#!/usr/bin/env bash',
    `# Takes down the deployment ${deployment}. Written by: headroom teardown --deployment ${deployment}`,
    '# It changes nothing without --yes. Pause GitOps first (Argo CD, Flux): it would make again what is deleted here.',
    FUNCTIONS,
    '# Refuse before anything is deleted, not halfway.',
    ...places.map((place) => `if enter ${place.account ?? "''"} ${place.region}; then\n${checks(place)}\nfi`),
    'if [ -z "$yes" ]; then',
    `  echo "Nothing is changed without --yes. It would delete, in this order:"`,
    ...places.flatMap(({ account, region, clusters, stackNames }) => [
      `  echo ${quoted(`${account ?? 'this account'}, ${region}`)}`,
      ...clusters.map(
        (cluster) => `  echo ${quoted(`  in the cluster ${cluster}: load balancers, Karpenter's nodes, volumes`)}`,
      ),
      ...stackNames.map((name) => `  echo ${quoted(`  the stack ${name}`)}`),
    ]),
    '  exit 0',
    'fi',
    ...places.map((place) => `if enter ${place.account ?? "''"} ${place.region}; then\n${deletions(place)}\nfi`),
    ...(keptStacks.length === 0
      ? []
      : [`echo ${quoted(`The fleet stays, cells of others may use it: ${keptStacks.join(', ')}`)}`]),
    ...keptLines(retained),
    'if [ -n "$skipped" ]; then fail "left out, for credentials of another account:$skipped; run it again with them"; fi',
    'echo "All of it is gone."',
  ].join('\n')}\n`;
}

function checks({ clusters, stackNames }: TeardownPlace): string {
  return [
    ...stackNames.map((name) => `  check_stack ${name}`),
    ...clusters.map((cluster) => `  check_cluster ${cluster}`),
    ...cellsOf(stackNames).map(
      (cell) => `  check_others ${cell}- ${stackNames.filter((name) => name.startsWith(`${cell}-`)).join(' ')}`,
    ),
  ].join('\n');
}

function deletions({ clusters, stackNames }: TeardownPlace): string {
  return [
    ...clusters.map((cluster) => `  empty_cluster ${cluster}`),
    ...stackNames.map((name) => `  delete_stack ${name}`),
  ].join('\n');
}

function cellsOf(stackNames: readonly string[]): readonly string[] {
  return [...new Set(stackNames.flatMap((name) => /^([A-Za-z0-9]+)-/.exec(name)?.[1] ?? []))];
}

function keptLines(retained: readonly Retained[]): readonly string[] {
  if (retained.length === 0) return [];
  return [
    `echo ${quoted(`Kept on purpose, ${count(retained.length, 'resource')}; delete by hand what nobody needs:`)}`,
    ...retained.map(({ stackName, logicalId, type, region, perMonth }) => {
      const cost = perMonth === null ? 'what it goes on costing is not priced' : `at most ${usd(perMonth)} USD a month`;
      return `echo ${quoted(`  ${type} ${logicalId} of ${stackName} in ${region}: ${cost}`)}`;
    }),
  ];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

const FUNCTIONS = String.raw`set -euo pipefail
set -o errtrace

yes='' lift='' without_clusters='' skipped='' region=''
for argument in "$@"; do
  case "$argument" in
    --yes) yes=1 ;;
    --lift-protection) lift=1 ;;
    --without-clusters) without_clusters=1 ;;
    *) echo "usage: teardown.sh [--yes] [--lift-protection] [--without-clusters]" >&2; exit 2 ;;
  esac
done
kubeconfig=$(mktemp)
export KUBECONFIG="$kubeconfig"
trap 'rm -f "$kubeconfig"' EXIT
trap 'echo "teardown: stopped at line $LINENO; mend it and run this again: what is gone is passed over" >&2' ERR

fail() { echo "teardown: $*" >&2; exit 1; }
say() { echo "== $*"; }

caller=$(aws sts get-caller-identity --query Account --output text)

# enter ACCOUNT REGION: false when the credentials are of another account.
enter() {
  region=$2
  if [ -z "$1" ] || [ "$1" = "$caller" ]; then return 0; fi
  case "$skipped" in *" $1"*) ;; *) skipped="$skipped $1" ;; esac
  return 1
}

# ask WHAT-IS-ABSENT COMMAND...: the answer; nothing when it is not there; stops on any other error.
ask() {
  local absent=$1 answer; shift
  if answer=$("$@" 2>&1); then echo "$answer"; return 0; fi
  case "$answer" in *"$absent"*) return 0 ;; esac
  echo "$answer" >&2
  return 1
}

protection_of_stack() {
  ask 'does not exist' aws cloudformation describe-stacks --region "$region" --stack-name "$1" \
    --query 'Stacks[0].EnableTerminationProtection' --output text
}

check_stack() {
  local protected; protected=$(protection_of_stack "$1")
  if [ "$protected" != True ]; then return 0; fi
  if [ -z "$lift" ]; then
    fail "the stack $1 is protected from termination; lift it with --lift-protection, or: aws cloudformation update-termination-protection --no-enable-termination-protection --region $region --stack-name $1"
  fi
  if [ -z "$yes" ]; then return 0; fi
  say "lifting the protection of the stack $1"
  aws cloudformation update-termination-protection --no-enable-termination-protection --region "$region" --stack-name "$1" > /dev/null
}

check_cluster() {
  local protected
  protected=$(ask ResourceNotFoundException aws eks describe-cluster --region "$region" --name "$1" --query cluster.deletionProtection --output text)
  if [ "$protected" != True ]; then return 0; fi
  if [ -z "$lift" ]; then
    fail "the cluster $1 is protected from deletion; lift it with --lift-protection, or: aws eks update-cluster-config --no-deletion-protection --region $region --name $1"
  fi
  if [ -z "$yes" ]; then return 0; fi
  say "lifting the protection of the cluster $1"
  aws eks update-cluster-config --no-deletion-protection --region "$region" --name "$1" > /dev/null
}

# check_others PREFIX KNOWN...: an older plan may have left stacks that this one does not know.
check_others() {
  local prefix=$1 names name known; shift
  names=$(aws cloudformation describe-stacks --region "$region" --query "Stacks[?starts_with(StackName, '$prefix')].StackName" --output text)
  for name in $names; do
    if [ "$name" = None ]; then continue; fi
    for known in "$@"; do if [ "$name" = "$known" ]; then continue 2; fi; done
    fail "the stack $name is of this cell and this script does not know it; delete it first: aws cloudformation delete-stack --region $region --stack-name $name"
  done
}

# delete_kind KIND: all of a kind that the cluster knows, and waits until what it made in AWS is gone too.
delete_kind() {
  local known; known=$(kubectl get crd "$1" --ignore-not-found --output name)
  if [ -z "$known" ]; then return 0; fi
  say "deleting $1"
  kubectl delete "$1" --all --all-namespaces --wait --timeout=15m
}

empty_cluster() {
  if [ -n "$without_clusters" ]; then say "leaving the cluster $1 as it is: load balancers and volumes made in it stay behind"; return 0; fi
  local there; there=$(ask ResourceNotFoundException aws eks describe-cluster --region "$region" --name "$1" --query cluster.status --output text)
  if [ -z "$there" ]; then return 0; fi
  aws eks update-kubeconfig --region "$region" --name "$1" --kubeconfig "$kubeconfig" > /dev/null
  if ! kubectl version --request-timeout=20s > /dev/null; then
    fail "the API of the cluster $1 does not answer from here; run this inside its network, or leave the cluster as it is with --without-clusters"
  fi
  delete_kind scaledobjects.keda.sh
  delete_kind gateways.gateway.networking.k8s.io
  say "deleting ingresses"
  kubectl delete ingresses.networking.k8s.io --all --all-namespaces --wait --timeout=15m
  say "deleting services with load balancers"
  kubectl get services --all-namespaces --output 'jsonpath={range .items[?(@.spec.type=="LoadBalancer")]}{.metadata.namespace}{" "}{.metadata.name}{"\n"}{end}' |
    while read -r namespace name; do kubectl delete service "$name" --namespace "$namespace" --wait --timeout=15m < /dev/null; done
  say "deleting the model servers and their volumes"
  kubectl delete namespace model-serving --ignore-not-found --wait --timeout=15m
  delete_kind nodepools.karpenter.sh
  there=$(kubectl get crd nodeclaims.karpenter.sh --ignore-not-found --output name)
  if [ -n "$there" ]; then
    say "waiting for Karpenter's nodes"
    kubectl wait --for=delete nodeclaims.karpenter.sh --all --timeout=20m
  fi
  wait_for_instances "$1"
  local volumes; volumes=$(kubectl get persistentvolumes --output name)
  if [ -n "$volumes" ]; then echo "volumes that stay and go on costing: $volumes" >&2; fi
}

# Those that Karpenter launched, by its own tag.
wait_for_instances() {
  local left tries
  for tries in $(seq 1 80); do
    left=$(aws ec2 describe-instances --region "$region" --filters "Name=tag:eks:eks-cluster-name,Values=$1" \
      'Name=tag-key,Values=karpenter.sh/nodepool' 'Name=instance-state-name,Values=pending,running,shutting-down,stopping,stopped' \
      --query 'Reservations[].Instances[].InstanceId' --output text)
    if [ -z "$left" ] || [ "$left" = None ]; then return 0; fi
    sleep "$(( tries > 1 ? 15 : 1 ))"
  done
  fail "Karpenter's instances are still there after 20 minutes: $left"
}

delete_stack() {
  local there; there=$(protection_of_stack "$1")
  if [ -z "$there" ]; then return 0; fi
  say "deleting the stack $1"
  aws cloudformation delete-stack --region "$region" --stack-name "$1"
  aws cloudformation wait stack-delete-complete --region "$region" --stack-name "$1"
}
`;
