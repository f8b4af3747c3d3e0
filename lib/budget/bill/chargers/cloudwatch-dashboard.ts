import { exact } from '../../../units/exact';
import { fixed } from '../../../units/range';
import { type Line, priced } from '../line';

/** By the month. The first three of an account are free, which the whole account shares: none is taken to be. */
export function chargeDashboard(): readonly Line[] {
  return [priced('dashboardMonths', 'cloudwatch:dashboard', fixed(exact(1)))];
}
