import { FREE_TYPES } from '../../../lib/budget/bill/chargers/free-types';
import { PAID_TYPES } from '../../../lib/budget/bill/chargers/registry';
import { USAGES } from '../../../lib/budget/bill/usages';
import { expectGolden } from '../../report/golden';

/** Every resource type that the bill has a rule for, and every usage that can be declared. */
function billedTypes(): string {
  const usages = Object.entries(USAGES).map(([name, unit]) => `  ${name} (${unit})`);
  const free = Object.entries(FREE_TYPES).map(([type, reason]) => `  ${type}: ${reason}`);
  const section = (title: string, lines: readonly string[]) => [title, ...[...lines].sort(), ''].join('\n');
  return [
    section(
      'Priced by a charger',
      Object.keys(PAID_TYPES).map((type) => `  ${type}`),
    ),
    section('Free by rule', free),
    section('Declared usage', usages),
  ].join('\n');
}

test('the list of billed types is the pinned one', () => expectGolden('billed-types.txt', billedTypes()));
