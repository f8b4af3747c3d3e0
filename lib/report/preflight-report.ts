import type { Finding, Need, Status } from '../preflight/need';
import { quotaOf } from '../preflight/quotas';
import { count } from './format';
import { page, paragraph, table } from './layout';

/** What `headroom preflight` found, and its JSON. */
export interface Preflight {
  readonly schemaVersion: 1;
  readonly deployment: string;
  readonly asOf: string;
  /** Twelve digits; null when nobody was asked. */
  readonly account: string | null;
  /** Why no account was asked; null when one was. */
  readonly notAsked: string | null;
  readonly findings: readonly Finding[];
}

const MARK: Readonly<Record<Status, string>> = { met: 'ok', missing: 'MISSING', unknown: 'unknown' };

/** A checklist, by account and region: what is missing first. Without an account it is for a person to tick off. */
export function renderPreflight({ deployment, account, notAsked, findings }: Preflight): string {
  const places = [...new Set(findings.map(({ need }) => placeOf(need)))];
  const asked = account === null ? `nobody was asked: ${notAsked}` : `asked account ${account}`;
  return page([
    paragraph(`Preflight of ${deployment}, ${asked}`),
    ...places.flatMap((place) => {
      const here = findings.filter(({ need }) => placeOf(need) === place);
      return [[place, checklist(here, account !== null)].join('\n')];
    }),
    summary(findings, account !== null),
  ]);
}

function checklist(findings: readonly Finding[], wasAsked: boolean): string {
  const rows = [...findings].sort((a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status));
  return table(
    [
      { title: '' },
      { title: 'what' },
      { title: 'needed', align: 'right' },
      { title: wasAsked ? 'found' : 'because of' },
    ],
    rows.map(({ need, status, sentence }) => [
      wasAsked ? MARK[status] : '[ ]',
      what(need),
      needed(need),
      wasAsked && status !== 'met'
        ? [sentence, ...reasons(need)].join('\n')
        : wasAsked
          ? sentence
          : reasons(need).join('\n'),
    ]),
  );
}

const ORDER: readonly Status[] = ['missing', 'unknown', 'met'];

function what(need: Need): string {
  switch (need.kind) {
    case 'quota': {
      const { name, code } = quotaOf(need.quota);
      const within = need.within === '' ? '' : `\n${need.within}`;
      return `${name}${code === undefined ? '' : ` (${code.service} ${code.quota})`}${within}`;
    }
    case 'offering':
      return `${need.instanceType} in ${need.zone}`;
    case 'bootstrap':
      return `CDK bootstrap, ${need.parameter}`;
    case 'subnet':
      return `free addresses in ${need.subnetId} (${need.zone})`;
    case 'reservation':
      return `${need.market === 'capacityBlock' ? 'Capacity Block' : 'reservation'} ${need.id}, ${need.instanceType} in ${need.zone}`;
    default:
      return need.what;
  }
}

function needed(need: Need): string {
  switch (need.kind) {
    case 'quota': {
      const { unit } = quotaOf(need.quota);
      if (need.needed === null) return 'unknown';
      const amount = Number(need.needed.toFixed(2)).toString();
      return unit === 'things' ? amount : `${amount} ${unit}`;
    }
    case 'offering':
      return 'offered';
    case 'bootstrap':
      return `version ${need.version}`;
    case 'subnet':
      return need.addresses.toString();
    case 'reservation':
      return `${need.instances} instances`;
    default:
      return '';
  }
}

/** What adds up, and what a new account has. */
function reasons(need: Need): readonly string[] {
  if (need.kind === 'readable') return [need.reason];
  if (need.kind !== 'quota') return [];
  const { newAccount, note } = quotaOf(need.quota);
  return [
    ...counted(need.parts),
    ...(newAccount === undefined ? [] : [`a new account has ${newAccount}`]),
    ...(note === undefined ? [] : [note]),
  ];
}

/** What stands there several times is said once. */
function counted(parts: readonly string[]): readonly string[] {
  return [...new Set(parts)].map((part) => {
    const times = parts.filter((other) => other === part).length;
    return times === 1 ? part : `${part}, ${times} times`;
  });
}

function placeOf({ account, region }: Need): string {
  return `${account === undefined ? 'any account' : `account ${account}`}, ${region}`;
}

function summary(findings: readonly Finding[], wasAsked: boolean): string {
  if (!wasAsked) return `${count(findings.length, 'need')}, none checked`;
  const of = (status: Status): number => findings.filter((finding) => finding.status === status).length;
  return `${of('met')} met, ${of('missing')} missing, ${of('unknown')} unknown`;
}
