import { aBill } from '../../builders';
import { aContract, aPeriod, aWaiver, judged, rulesOf } from './contracts';

// One g6.xlarge in December costs 598.7712 USD; the ceiling is 500.
const contract = aContract({ periods: [aPeriod({ ceiling: '500' })] });

describe('a waiver', () => {
  test('lets its rule pass in its period up to its amount, and says so', () => {
    const verdict = judged({ contract, waivers: [aWaiver({ upTo: '598.7712' })] });
    expect([verdict.status, rulesOf(verdict)]).toEqual(['within', ['warning CeilingExceeded']]);
    expect(verdict.periods[0]?.ceiling.result).toBe('over');
    expect(verdict.findings[0]?.sentence).toContain('waived by finops until 2026-12-01 (FIN-1)');
  });

  test.each([
    ['above its amount', aWaiver({ upTo: '598.7711' })],
    ['of another rule', aWaiver({ rule: 'HourlyCeilingExceeded' })],
    ['of another period', aWaiver({ period: 'Y2' })],
    ['at its expiry', aWaiver({ expires: '2026-11-23T00:00:00Z' })],
  ])('fails to let pass %s', (_what, waiver) => {
    expect(judged({ contract, waivers: [waiver] }).status).toBe('over');
  });

  test('that expired or names no period is said to have no effect', () => {
    const expired = judged({ contract, waivers: [aWaiver({ expires: '2026-11-22T00:00:00Z' })] });
    expect(expired.findings.at(-1)?.sentence).toBe(
      'the waiver of CeilingExceeded in Y1 (FIN-1) expired on 2026-11-22 and has no effect',
    );
    const stray = judged({ contract, waivers: [aWaiver({ period: 'FY99' })] });
    expect(stray.findings.at(-1)).toMatchObject({ rule: 'WaiverIneffective', remedy: 'name one of outside, Y1' });
  });

  test('of a missed floor is judged on the shortfall at max', () => {
    const floor = aContract({ periods: [aPeriod({ commitment: '1000' })], share: '1', floorGate: 'fail' });
    const waive = (upTo: string) => aWaiver({ rule: 'CommitmentShortfall', upTo });
    // 1000 - 598.7712 = 401.2288
    expect(judged({ contract: floor, waivers: [waive('401.2288')] }).status).toBe('within');
    expect(judged({ contract: floor, waivers: [waive('401.2287')] }).status).toBe('shortfall');
  });
});

describe('a waiver of unpriced resources', () => {
  const bill = aBill({
    resources: { total: 2, priced: 1, free: 0, bounded: 0, waived: 0, unpriced: 1 },
    unpriced: [{ stack: 'A', logicalId: 'Odd', type: 'T', dimension: 'd', reason: 'unknown' }],
  });
  const waive = (upTo: string, period = 'Y1') => aWaiver({ rule: 'Unpriced', upTo, period });
  const roomy = aContract({ periods: [aPeriod({ ceiling: '700', ceilingPerHour: '1' })] });

  test('puts its amount into plan and max of the period, and into its hours', () => {
    // 598.7712 + 101.2288 = 700; 0.8048 + 101.2288 / 744 h
    const verdict = judged({ bill, contract: roomy, waivers: [waive('101.2288')] });
    expect(verdict.status).toBe('within');
    expect(verdict.periods[0]?.ceiling.amount).toEqual({ min: '598.7712', plan: '700', max: '700' });
    expect(verdict.periods[0]?.floor.amount.max).toBe('598.7712');
    expect(judged({ bill, contract: roomy, waivers: [waive('101.2289')] }).status).toBe('over');
  });

  test('fails to cover a period that it does not name', () => {
    const long = { start: '2026-12-01T00:00:00Z', end: '2027-01-02T00:00:00Z' };
    const beyond = { ...bill, window: long };
    expect(judged({ bill: beyond, contract: roomy, waivers: [waive('1')] }).status).toBe('unpriced');
    expect(judged({ bill: beyond, contract: roomy, waivers: [waive('1'), waive('1', 'outside')] }).status).toBe(
      'within',
    );
  });

  test('fails to help where there is no contract', () => {
    expect(judged({ bill, contract: null, waivers: [waive('100')] }).status).toBe('unpriced');
  });
});
