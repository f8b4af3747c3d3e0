import { parse } from 'yaml';
import type { SpendLimit } from '../../lib/constructs/spend-budget';
import type { ServedSlo } from '../../lib/metrics/slo-rules';
import type { NodeGroupPlan } from '../../lib/planner/plan';
import { fixed } from '../../lib/units/range';
import type { Cell } from '../../lib/workload/cell';
import { type Anything, aNodeGroup, anApp, aStage, BUDGET, PRIVATE, SANDBOX, Synthesized, TEARDOWN } from './cells';

const RESERVATION = 'cr-0123456789abcdef0';
const SLO = { ttft: { percentile: 95, seconds: 2 }, tpot: { percentile: 95, seconds: 0.05 } };
const SLOS: readonly ServedSlo[] = [{ workload: 'chat', slo: SLO }];
const POOL = 'arn:aws:resource-groups:us-east-1:111122223333:group/p5-pool';
const NODES = aNodeGroup({ name: 'nodes', instanceType: 'p5en.48xlarge', size: fixed(4) });
const RESERVED = [2, 3].map((count) =>
  aNodeGroup({
    name: `reserved${count}`,
    instanceType: 'p5.48xlarge',
    purchase: 'capacityReservation',
    reservationId: RESERVATION,
    size: fixed(count),
  }),
);

function synthesized(
  cell: Cell,
  nodeGroups: readonly NodeGroupPlan[] = [NODES],
  limits: readonly SpendLimit[] = BUDGET.limits,
): Synthesized {
  const app = anApp();
  const teardown = cell.profile === 'sandbox' ? { teardown: TEARDOWN } : {};
  aStage(app, cell, nodeGroups, { slos: SLOS, budget: { limits }, ...teardown });
  return new Synthesized(app);
}

const production = synthesized(PRIVATE, [NODES, ...RESERVED]);
const NAME = 'UsEast1-Observability';
const alarmsOf = (app: Synthesized, name = NAME) =>
  app.resources(name, 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties);
const only = (app: Synthesized, type: string, name = NAME) => {
  const found = app.resources(name, type);
  expect(found).toHaveLength(1);
  return found[0]?.Properties ?? {};
};

describe('a production cell', () => {
  test('has a workspace that a collector in every control subnet fills from its cluster', () => {
    const workspace = only(production, 'AWS::APS::Workspace');
    expect(workspace).toMatchObject({ Alias: 'UsEast1', WorkspaceConfiguration: { RetentionPeriodInDays: 150 } });
    const collector = only(production, 'AWS::APS::Scraper');
    expect(collector.Destination).toEqual({
      AmpConfiguration: { WorkspaceArn: { 'Fn::GetAtt': [expect.stringContaining('Workspace'), 'Arn'] } },
    });
    const { ClusterArn, SubnetIds, SecurityGroupIds } = collector.Source.EksConfiguration;
    expect(JSON.stringify(ClusterArn)).toContain(':eks:us-east-1:111122223333:cluster/');
    expect(SubnetIds).toHaveLength(2);
    expect(SecurityGroupIds).toEqual([{ 'Fn::ImportValue': expect.stringContaining('ClusterSecurityGroupId') }]);
    const text = collector.ScrapeConfiguration.ConfigurationBlob['Fn::Base64'];
    expect(parse(text).scrape_configs).toHaveLength(5);
  });

  test('makes no access entry for the collector: EKS lets AMP alone make that one', () => {
    expect(production.resources(NAME, 'AWS::EKS::AccessEntry')).toEqual([]);
    production
      .template('UsEast1-Cluster')
      .hasResourceProperties('AWS::EKS::Cluster', { AccessConfig: { AuthenticationMode: 'API' } });
  });

  test('gets its exporters of nodes and of Kubernetes objects as add-ons', () => {
    const names = production.resources(NAME, 'AWS::EKS::Addon').map(({ Properties }) => Properties.AddonName);
    expect(names.sort()).toEqual(['kube-state-metrics', 'prometheus-node-exporter']);
  });

  test('has rules of its promises and of its planned nodes, in the workspace', () => {
    const namespaces = production.resources(NAME, 'AWS::APS::RuleGroupsNamespace');
    const groups = namespaces.map(({ Properties }) => [
      Properties.Name,
      parse(Properties.Data).groups.map(({ name }: Anything) => name),
    ]);
    expect(Object.fromEntries(groups)).toEqual({
      capacity: ['nodes', 'accelerators', 'pods'],
      promises: ['ttft', 'tpot'],
    });
  });

  test('encrypts its topic and its logs under a key that the services that write may use', () => {
    const key = only(production, 'AWS::KMS::Key');
    expect(key.EnableKeyRotation).toBe(true);
    const statements: Anything[] = key.KeyPolicy.Statement;
    expect(statements.find(({ Sid }) => Sid === 'PublishEncrypted').Principal.Service.sort()).toEqual([
      'aps.amazonaws.com',
      'budgets.amazonaws.com',
      'cloudwatch.amazonaws.com',
    ]);
    const logs = statements.find(({ Principal }) => Principal.Service === 'logs.us-east-1.amazonaws.com');
    expect(JSON.stringify(logs.Condition)).toContain(':logs:us-east-1:111122223333:log-group:*');
    expect(only(production, 'AWS::SNS::Topic').KmsMasterKeyId).toEqual({
      'Fn::GetAtt': [expect.stringContaining('Key'), 'Arn'],
    });
    expect(only(production, 'AWS::Logs::LogGroup').KmsKeyId).toBeDefined();
  });

  test('says that nobody hears of its alarms, or who will', () => {
    const outputOf = (app: Synthesized, name = NAME) => {
      const outputs = Object.values<Anything>(app.stack(name).template.Outputs);
      return outputs.find(({ Value }) => /^AlertsTopic/.test(Value.Ref))?.Description;
    };
    expect(outputOf(production)).toMatch(/^Nobody hears of alarms and spend until/);
    const heard = synthesized({ ...SANDBOX, observability: { level: 'alarms', emails: ['a@example.com'] } });
    expect(outputOf(heard, 'Sandbox-Observability')).toMatch(/to 1 address\(es\) once the mail of SNS is confirmed$/);
  });

  test('takes alerts over TLS alone, from services of its own account', () => {
    const { Statement } = only(production, 'AWS::SNS::TopicPolicy').PolicyDocument;
    const [deny, ...allowed] = Statement;
    expect(deny).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
    expect(allowed.map(({ Principal }: Anything) => Principal.Service)).toEqual([
      'cloudwatch.amazonaws.com',
      'aps.amazonaws.com',
      'budgets.amazonaws.com',
    ]);
    for (const { Effect, Condition } of allowed) {
      expect(Effect).toBe('Allow');
      expect(Condition).toEqual({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } });
    }
  });

  test('is as hard to delete as its cluster, and keeps its history', () => {
    expect(production.stack(NAME).terminationProtection).toBe(true);
    const kept = production.resources(NAME).filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain');
    expect(kept.map(({ Type }) => Type).sort()).toEqual([
      'AWS::APS::Workspace',
      'AWS::KMS::Key',
      'AWS::Logs::LogGroup',
    ]);
  });

  test('has a small template', () => {
    expect(JSON.stringify(production.stack(NAME).template).length).toBeLessThan(450_000);
  });
});

describe('alarms', () => {
  /** Namespace, names and dimension, as the user guides of EKS, EC2 and AMP list them. */
  const EXISTING: readonly {
    readonly namespace: string;
    readonly names: readonly string[];
    readonly dimensions: readonly string[];
  }[] = [
    {
      namespace: 'AWS/EKS',
      names: [
        'scheduler_pending_pods',
        'scheduler_pending_pods_UNSCHEDULABLE',
        'apiserver_request_total',
        'apiserver_request_total_5XX',
        'apiserver_request_total_429',
      ],
      dimensions: ['ClusterName'],
    },
    {
      namespace: 'AWS/EC2CapacityReservations',
      names: ['UsedInstanceCount', 'AvailableInstanceCount', 'TotalInstanceCount'],
      dimensions: ['CapacityReservationId'],
    },
    {
      namespace: 'AWS/Prometheus',
      names: ['AlertManagerNotificationsFailed', 'AlertManagerNotificationsThrottled'],
      dimensions: ['Workspace'],
    },
    { namespace: 'AWS/Prometheus', names: ['RuleEvaluationFailures'], dimensions: ['RuleGroup', 'Workspace'] },
  ];

  /** Namespace, name and dimension names of every metric that an alarm or the dashboard reads. */
  const read = (): readonly (readonly [string, string, readonly string[]])[] => {
    const ofAlarms = alarmsOf(production).flatMap((alarm) =>
      (alarm.Metrics?.flatMap(({ MetricStat }: Anything) => MetricStat?.Metric ?? []) ?? [alarm]).map(
        ({ Namespace, MetricName, Dimensions }: Anything) =>
          [Namespace, MetricName, Dimensions.map(({ Name }: Anything) => Name)] as const,
      ),
    );
    return [...ofAlarms, ...widgets(production).flatMap(metricsOf)];
  };

  test('and the dashboard read metrics that exist, by the dimension that they have', () => {
    expect(read().length).toBeGreaterThan(10);
    for (const [namespace, name, dimensions] of read()) {
      const existing = EXISTING.find((row) => row.namespace === namespace && row.names.includes(name));
      expect([name, [...dimensions].sort()]).toEqual([name, existing?.dimensions]);
    }
  });

  test('read the failures of every rule group in one alarm, however many workloads there are', () => {
    const groupsOf = (app: Synthesized) =>
      alarmsOf(app)
        .filter(({ AlarmDescription }) => /cannot be evaluated/.test(AlarmDescription))
        .map(({ Metrics }) =>
          Metrics.flatMap(({ MetricStat }: Anything) => MetricStat?.Metric.Dimensions ?? [])
            .filter(({ Name }: Anything) => Name === 'RuleGroup')
            .map(({ Value }: Anything) => Value),
        );
    const capacity = ['capacity;nodes', 'capacity;accelerators', 'capacity;pods'];
    const promises = ['promises;ttft', 'promises;tpot'];
    expect(groupsOf(production)).toEqual([[...capacity, ...promises]]);
    const app = anApp();
    aStage(app, PRIVATE, [NODES], { slos: ['a', 'b', 'c', 'd'].map((workload) => ({ workload, slo: SLO })) });
    // A workload more pays for no metric of an alarm more.
    expect(groupsOf(new Synthesized(app))).toEqual([[...capacity, ...promises]]);
  });

  test('compare a reservation with all that is planned in it', () => {
    const [unused, ...more] = alarmsOf(production).filter(({ MetricName }) => MetricName === 'UsedInstanceCount');
    expect(more).toEqual([]);
    expect(unused).toMatchObject({
      Dimensions: [{ Name: 'CapacityReservationId', Value: RESERVATION }],
      // Two and three nodes.
      Threshold: 5,
      ComparisonOperator: 'LessThanThreshold',
    });
  });

  test('compare a resource group with the sum of its reservations, where these are named', () => {
    const groups = ['cr-0123456789abcdef1', 'cr-0123456789abcdef2'];
    const pooled = (name: string, count: number, reservationGroupIds?: readonly string[]) =>
      aNodeGroup({
        name,
        instanceType: 'p5.48xlarge',
        purchase: 'capacityReservation',
        reservationGroupArn: POOL,
        size: fixed(count),
        ...(reservationGroupIds === undefined ? {} : { reservationGroupIds }),
      });
    const unused = (nodeGroups: readonly NodeGroupPlan[]) =>
      alarmsOf(synthesized(PRIVATE, nodeGroups)).filter(({ AlarmDescription }) => /Fewer than/.test(AlarmDescription));
    const [alarm, ...more] = unused([pooled('a', 2, groups), pooled('b', 3, groups)]);
    expect(more).toEqual([]);
    expect(alarm).toMatchObject({ Threshold: 5, AlarmDescription: expect.stringContaining(POOL) });
    expect(alarm?.Metrics.find(({ Expression }: Anything) => Expression)).toMatchObject({
      Expression: 'SUM(METRICS())',
    });
    const read = alarm?.Metrics.flatMap(({ MetricStat }: Anything) => MetricStat?.Metric.Dimensions ?? []);
    expect(read).toEqual(groups.map((Value) => ({ Name: 'CapacityReservationId', Value })));
    expect(unused([pooled('a', 2)])).toEqual([]);
  });

  test('watch a reservation that is created beside it, and no longer than it lives', () => {
    const created = aNodeGroup({
      name: 'made',
      instanceType: 'p5.48xlarge',
      purchase: 'capacityReservation',
      createdReservation: { count: 3 },
      size: fixed(3),
    });
    const app = synthesized(PRIVATE, [NODES, created]);
    expect(alarmsOf(app).filter(({ AlarmDescription }) => /Fewer than/.test(AlarmDescription))).toEqual([]);
    const [alarm] = alarmsOf(app, 'UsEast1-Capacity');
    expect(alarm).toMatchObject({
      Dimensions: [{ Name: 'CapacityReservationId', Value: { Ref: expect.stringContaining('Reservation') } }],
      Threshold: 3,
      OKActions: alarm?.AlarmActions,
    });
    expect(JSON.stringify(alarm?.AlarmActions)).toContain(':sns:us-east-1:111122223333:UsEast1-alerts');
    // The topic is there first; a stack that alarms on nothing waits for nothing.
    const waits = app.stacks
      .filter(({ dependencies }) => dependencies.some(({ id }) => id === app.stack(NAME).id))
      .map(({ stackName }) => stackName.replace(/\d+$/, ''));
    expect(waits.sort()).toEqual(['UsEast1-Budget', 'UsEast1-Capacity']);
    const silent = synthesized({ ...PRIVATE, observability: { level: 'none' } }, [created]);
    expect(alarmsOf(silent, 'UsEast1')).toEqual([]);
  });

  test('tell the topic when they begin and when they are over', () => {
    for (const { AlarmActions, OKActions } of alarmsOf(production)) {
      expect(AlarmActions).toEqual([{ Ref: expect.stringContaining('Topic') }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  test('watch pods that no node has room for, by the minute', () => {
    expect(alarmsOf(production)).toContainEqual(
      expect.objectContaining({
        Namespace: 'AWS/EKS',
        MetricName: 'scheduler_pending_pods_UNSCHEDULABLE',
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 15,
        Threshold: 0,
      }),
    );
  });
});

/** A dashboard's body, with what CloudFormation fills in written as its logical id. */
function widgets(app: Synthesized, name = NAME): readonly Anything[] {
  const body = only(app, 'AWS::CloudWatch::Dashboard', name).DashboardBody;
  const parts: Anything[] = body['Fn::Join'][1];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'x')).join('')).widgets;
}

/** CloudWatch writes a repeated word as a dot. */
function metricsOf({ properties }: Anything): readonly (readonly [string, string, readonly string[]])[] {
  let before: readonly string[] = [];
  return (properties.metrics ?? []).map((row: readonly unknown[]) => {
    const words = row.filter((word) => typeof word === 'string');
    before = words.map((word, index) => (word === '.' ? (before[index] ?? '') : word));
    const [namespace = '', name = '', ...pairs] = before;
    return [namespace, name, pairs.filter((_, index) => index % 2 === 0)];
  });
}

describe('the dashboard', () => {
  test('says what is planned as text, and works nothing out', () => {
    const [text] = widgets(production);
    expect(text.properties.markdown).toContain('planned, not measured');
    expect(text.properties.markdown).toContain('| nodes | p5en.48xlarge | onDemand | 4 | 4 | 4 |');
    expect(text.properties.markdown).toContain('- chat: TTFT p95 2 s, TPOT p95 0.05 s');
    expect(JSON.stringify(widgets(production))).not.toContain('expression');
  });

  test('has a name of its own in the account, whatever the region', () => {
    expect(only(production, 'AWS::CloudWatch::Dashboard').DashboardName).toBe('UsEast1-us-east-1');
  });
});

describe('budgets', () => {
  test('write to the topic, by its name alone, after it is there', () => {
    const [budget] = production.resources('UsEast1-Budget', 'AWS::Budgets::Budget');
    const [first] = budget?.Properties.NotificationsWithSubscribers ?? [];
    expect(first.Subscribers).toEqual([
      { SubscriptionType: 'SNS', Address: 'arn:aws:sns:us-east-1:111122223333:UsEast1-alerts' },
    ]);
    expect(JSON.stringify(production.stack('UsEast1-Budget').template)).not.toContain('ImportValue');
    expect(production.stack('UsEast1-Budget').dependencies.map(({ id }) => id)).toContain(production.stack(NAME).id);
  });
});

describe('what it says', () => {
  const template = (app: Synthesized, part = 'Observability') => app.stack(`UsEast1-${part}`).template;
  const changed = (nodes: readonly NodeGroupPlan[]) => synthesized(PRIVATE, [...nodes, ...RESERVED]);

  test('changes with a planned number, and leaves every other stack but the nodes alone', () => {
    const after = changed([{ ...NODES, size: fixed(5) }]);
    expect(template(after)).not.toEqual(template(production));
    for (const part of ['Network', 'Cluster', 'Budget'])
      expect(template(after, part)).toEqual(template(production, part));
  });

  test('does not change with anything that it does not print', () => {
    const volume = { ...NODES.rootVolume, gibibytes: 300 };
    expect(template(changed([{ ...NODES, rootVolume: volume }]))).toEqual(template(production));
  });

  test('is the same bytes each time', () => {
    const again = synthesized(PRIVATE, [NODES, ...RESERVED]);
    expect(JSON.stringify(template(again))).toBe(JSON.stringify(template(production)));
  });
});

describe('a sandbox', () => {
  test('is not watched unless it asks', () => {
    const app = synthesized(SANDBOX);
    expect(app.stacks.map(({ stackName }) => stackName)).not.toContain('Sandbox-Observability');
    expect(app.resources('Sandbox-Budget', 'AWS::Budgets::Budget')[0]?.Properties.NotificationsWithSubscribers).toBe(
      undefined,
    );
  });

  test('keeps the subscription of everybody who stays, whoever leaves or comes', () => {
    const idsOf = (...emails: readonly string[]): Readonly<Record<string, string>> => {
      const app = synthesized({ ...SANDBOX, observability: { level: 'alarms', emails } });
      const { Resources } = app.stack('Sandbox-Observability').template;
      return Object.fromEntries(
        Object.entries<Anything>(Resources)
          .filter(([, { Type }]) => Type === 'AWS::SNS::Subscription')
          .map(([id, { Properties }]) => [Properties.Endpoint, id]),
      );
    };
    const before = idsOf('a@example.com', 'b@example.com');
    const after = idsOf('c@example.com', 'b@example.com');
    expect(after['b@example.com']).toBe(before['b@example.com']);
    expect(new Set([...Object.values(before), ...Object.values(after)]).size).toBe(3);
  });

  test('with alarms alone has no workspace and no key, writes to those who are named, and is torn down before its cluster', () => {
    const emails = ['oncall@example.com'];
    const app = synthesized({ ...SANDBOX, observability: { level: 'alarms', emails } });
    const types = new Set(app.resources('Sandbox-Observability').map(({ Type }) => Type));
    expect([...types].sort()).toEqual([
      'AWS::CloudWatch::Alarm',
      'AWS::CloudWatch::Dashboard',
      'AWS::SNS::Subscription',
      'AWS::SNS::Topic',
      'AWS::SNS::TopicPolicy',
    ]);
    expect(only(app, 'AWS::SNS::Subscription', 'Sandbox-Observability')).toMatchObject({
      Protocol: 'email',
      Endpoint: 'oncall@example.com',
    });
    const deleted = app
      .resources('Sandbox-Teardown', 'AWS::Scheduler::Schedule')
      .map(({ Properties }) => [JSON.parse(Properties.Target.Input).StackName, Properties.StartDate]);
    // Four hours before the end, with the nodes; the cluster three.
    expect(Object.fromEntries(deleted)).toMatchObject({
      'Sandbox-Observability': '2026-11-25T20:00:00Z',
      'Sandbox-Cluster': '2026-11-25T21:00:00Z',
    });
    expect(app.resources('Sandbox-Observability').filter((one) => one.DeletionPolicy === 'Retain')).toEqual([]);
  });

  test('that is torn down keeps nothing, with metrics too', () => {
    const app = synthesized({ ...SANDBOX, observability: { level: 'metrics' } });
    expect(app.resources('Sandbox').filter(({ DeletionPolicy }) => DeletionPolicy === 'Retain')).toEqual([]);
  });
});

test.each<[Cell['observability'], string]>([
  [{ level: 'alarms', emails: ['nobody'] }, 'its alerts go to mail addresses, got "nobody"; correct it'],
  [
    { level: 'none', emails: ['a@example.com'] },
    'its alerts have readers and nothing that raises them; choose a level',
  ],
  [{ level: 'all' as 'alarms' }, 'it is watched by metrics, alarms, none, got "all"; choose one'],
])('fails for a cell that could not be watched so: %j', (observability, sentence) => {
  expect(() => synthesized({ ...SANDBOX, ...(observability === undefined ? {} : { observability }) })).toThrow(
    sentence,
  );
});
