import { BURN_WINDOWS, burnRate, latencyBudget } from '../../lib/metrics/burn-rate';
import { exactText } from '../../lib/units/exact';

const promised = (percentile: number) => ({ percentile, seconds: 1 });

test('burn rates are the share spent × 720 hours ÷ the window', () => {
  // 0.02 × 720 ÷ 1 h = 14.4; 0.05 × 720 ÷ 6 h = 6; 0.10 × 720 ÷ 72 h = 1.
  expect(BURN_WINDOWS.map((window) => exactText(burnRate(window)))).toEqual(['14.4', '6', '1']);
});

test('the budget is what the percentile leaves', () => {
  expect(exactText(latencyBudget(promised(95)))).toBe('0.05');
  expect(exactText(latencyBudget(promised(99.9)))).toBe('0.001');
});
