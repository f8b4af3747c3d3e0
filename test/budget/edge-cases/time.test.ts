import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { exact, exactText } from '../../../lib/units/exact';
import { hoursIn, instant, interval, monthsOf } from '../../../lib/units/interval';
import { fixed } from '../../../lib/units/range';
import { aBill, aCharge, DECEMBER } from '../../builders';
import { aGroup, aStack, bill, billOf, reasons, totals } from '../bill/billing';
import { aContract, aPeriod, judged, rulesOf } from '../envelope/contracts';

const hours = (start: string, end: string): string => exactText(hoursIn(interval(start, end)));
const NAT = { Nat: { Type: 'AWS::EC2::NatGateway', Properties: { SubnetId: 's', ConnectivityType: 'private' } } };
const KEY = { Key: { Type: 'AWS::KMS::Key', Properties: { EnableKeyRotation: false } } };

describe('4 hours', () => {
  test('a UTC month has its own hours, and 730 is a view that nothing is made of', () => {
    const months = monthsOf(interval('2027-01-01', '2027-05-01')).map((month) => exactText(hoursIn(month)));
    expect(months).toEqual(['744', '672', '744', '720']);
    const february = billOf(NAT, { window: { start: '2027-02-01T00:00:00Z', end: '2027-03-01T00:00:00Z' } });
    // 672 × 0.045, and as a view 730 × 0.045
    expect([february.windowTotal.max, february.perMonth730.max]).toEqual(['30.24', '32.85']);
  });

  test('ten years from 2026-05-01 have three leap days: 3,653 days', () => {
    expect(hours('2026-05-01', '2036-05-01')).toBe(`${3653 * 24}`);
    expect(['2028', '2032', '2036'].map((year) => hours(`${year}-01-01`, `${Number(year) + 1}-01-01`))).toEqual([
      '8784',
      '8784',
      '8784',
    ]);
    expect(hours('2027-01-01', '2028-01-01')).toBe('8760');
  });
});

describe('5 UTC only', () => {
  test('a window leaves its end out, so two that meet count no hour twice and none never', () => {
    const part = (start: string, end: string) => exact(billOf(NAT, { window: interval(start, end) }).windowTotal.max);
    const whole = part('2026-12-01', '2027-01-01');
    expect(part('2026-12-01', '2026-12-31').add(part('2026-12-31', '2027-01-01')).equals(whole)).toBe(true);
  });

  test('fails for local times; an inclusive end of a contract is converted once, and a missing day is a gap', () => {
    for (const local of ['2026-12-01T00:00+01:00', '2026-12-01T00:00', '2026-10-25T02:30 Europe/Berlin'])
      expect(() => instant(local)).toThrow();
    const charges = [aCharge({ active: { start: '2026-12-31T00:00:00Z', end: '2027-01-01T00:00:00Z' } })];
    const short = aContract({ periods: [aPeriod({ end: '2026-12-31T00:00:00Z', ceiling: '9999' })] });
    expect(rulesOf(judged({ bill: aBill({ charges }), contract: short }))).toContain('fatal UncoveredWindow');
  });

  test('a bill is the same in any time zone of the machine: the change to summer time has no hour of its own', () => {
    const template = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-zone-')), 'template.json');
    fs.writeFileSync(template, JSON.stringify({ Resources: { ...NAT, ...KEY } }));
    // Night of the change in Berlin, and the shorter month.
    const asked = ['--region', 'us-east-1', '--start', '2027-03-28', '--end', '2027-03-29', '--json'];
    const inZone = (TZ: string): string =>
      spawnSync(process.execPath, ['bin/run.js', 'bin/headroom.ts', 'bill', '--template', template, ...asked], {
        cwd: path.join(__dirname, '..', '..', '..'),
        env: { ...process.env, TZ },
        encoding: 'utf8',
      }).stdout;
    const berlin = inZone('Europe/Berlin');
    expect(JSON.parse(berlin).months).toMatchObject([{ hours: '24' }]);
    expect(inZone('UTC')).toBe(berlin);
  });

  test('a scheduled size holds in every hour, so its TimeZone changes nothing; a teardown in another zone ends nothing', () => {
    const group = (TimeZone?: string) => ({
      Launch: aGroup().Launch,
      Fleet: {
        Type: 'AWS::AutoScaling::AutoScalingGroup',
        Properties: {
          MinSize: '1',
          MaxSize: '2',
          VPCZoneIdentifier: [{ Ref: 'SubnetA' }],
          LaunchTemplate: {
            LaunchTemplateId: { Ref: 'Launch' },
            Version: { 'Fn::GetAtt': ['Launch', 'LatestVersionNumber'] },
          },
        },
      },
      Nightly: {
        Type: 'AWS::AutoScaling::ScheduledAction',
        Properties: {
          AutoScalingGroupName: { Ref: 'Fleet' },
          MaxSize: 5,
          Recurrence: '0 22 * * *',
          ...(TimeZone === undefined ? {} : { TimeZone }),
        },
      },
      SubnetA: aGroup().SubnetA,
    });
    // 744 h × 0.8048: one at min and plan, five at max
    const cost = totals(billOf(group())).instanceHours;
    expect(cost).toBe('598.7712 | 598.7712 | 2993.856');
    expect(totals(billOf(group('Pacific/Chatham'))).instanceHours).toBe(cost);
  });
});

describe('6 seconds, hours and months', () => {
  test('what is billed by the second counts parts of an hour exactly, what is billed by the month its share of the month', () => {
    const window = { start: '2026-12-01T00:00:00Z', end: '2026-12-01T00:20:00Z' };
    // A third of an hour × 0.045; 1/3 h of 744 h × 1 USD
    expect(totals(billOf({ ...NAT, ...KEY }, { window }))).toMatchObject({
      natGatewayHours: '0.015',
      kmsKeys: '1/2232',
    });
  });

  test('fails for an image that could be an operating system of another rate: its software is declared or unpriced', () => {
    const instance = (ImageId: unknown) => ({
      It: { Type: 'AWS::EC2::Instance', Properties: { InstanceType: 'm5.large', ImageId, SubnetId: 's' } },
    });
    expect(reasons(billOf(instance('ami-0123456789abcdef0')))).toHaveProperty('imageSoftwareFee');
    expect(reasons(billOf(aGroup({ AmiType: 'WINDOWS_CORE_2022_x86_64' }))).instanceHours ?? '').toMatch(/./);
  });
});

describe('7 partial months', () => {
  test('what is deployed on one day and taken down on another costs the hours between, and its share of the months', () => {
    const window = { start: '2026-12-10T06:00:00Z', end: '2026-12-20T18:00:00Z' };
    // 252 h × 0.045; 252/744 of a key
    expect(totals(billOf({ ...NAT, ...KEY }, { window }))).toMatchObject({
      natGatewayHours: '11.34',
      kmsKeys: '21/62',
    });
    const across = { start: '2027-01-22T00:00:00Z', end: '2027-02-08T00:00:00Z' };
    // 240/744 + 168/672
    expect(totals(billOf(KEY, { window: across })).kmsKeys).toBe('71/124');
  });

  test('a period counts the part that runs in it, and assumes no full month', () => {
    const active = { start: '2026-12-25T00:00:00Z', end: '2027-01-10T00:00:00Z' };
    const of = aBill({ window: active, charges: [aCharge({ active, quantity: fixed('1') })] });
    // 168 h × 0.8048 of the December period
    expect(judged({ bill: of }).periods[0]?.ceiling.amount.max).toBe('135.2064');
    expect(bill([aStack({})], { window: DECEMBER }).windowTotal.max).toBe('0');
  });
});
