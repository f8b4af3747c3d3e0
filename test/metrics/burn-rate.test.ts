import { BURN_WINDOWS, burnRate, latencyBudget, slowShareOf } from '../../lib/metrics/burn-rate';
import { exactText } from '../../lib/units/exact';

const promised = (percentile: number) => ({ percentile, seconds: 1 });
const shares = (percentile: number) =>
  BURN_WINDOWS.map((window) => {
    const share = slowShareOf(window, promised(percentile));
    return share === undefined ? 'never' : exactText(share);
  });

test('burn rates are the share spent × 720 hours ÷ the window', () => {
  // 0.02 × 720 ÷ 1 h = 14.4; 0.05 × 720 ÷ 6 h = 6; 0.10 × 720 ÷ 72 h = 1.
  expect(BURN_WINDOWS.map((window) => exactText(burnRate(window)))).toEqual(['14.4', '6', '1']);
});

test('the budget is what the percentile leaves', () => {
  expect(exactText(latencyBudget(promised(95)))).toBe('0.05');
  expect(exactText(latencyBudget(promised(99.9)))).toBe('0.001');
});

test('an alert fires above burn rate × budget', () => {
  // p95: 14.4 × 0.05 = 0.72, 6 × 0.05 = 0.3, 1 × 0.05. p99.9: 0.0144, 0.006, 0.001.
  expect(shares(95)).toEqual(['0.72', '0.3', '0.05']);
  expect(shares(99.9)).toEqual(['0.0144', '0.006', '0.001']);
});

test('a window that could never fire has no alert', () => {
  // p90: 14.4 × 0.1 = 1.44 of all requests. p50: 6 × 0.5 = 3.
  expect(shares(90)).toEqual(['never', '0.6', '0.1']);
  expect(shares(50)).toEqual(['never', 'never', '0.5']);
});
