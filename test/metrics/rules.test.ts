import { parse } from 'yaml';
import { alertManagerDefinition } from '../../lib/metrics/alert-routing';
import { capacityRules } from '../../lib/metrics/capacity-rules';
import { EXPORTERS } from '../../lib/metrics/exporters';
import { type RuleGroup, rulesFile } from '../../lib/metrics/rule-groups';
import { scrapeConfiguration } from '../../lib/metrics/scrape-configuration';
import { sloRules } from '../../lib/metrics/slo-rules';
import { fixed } from '../../lib/units/range';
import { aNodeGroup } from '../stacks/cells';

const SLO = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 99, seconds: 0.05 } };
const GROUPS = [
  aNodeGroup({ name: 'fixed', size: fixed(4) }),
  aNodeGroup({ name: 'grows', size: { min: 2, plan: 5, max: 9 } }),
  aNodeGroup({ name: 'empty', size: { min: 0, plan: 1, max: 2 } }),
  aNodeGroup({ name: 'undated', purchase: 'capacityBlock', reservationId: 'cr-0123456789abcdef0', size: fixed(3) }),
  aNodeGroup({
    name: 'block',
    purchase: 'capacityBlock',
    reservationId: 'cr-0123456789abcdef1',
    size: fixed(6),
    during: { start: '2026-12-01T00:00:00Z', end: '2026-12-15T11:30:00Z' },
  }),
];
const slo = sloRules([{ workload: 'chat', slo: SLO }]);
const capacity = capacityRules(GROUPS);
const rules = [...slo, ...capacity].flatMap((group) => group.rules);
const alerts = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));
const recorded = rules.flatMap((rule) => ('record' in rule ? [rule.record] : []));

/** Metric names that an expression reads: words that are neither functions, labels, keywords nor inside quotes. */
function metricsOf(expr: string): readonly string[] {
  const bare = expr
    .replaceAll(/"[^"]*"/g, '')
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\b(by|on) \([^)]*\)/g, '')
    .replaceAll(/\[[^\]]*\]/g, '');
  return [...bare.matchAll(/[A-Za-z_:][\w:]*(?!\w|\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !/^(and|or|unless|by|e\d*)$/.test(name));
}

describe('every rule', () => {
  test.each(rules.map((rule) => ['alert' in rule ? rule.alert : rule.record, rule.expr] as const))(
    'closes what it opens, and reads what is recorded or scraped: %s',
    (_, expr) => {
      const bare = expr.replaceAll(/"[^"]*"/g, '');
      for (const [open, close] of ['()', '[]', '{}']) {
        const count = (one = '') => bare.split(one).length;
        expect(count(open)).toBe(count(close));
      }
      expect((expr.match(/"/g) ?? []).length % 2).toBe(0);
      const kept = new RegExp(`^(${EXPORTERS.flatMap((exporter) => exporter.kept).join('|')}|up)$`);
      expect(metricsOf(expr).length > 0 || /^vector\(0\.\d+\)$/.test(expr)).toBe(true);
      expect(metricsOf(expr).filter((name) => !recorded.includes(name) && !kept.test(name))).toEqual([]);
    },
  );

  test('names a job that is scraped', () => {
    const jobs = rules.flatMap(({ expr }) => [...expr.matchAll(/job="([^"]*)"/g)].map(([, job]) => job));
    expect(new Set(jobs)).toEqual(new Set(EXPORTERS.map(({ job }) => job)));
  });

  test('that is recorded has a name of its own, legal in Prometheus', () => {
    expect(new Set(recorded).size).toBe(recorded.length);
    for (const name of recorded) expect(name).toMatch(/^[a-zA-Z_:][a-zA-Z0-9_:]*$/);
  });

  test('that alarms says to whom, for how long and what', () => {
    for (const alert of alerts) {
      expect(alert.labels.severity).toMatch(/^(page|ticket)$/);
      expect(alert.for).toMatch(/^\d+m$/);
      expect(alert.annotations.summary).not.toBe('');
    }
  });
});

test('no two rules of a group record the same name and labels, however many workloads there are', () => {
  const groups = sloRules(['chat', 'code', 'batch'].map((workload) => ({ workload, slo: SLO })));
  for (const { rules: ofGroup } of groups) {
    const keys = ofGroup.flatMap((rule) => ('record' in rule ? [JSON.stringify([rule.record, rule.labels])] : []));
    expect(new Set(keys).size).toBe(keys.length);
    // Two a workload; all of them together six recordings and four alerts.
    expect(ofGroup).toHaveLength(2 * 3 + 6 + 4);
  }
});

test('a workload more adds its own rules and changes no other', () => {
  const textsOf = (...workloads: readonly string[]) =>
    sloRules(workloads.map((workload) => ({ workload, slo: SLO }))).flatMap(({ rules: some }) =>
      some.map((rule) => JSON.stringify(rule)),
    );
  const [before, after] = [textsOf('chat'), textsOf('batch', 'chat')];
  expect(before.filter((text) => !after.includes(text))).toEqual([]);
  expect(after.filter((text) => !before.includes(text))).toHaveLength(4);
  expect(sloRules([])).toEqual([]);
});

test('a promise is watched over pairs of windows', () => {
  const ttft = alerts.filter(({ labels }) => labels.latency === 'ttft' && labels.burn_rate !== undefined);
  expect(ttft.map(({ expr }) => expr)).toEqual([
    'workload:ttft_slow_share:1h > on (workload) 14.4 * workload:ttft_slow_share:allowed and on (workload) workload:ttft_slow_share:5m > on (workload) 14.4 * workload:ttft_slow_share:allowed',
    'workload:ttft_slow_share:6h > on (workload) 6 * workload:ttft_slow_share:allowed and on (workload) workload:ttft_slow_share:30m > on (workload) 6 * workload:ttft_slow_share:allowed',
    'workload:ttft_slow_share:3d > on (workload) 1 * workload:ttft_slow_share:allowed and on (workload) workload:ttft_slow_share:6h > on (workload) 1 * workload:ttft_slow_share:allowed',
  ]);
  expect(ttft.map(({ labels }) => labels.severity)).toEqual(['page', 'page', 'ticket']);
  // What p95 of TTFT and p99 of TPOT leave.
  const allowed = rules.filter((rule) => 'record' in rule && rule.record.endsWith('_slow_share:allowed'));
  expect(allowed.map(({ expr, labels }) => [expr, labels])).toEqual([
    ['vector(0.05)', { workload: 'chat' }],
    ['vector(0.01)', { workload: 'chat' }],
  ]);
});

test('requests whose buckets are not found are told, not taken for fast ones', () => {
  expect(alerts.filter(({ alert }) => alert === 'LatencyNotMeasured').map(({ expr }) => expr)).toContain(
    'workload:ttft_requests:rate5m > 0 unless on (workload) workload:ttft_fast_requests:rate5m',
  );
});

test('a group is missed below the least that the plan keeps, a block in its own window; one that may be empty is not', () => {
  const missing = alerts.filter(({ alert }) => alert === 'NodesMissing');
  expect(missing.map(({ labels, expr }) => [labels.node_group, expr.split(' < ')[1]])).toEqual([
    ['fixed', '4'],
    ['grows', '2'],
    // 2026-12-01T01:00Z is 20,788 days and an hour after 1970, 2026-12-15T10:30Z 20,802 days and ten and a half.
    ['block', '6 and vector(time()) >= 1796086800 and vector(time())'],
  ]);
  expect(missing.at(-1)?.expr).toMatch(/ and vector\(time\(\)\) < 1797330600$/);
});

test('rules are the YAML that AMP takes, the same each time', () => {
  const file = rulesFile([...slo, ...capacity]);
  const read = parse(file) as { groups: RuleGroup[] };
  expect(read.groups.map(({ name }) => name)).toEqual(['ttft', 'tpot', 'nodes', 'accelerators', 'pods']);
  expect(read.groups).toEqual([...slo, ...capacity]);
  expect(file).toBe(rulesFile([...sloRules([{ workload: 'chat', slo: SLO }]), ...capacityRules(GROUPS)]));
});

describe('the collector', () => {
  const configuration = parse(scrapeConfiguration('UsEast1'));

  test('scrapes once a minute and knows of Kubernetes alone', () => {
    expect(configuration.global).toEqual({ scrape_interval: '60s', external_labels: { cell: 'UsEast1' } });
    for (const job of configuration.scrape_configs) {
      expect(Object.keys(job).filter((key) => key.endsWith('_sd_configs'))).toEqual(['kubernetes_sd_configs']);
    }
  });

  test('pays for nothing but the metrics that are named', () => {
    for (const job of configuration.scrape_configs) {
      const [keep] = job.metric_relabel_configs;
      expect(keep).toMatchObject({ action: 'keep', source_labels: ['__name__'] });
      expect(new RegExp(`^(?:${keep.regex})$`).test('go_goroutines')).toBe(false);
    }
  });

  test('knows a node by its group, as the node itself is labelled', () => {
    const node = configuration.scrape_configs.find((job: { job_name: string }) => job.job_name === 'node-exporter');
    expect(node.relabel_configs).toContainEqual({
      source_labels: ['__meta_kubernetes_node_label_headroom_node_group'],
      target_label: 'node_group',
    });
  });
});

test('the alert manager sends everything to the topic, and pages again after an hour', () => {
  const definition = parse(alertManagerDefinition({ topicArn: 'arn:topic', region: 'us-east-1', cell: 'UsEast1' }));
  const { route, receivers } = parse(definition.alertmanager_config);
  expect(route).toMatchObject({
    receiver: 'topic',
    routes: [{ matchers: ['severity="page"'], repeat_interval: '1h' }],
  });
  expect(receivers).toEqual([
    {
      name: 'topic',
      sns_configs: [expect.objectContaining({ topic_arn: 'arn:topic', sigv4: { region: 'us-east-1' } })],
    },
  ]);
});
