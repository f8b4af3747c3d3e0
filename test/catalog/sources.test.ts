import { cite } from '../../lib/catalog/sources';

test('a row that rests on several sources is as old as the oldest', () => {
  const [first, second, third] = [
    { source: 'a', asOf: '2026-08-02' },
    { source: 'b', asOf: '2025-12-31' },
    { source: 'c', asOf: '2026-10-01' },
  ] as const;
  expect(cite(first, second, third)).toEqual({ source: 'a; b; c', asOf: '2025-12-31' });
  expect(cite(third, first)).toEqual({ source: 'c; a', asOf: '2026-08-02' });
  expect(cite(first)).toEqual(first);
});
