import type { Problem } from '../../lib/problem';
import { parseTrace } from '../../lib/workload/trace';

const SPLITWISE = 'arrived_at,num_prefill_tokens,num_decode_tokens';
const AZURE = 'TIMESTAMP,ContextTokens,GeneratedTokens';
const parse = (...lines: readonly string[]) => parseTrace(`${lines.join('\n')}\n`, 'arrivals.csv');

function problemOf(text: string): string {
  try {
    parseTrace(text, 'arrivals.csv');
  } catch (thrown) {
    const { code, message } = thrown as Problem;
    return `${code}: ${message}`;
  }
  return 'no problem';
}

test('reads arrival seconds, as Splitwise has them', () => {
  expect(parse(SPLITWISE, '0.0,374,44', '4.314579,396,109')).toEqual({
    arrivedAtSeconds: [0, 4.314579],
    inputTokens: [374, 396],
    outputTokens: [44, 109],
  });
});

test('reads timestamps to a tenth of a microsecond, as Azure publishes them, over midnight and into the leap day', () => {
  const { arrivedAtSeconds } = parse(
    AZURE,
    '2024-02-28 23:59:59.9999998,374,44',
    '2024-02-29 00:00:00.0000001,396,109',
    '2024-03-01T00:00:00Z,1,1',
    '2024-03-01 00:00:00.25+00:00,1,1',
  );
  expect(arrivedAtSeconds[1]).toBeCloseTo(3e-7, 9);
  expect(arrivedAtSeconds[2]).toBeCloseTo(86_400 + 2e-7, 9);
  expect(arrivedAtSeconds[3]).toBeCloseTo(86_400.25 + 2e-7, 9);
});

test('orders rows by arrival, wherever the trace starts, and a later first row does not matter', () => {
  expect(parse(SPLITWISE, '12,3,30', '10,1,10', '11,2,20')).toEqual({
    arrivedAtSeconds: [0, 1, 2],
    inputTokens: [1, 2, 3],
    outputTokens: [10, 20, 30],
  });
  expect(parse(AZURE, '2023-11-17 00:00:01,3,30', '2023-11-16 23:59:59,1,10').arrivedAtSeconds).toEqual([0, 2]);
});

test('takes columns in any order and ignores others, blank lines, a byte order mark, quotes and line ends of Windows', () => {
  const text = '\uFEFFid,num_decode_tokens,arrived_at,num_prefill_tokens\r\n\r\na,"44",0.5,374.0\r\n\r\n';
  expect(parseTrace(text, 'arrivals.csv')).toEqual({ arrivedAtSeconds: [0], inputTokens: [374], outputTokens: [44] });
});

test('reads 200,000 rows', () => {
  const rows = Array.from(
    { length: 200_000 },
    (_, index) => `${index / 10},${1 + (index % 4000)},${1 + (index % 400)}`,
  );
  expect(parseTrace([SPLITWISE, ...rows].join('\n'), 'arrivals.csv').inputTokens).toHaveLength(200_000);
});

test.each([
  ['a fractional token', '1.5,2.5,3', 'line 3: num_prefill_tokens must be a whole number of at least 1, got "2.5"'],
  ['a negative token', '1,2,-3', 'line 3: num_decode_tokens must be a whole number of at least 1, got "-3"'],
  ['no prompt', '1,0,3', 'line 3: num_prefill_tokens must be a whole number of at least 1, got "0"'],
  ['a word', '1,many,3', 'line 3: num_prefill_tokens must be a whole number of at least 1, got "many"'],
  ['an empty cell', '1,,3', 'line 3: num_prefill_tokens must be a whole number of at least 1, got no value'],
  ['a short row', '1,2', 'line 3: num_decode_tokens must be a whole number of at least 1, got no value'],
  ['a number with a separator', '5,1,234,44', 'line 3: the row has 4 fields and the header 3; write numbers without'],
  ['an arrival beyond numbers', '1e400,2,3', 'line 3: arrived_at must be seconds of at least 0, got "1e400"'],
  ['NaN', 'NaN,2,3', 'line 3: arrived_at must be seconds of at least 0, got "NaN"'],
  ['a negative arrival', '-1,2,3', 'line 3: arrived_at must be seconds of at least 0, got "-1"'],
  ['a timestamp among seconds', '2023-11-16 18:15:46,2,3', 'line 3: arrived_at must be seconds of at least 0'],
])('fails on %s and names line, column and value', (_, row, sentence) => {
  const problem = problemOf(`${SPLITWISE}\n0,1,1\n${row}\n`);
  expect(problem).toContain(`InvalidTrace: trace arrivals.csv ${sentence}`);
  expect(problem).toMatch(/correct the row$/);
});

test.each([
  ['seconds', '12.5'],
  ['a day that no calendar has', '2023-02-29 00:00:00'],
  ['hour 24', '2023-11-16 24:00:00'],
  ['minute 60', '2023-11-16 00:60:00'],
  ['second 60', '2023-11-16 00:00:60.0'],
  ['another time zone', '2023-11-16 00:00:00+01:00'],
])('fails on %s where a timestamp is needed', (_, time) => {
  expect(problemOf(`${AZURE}\n${time},1,1\n`)).toBe(
    `InvalidTrace: trace arrivals.csv line 2: TIMESTAMP must be a UTC timestamp such as 2023-11-16 18:15:46.6805900, got "${time}"; correct the row`,
  );
});

test('fails on the line in the file, blank lines counted', () => {
  expect(problemOf(`${SPLITWISE}\n0,1,1\n\n\n1,x,1\n`)).toContain('line 5: num_prefill_tokens');
});

test('fails on unknown columns and names them beside those it reads', () => {
  expect(problemOf('time,prompt,output\n0,1,1\n')).toBe(
    `InvalidTrace: trace arrivals.csv has columns time,prompt,output; rename them to ${SPLITWISE} or ${AZURE}`,
  );
});

test('fails on an empty file, on a header alone and on what is not CSV', () => {
  expect(problemOf('')).toContain('trace arrivals.csv is empty');
  expect(problemOf(`${SPLITWISE}\n\n`)).toBe('InvalidTrace: trace arrivals.csv has no requests; give at least one row');
  expect(problemOf(`${SPLITWISE}\n"0,1,1\n`)).toMatch(/^InvalidTrace: trace arrivals.csv is not CSV: Quote Not Closed/);
});

test('fails on a gap of years, which would make any rate as small as one likes', () => {
  expect(problemOf(`${SPLITWISE}\n0,1,1\n1e9,1,1\n`)).toContain('spans 11574 days; give at most 366, in seconds');
});
