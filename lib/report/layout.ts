import Table from 'cli-table3';

/** No line of a report is longer. */
export const PAGE_WIDTH = 120;

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
}

const GAP = '  ';
const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: GAP,
};

/** Columns before the last one wrap here, so that one long name cannot push the rest off the page. */
const WIDEST_COLUMN = 48;
const NARROWEST_LAST = 16;

/**
 * A table without borders or colours. Columns are as wide as their longest line; the last one takes what is left of the page
 * and wraps. A cell may hold several lines.
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], indent = 2): string {
  const titles = columns.map(({ title }) => title);
  const widths = widthsOf([titles, ...rows], columns.length, indent);
  const made = new Table({
    head: titles,
    chars: BORDERLESS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colAligns: columns.map(({ align }) => align ?? 'left'),
  });
  made.push(...rows.map((row) => row.map((cell, index) => wrappedCell(cell, widths[index] ?? NARROWEST_LAST))));
  return made
    .toString()
    .split('\n')
    .map((line) => (' '.repeat(indent) + line).trimEnd())
    .join('\n');
}

function widthsOf(rows: readonly (readonly string[])[], columns: number, indent: number): readonly number[] {
  const longest = Array.from({ length: columns }, (_, index) =>
    Math.max(...rows.flatMap((row) => (row[index] ?? '').split('\n')).map((line) => line.length)),
  );
  const before = longest.slice(0, -1).map((width) => Math.min(width, WIDEST_COLUMN));
  const left = PAGE_WIDTH - before.reduce((sum, width) => sum + width + GAP.length, indent);
  return [...before, Math.max(left, NARROWEST_LAST)];
}

function wrappedCell(cell: string, width: number): string {
  return cell
    .split('\n')
    .map((line) => wrapped(line, width, width).join('\n'))
    .join('\n');
}

/** A sentence wrapped to the page, its further lines `hang` deeper than the first. */
export function paragraph(text: string, indent = 0, hang = 2): string {
  const room = PAGE_WIDTH - indent;
  return wrapped(text, room, room - hang)
    .map((line, index) => ' '.repeat(indent + (index === 0 ? 0 : hang)) + line)
    .join('\n');
}

/** Lines of at most `first`, then `next` characters; a longer word is cut. */
function wrapped(text: string, first: number, next: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const room = lines.length === 0 ? first : next;
    if (line === '' || line.length + 1 + word.length <= room) line = line === '' ? word : `${line} ${word}`;
    else {
      lines.push(line);
      line = word;
    }
    for (let width = lines.length === 0 ? first : next; line.length > width; width = next) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

/** Joins the parts of a report, a blank line between, one line end at the end. */
export function page(blocks: readonly (string | undefined)[]): string {
  return `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`;
}
