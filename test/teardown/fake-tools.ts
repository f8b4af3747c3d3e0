import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** What stands before the script runs. */
export interface Standing {
  readonly account?: string;
  /** By name; true for those that are protected. */
  readonly stacks: Readonly<Record<string, boolean>>;
  readonly clusters?: Readonly<Record<string, boolean>>;
  readonly crds?: readonly string[];
  readonly services?: readonly string[];
  /** Times that Karpenter's instances are still seen. */
  readonly instancesSeen?: number;
  readonly volumes?: readonly string[];
  /** A command of which any call that contains the text fails. */
  readonly broken?: string;
}

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** Every call of a fake that changes something, in order. */
  readonly changes: readonly string[];
  readonly calls: readonly string[];
}

/** One fake for `aws` and `kubectl`: its state is files beside it, and it refuses what it does not know. */
const FAKE = String.raw`#!/bin/bash
here=$(cd "$(dirname "$0")" && pwd)
line="$(basename "$0") $*"
echo "$line" >> "$here/calls"
broken=$(cat "$here/broken")
if [ -n "$broken" ] && [[ "$line" == *"$broken"* ]]; then echo 'An error occurred (ExpiredToken): the token has expired' >&2; exit 254; fi
after() { local want=$1 it; shift; while [ $# -gt 1 ]; do it=$1; shift; if [ "$it" = "$want" ]; then echo "$1"; return; fi; done; }
region=$(after --region "$@"); stack=$(after --stack-name "$@"); cluster=$(after --name "$@")
absent() { echo "An error occurred ($1): $2 does not exist" >&2; exit 254; }
nobody() { echo "nobody knows: $line" >&2; exit 3; }
case "$line" in
  "aws sts get-caller-identity"*) cat "$here/account" ;;
  aws\ *) [ -n "$region" ] || nobody
    case "$1 $2" in
      "cloudformation describe-stacks")
        if [ -z "$stack" ]; then ls "$here/stacks"; exit 0; fi
        [ -f "$here/stacks/$stack" ] || absent ValidationError "Stack with id $stack"
        cat "$here/stacks/$stack" ;;
      "cloudformation update-termination-protection") echo False > "$here/stacks/$stack" ;;
      "cloudformation delete-stack")
        [ "$(cat "$here/stacks/$stack")" = False ] || nobody
        rm "$here/stacks/$stack" ;;
      "cloudformation wait") ;;
      "eks describe-cluster")
        [ -f "$here/clusters/$cluster" ] || absent ResourceNotFoundException "$cluster"
        cat "$here/clusters/$cluster" ;;
      "eks update-cluster-config") echo False > "$here/clusters/$cluster" ;;
      "eks update-kubeconfig") ;;
      "ec2 describe-instances")
        seen=$(cat "$here/seen"); echo $(( seen - 1 )) > "$here/seen"
        if [ "$seen" -gt 0 ]; then echo i-1; else echo None; fi ;;
      *) nobody ;;
    esac ;;
  "kubectl version"*) echo "Client Version" ;;
  "kubectl get crd"*) if grep -qx "$3" "$here/crds"; then echo "customresourcedefinition/$3"; fi ;;
  "kubectl get services"*) cat "$here/services" ;;
  "kubectl get persistentvolumes"*) cat "$here/volumes" ;;
  "kubectl delete"*|"kubectl wait"*) ;;
  *) nobody ;;
esac
`;

const CHANGING = /delete|update-(termination|cluster)|wait/;

export function runTeardown(script: string, standing: Standing, ...args: readonly string[]): Ran {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-teardown-'));
  try {
    const lines = (texts: readonly string[] = []): string => texts.map((text) => `${text}\n`).join('');
    const put = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);
    const flags = (name: string, entries: Readonly<Record<string, boolean>> = {}) => {
      fs.mkdirSync(path.join(folder, name));
      for (const [entry, flag] of Object.entries(entries)) put(`${name}/${entry}`, flag ? 'True\n' : 'False\n');
    };
    flags('stacks', standing.stacks);
    flags('clusters', standing.clusters);
    put('account', standing.account ?? '111122223333');
    put('broken', standing.broken ?? '');
    put('crds', lines(standing.crds));
    put('services', lines(standing.services));
    put('volumes', lines(standing.volumes));
    put('seen', String(standing.instancesSeen ?? 0));
    for (const tool of ['aws', 'kubectl']) fs.writeFileSync(path.join(folder, tool), FAKE, { mode: 0o755 });
    fs.writeFileSync(path.join(folder, 'teardown.sh'), script);
    const ran = spawnSync('bash', [path.join(folder, 'teardown.sh'), ...args], {
      encoding: 'utf8',
      env: { PATH: `${folder}:/usr/bin:/bin`, TMPDIR: folder },
    });
    const log = path.join(folder, 'calls');
    const calls = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n') : [];
    return {
      code: ran.status,
      out: ran.stdout,
      err: ran.stderr,
      calls,
      changes: calls.filter((call) => CHANGING.test(call)),
    };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
