import type { Assumption } from '../../../lib/budget/bill/assumption';
import { anAssumption, BOOK, billOf, type Resources, reasons, totals } from './billing';

const one = (Type: string, Properties: object = {}): Resources => ({ It: { Type, Properties } });
const usage = (name: string, unit: string, [min, plan, max]: readonly [string, string, string]): Assumption =>
  anAssumption(name, max, { min, plan, unit });

const TO_WORKSPACE = { Destination: { AmpConfiguration: { WorkspaceArn: 'arn' } } };
const EVERY_MINUTE = { Namespace: 'AWS/EKS', MetricName: 'scheduler_pending_pods', Period: 60 };
const stat = (Id: string, Period: number) => ({ Id, MetricStat: { Period, Stat: 'Sum' } });

describe('a charger, worked by hand for December, charges', () => {
  test.each<[string, Resources, readonly Assumption[], Readonly<Record<string, string>>]>([
    [
      // 1, 2 and 10 billion samples at 0.90 a 10 million; 0, 5 and 100 billion read at 0.10 a billion; 0.03 a GB.
      'a workspace: what it takes in, what is read, what it keeps',
      one('AWS::APS::Workspace', { Alias: 'cell' }),
      [
        usage('ampIngestedSamples', 'samples/month', ['1000000000', '2000000000', '10000000000']),
        usage('ampQuerySamples', 'samples/month', ['0', '5000000000', '100000000000']),
        usage('ampStoredGigabytes', 'GB', ['1', '10', '100']),
      ],
      { ampIngestedSamples: '90 | 180 | 900', ampQuerySamples: '0 | 0.5 | 10', ampStoredGigabytes: '0.03 | 0.3 | 3' },
    ],
    [
      // 744 h × 0.04; 1, 2 and 10 billion samples at 0.03 a 10 million.
      'a collector: its hours, and the samples it pulls',
      one('AWS::APS::Scraper', TO_WORKSPACE),
      [usage('ampCollectedSamples', 'samples/month', ['1000000000', '2000000000', '10000000000'])],
      { ampCollectorHours: '29.76', ampCollectedSamples: '3 | 6 | 30' },
    ],
    ['an alarm on one metric', one('AWS::CloudWatch::Alarm', EVERY_MINUTE), [], { alarmMetricMonths: '0.1' }],
    [
      'an alarm every ten seconds',
      one('AWS::CloudWatch::Alarm', { ...EVERY_MINUTE, Period: 10 }),
      [],
      { alarmMetricMonths: '0.3' },
    ],
    [
      'arithmetic over two metrics: 2 × 0.10',
      one('AWS::CloudWatch::Alarm', { Metrics: [stat('a', 300), stat('b', 300), { Id: 'c', Expression: 'a / b' }] }),
      [],
      { alarmMetricMonths: '0.2' },
    ],
    ['a dashboard', one('AWS::CloudWatch::Dashboard', { DashboardBody: '{}' }), [], { dashboardMonths: '3' }],
    [
      'a repository: 10, 100 and 1,000 GB × 0.10',
      one('AWS::ECR::Repository', { ImageTagMutability: 'IMMUTABLE' }),
      [usage('repositoryGigabytes', 'GB', ['10', '100', '1000'])],
      { repositoryGigabytes: '1 | 10 | 100' },
    ],
    [
      'what a pull-through cache holds: 10, 100 and 1,000 GB × 0.10',
      one('AWS::ECR::PullThroughCacheRule', { EcrRepositoryPrefix: 'quay' }),
      [usage('pullThroughGigabytes', 'GB', ['10', '100', '1000'])],
      { pullThroughGigabytes: '1 | 10 | 100' },
    ],
  ])('%s', (_, resources, assumptions, expected) => {
    const of = billOf(resources, { assumptions });
    expect(totals(of)).toEqual(expected);
    expect(of.resources).toMatchObject({ total: 1, priced: 1 });
  });
});

test.each([
  ['AWS::APS::RuleGroupsNamespace', {}, /rules read/],
  ['AWS::CE::AnomalyMonitor', {}, /costs nothing/],
  ['AWS::CE::AnomalySubscription', {}, /costs nothing/],
  ['AWS::CE::CostCategory', {}, /cost nothing/],
  ['AWS::RAM::ResourceShare', {}, /owner pays/],
  ['AWS::ECR::RepositoryCreationTemplate', {}, /settings/],
  ['AWS::ECR::RegistryScanningConfiguration', { ScanType: 'BASIC' }, /basic scanning/],
])('%s costs nothing and says why', (type, properties, reason) => {
  expect(billOf(one(type, properties)).free).toEqual([
    { stack: 'A', logicalId: 'It', type, reason: expect.stringMatching(reason) },
  ]);
});

describe('fails closed:', () => {
  test.each<[string, Resources, string, RegExp]>([
    ['samples that nobody declares', one('AWS::APS::Workspace'), 'ampIngestedSamples', /declare/],
    ['queries that nobody declares', one('AWS::APS::Workspace'), 'ampQuerySamples', /declare/],
    ['a collector without declared samples', one('AWS::APS::Scraper', TO_WORKSPACE), 'ampCollectedSamples', /declare/],
    [
      'a collector that sends to CloudWatch',
      one('AWS::APS::Scraper', { Destination: { CloudWatchConfiguration: { DatasetArn: 'arn' } } }),
      'scraperDestination',
      /only collectors/,
    ],
    [
      'a collector that exports too',
      one('AWS::APS::Scraper', { ...TO_WORKSPACE, Exporters: [] }),
      'scraperExporters',
      /not known/,
    ],
    ['an alarm of no metric', one('AWS::CloudWatch::Alarm', { Metrics: [] }), 'alarmMetricMonths', /no metric/],
    [
      'an alarm whose metrics are not written out',
      one('AWS::CloudWatch::Alarm', { Metrics: { 'Fn::GetAtt': ['X', 'Y'] } }),
      'alarmMetricMonths',
      /./,
    ],
    [
      'an alarm that searches',
      one('AWS::CloudWatch::Alarm', { Metrics: [{ Id: 'q', Expression: 'SELECT AVG(x) FROM y', Period: 60 }] }),
      'alarmMetricMonths',
      /what it finds/,
    ],
    [
      'an alarm of an open period',
      one('AWS::CloudWatch::Alarm', { ...EVERY_MINUTE, Period: { Ref: 'AWS::NoValue' } }),
      'alarmMetricMonths',
      /missing/,
    ],
    ['a repository of unknown size', one('AWS::ECR::Repository'), 'repositoryGigabytes', /declare/],
    ['a cache of unknown size', one('AWS::ECR::PullThroughCacheRule'), 'pullThroughGigabytes', /declare/],
    [
      'enhanced scanning',
      one('AWS::ECR::RegistryScanningConfiguration', { ScanType: 'ENHANCED' }),
      'enhancedScanning',
      /Inspector/,
    ],
  ])('%s', (_, resources, dimension, reason) => {
    const of = billOf(resources);
    expect(reasons(of)[dimension]).toMatch(reason);
    expect(of.resources).toMatchObject({ total: 1, unpriced: 1 });
  });

  test.each([
    ['AWS::CloudWatch::Alarm', EVERY_MINUTE, 'alarmMetricMonths', 'cloudwatch:alarm'],
    ['AWS::CloudWatch::Dashboard', {}, 'dashboardMonths', 'cloudwatch:dashboard'],
    ['AWS::APS::Scraper', TO_WORKSPACE, 'ampCollectorHours', 'amp:collector'],
  ])('%s without its price', (type, properties, dimension, item) => {
    const offers = BOOK.offers.filter((offer) => offer.item !== item);
    expect(reasons(billOf(one(type, properties), { priceBook: { ...BOOK, offers } }))[dimension]).toMatch(/no price/);
  });
});
