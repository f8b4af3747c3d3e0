import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Purchase } from '../../lib/planner/plan';
import { purchaseScript } from '../../lib/report/purchase-script';

export const PLACE = { region: 'us-east-1', availabilityZone: 'us-east-1a', account: '123456789012' };
export const BLOCK = {
  kind: 'capacityBlock',
  name: 'tune',
  cell: 'UsEast1',
  instanceType: 'p5.48xlarge',
  count: 4,
  days: 14,
  startsFrom: '2027-01-10',
  endsBy: '2027-01-31',
  maximumFeeUsd: '47040.00',
  place: PLACE,
} as const satisfies Purchase;
export const RESERVATION = {
  kind: 'capacityReservation',
  name: 'floor',
  cell: 'UsEast1',
  instanceType: 'p5.48xlarge',
  count: 4,
  maximumUsdPerHour: '220.16',
  place: PLACE,
} as const satisfies Purchase;
export const SAVINGS_PLAN = {
  kind: 'savingsPlan',
  name: 'base',
  plan: { ec2Family: 'p5', region: 'us-east-1' },
  termYears: 1,
  payment: 'noUpfront',
  commitmentUsdPerHour: '100',
  maximumTotalUsd: '876000',
} as const satisfies Purchase;

/** What an operation of AWS answers, before any query. */
export type Answer = Readonly<Record<string, unknown>>;

/** Where bash is, for a path that has nothing else. */
const BASH = spawnSync('bash', ['-c', 'printf %s "$BASH"'], { encoding: 'utf8' }).stdout;

/** Answers from a file by operation, writes down how it was called, and lets a dry run pass unless told not to. */
const AWS = `#!${BASH}
printf '%s\x1f' "$@" >> "$FAKE/calls"
printf '\\n' >> "$FAKE/calls"
if [[ "$*" == *--dry-run* ]]; then
  if [[ -e "$FAKE/denied" ]]; then echo 'An error occurred (UnauthorizedOperation)' >&2; exit 254; fi
  echo 'An error occurred (DryRunOperation) when calling: Request would have succeeded' >&2; exit 254
fi
[[ -e "$FAKE/$2" ]] || exit 255
printf '%s' "$(<"$FAKE/$2")"
`;

const NOTHING_YET: Readonly<Record<string, Answer>> = {
  'get-caller-identity': { Account: PLACE.account },
  'describe-capacity-reservations': { CapacityReservations: [] },
  'describe-savings-plans': { savingsPlans: [] },
};

export interface Ran {
  readonly status: number | null;
  readonly said: string;
  /** The calls that would have bought something. */
  readonly bought: readonly string[];
  /** Each with its arguments. */
  readonly calls: readonly (readonly string[])[];
}

/** Runs the script of a purchase against answers of AWS by operation; one that has none fails. */
export function runPurchase(
  purchase: Purchase,
  answers: Readonly<Record<string, Answer>>,
  args: readonly string[] = ['buy'],
): Ran {
  const fake = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-aws-'));
  try {
    const script = purchaseScript(purchase, 'production');
    for (const [operation, answer] of Object.entries({ ...NOTHING_YET, ...answers })) {
      fs.writeFileSync(path.join(fake, operation), printed(answer, queryOf(script, operation)));
    }
    fs.writeFileSync(path.join(fake, 'aws'), AWS, { mode: 0o755 });
    fs.symlinkSync(BASH, path.join(fake, 'bash'));
    const ran = spawnSync(BASH, ['-s', '--', ...args], {
      input: script,
      encoding: 'utf8',
      // bash and aws are all that a script finds.
      env: { FAKE: fake, PATH: fake },
    });
    const file = path.join(fake, 'calls');
    const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n') : [];
    const calls = lines.map((line) => line.split('\x1f').slice(0, -1));
    const buys = calls.filter(([, operation]) => /^(purchase|create)-/.test(operation ?? ''));
    const bought = buys.filter((call) => !call.includes('--dry-run')).map((call) => call.join(' '));
    return { status: ran.status, said: ran.stdout + ran.stderr, bought, calls };
  } finally {
    fs.rmSync(fake, { recursive: true, force: true });
  }
}

function queryOf(script: string, operation: string): string | undefined {
  return new RegExp(`aws \\S+ ${operation} [^\\n]*--query (?:'([^']+)'|(\\S+))`).exec(script)?.slice(1).find(Boolean);
}

/** The two forms of query that the scripts use: one field, and fields of each row of a list. */
export const QUERY = /^(?<list>\w+)(?:\[\]\.\[(?<fields>.+)\])?$/;

/** As `--output text` prints what `--query` leaves: a line a row, tabs between fields, None for what is not there. */
function printed(answer: Answer, query: string | undefined): string {
  if (query === undefined) return JSON.stringify(answer);
  const { list = '', fields } = QUERY.exec(query)?.groups ?? {};
  const found = answer[list];
  if (fields === undefined) return `${found}\n`;
  if (!Array.isArray(found)) throw new Error(`the answer has no list ${list}, which ${query} asks for`);
  return found
    .map(
      (row) =>
        `${fields
          .split(',')
          .map((field) => `${at(row, field) ?? 'None'}`)
          .join('\t')}\n`,
    )
    .join('');
}

function at(row: unknown, field: string): unknown {
  if (field === '@') return row;
  const keys = field.split('.').map((key) => key.replaceAll('"', ''));
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], row);
}
