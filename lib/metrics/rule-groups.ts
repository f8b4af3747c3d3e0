import { stringify } from 'yaml';

/** How fast somebody must look: now, or in working hours. */
export type Severity = 'page' | 'ticket';

/** A series that is worked out once and read often. */
export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  /** Added to what is recorded. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  /** How long it must hold, in Prometheus's notation. */
  readonly for: string;
  readonly labels: { readonly severity: Severity } & Readonly<Record<string, string>>;
  readonly annotations: { readonly summary: string };
}

export interface RuleGroup {
  /** Unique in its namespace. */
  readonly name: string;
  readonly rules: readonly (RecordingRule | AlertRule)[];
}

/** A rule groups namespace as AMP takes it. Groups without rules are left out. */
export function rulesFile(groups: readonly RuleGroup[]): string {
  return stringify(
    { groups: groups.filter(({ rules }) => rules.length > 0) },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
