import fc from 'fast-check';
import { toJsonText } from '../../lib/report/json';
import { page, paragraph, table } from '../../lib/report/layout';

const words = fc.array(fc.stringMatching(/^[a-zA-Z0-9/.-]{1,150}$/), { minLength: 1, maxLength: 60 });

test('a paragraph keeps its words, its order and the width of the page', () => {
  fc.assert(
    fc.property(words, fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 8 }), (each, indent, hang) => {
      const text = paragraph(each.join(' '), indent, hang);
      expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
      expect(text.replace(/\s+/g, '')).toBe(each.join(''));
    }),
  );
});

test('further lines hang deeper than the first', () => {
  const [first = '', second = ''] = paragraph('word '.repeat(40).trim(), 2, 4).split('\n');
  expect(first).toMatch(/^ {2}word/);
  expect(second).toMatch(/^ {6}word/);
});

test('a table keeps every character of its cells and the width of the page', () => {
  const cell = fc.stringMatching(/^[a-zA-Z0-9/.-]{1,150}$/);
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 5 }), (rows) => {
      const text = table([{ title: '' }, { title: '' }], rows, 0);
      expect(text.split('\n').filter((line) => line.length > 120)).toEqual([]);
      const characters = (of: string) => [...of.replace(/\s+/g, '')].sort().join('');
      expect(characters(text)).toBe(characters(rows.flat().join('')));
    }),
  );
});

test('columns align as they are told', () => {
  const text = table(
    [{ title: 'name' }, { title: 'USD', align: 'right' }],
    [
      ['a', '1.00'],
      ['long name', '10.00'],
    ],
  );
  expect(text).toBe(['  name         USD', '  a           1.00', '  long name  10.00'].join('\n'));
});

test('a page has a blank line between its blocks and one line end', () => {
  expect(page(['a', undefined, 'b', ''])).toBe('a\n\nb\n');
});

test('JSON keeps the order of keys, two spaces and a final newline', () => {
  expect(toJsonText({ b: 1, a: ['x'] })).toBe('{\n  "b": 1,\n  "a": [\n    "x"\n  ]\n}\n');
});
