import type { Unread } from '../facts';

/** Pages read before a service is taken to repeat itself. */
const MOST_PAGES = 1000;

interface Page<Entry> {
  readonly entries: readonly Entry[] | undefined;
  readonly next: string | undefined;
}

/** Every entry of a listing, page after page; why not, when one page is missing. Half a listing is no listing. */
export async function allPages<Entry>(
  page: (token: string | undefined) => Promise<Page<Entry>>,
): Promise<readonly Entry[] | Unread> {
  const all: Entry[] = [];
  const seen = new Set<string>();
  try {
    for (let token: string | undefined, count = 0; count < MOST_PAGES; count += 1) {
      const { entries, next } = await page(token);
      if (entries === undefined) return { unread: 'the answer holds no list' };
      all.push(...entries);
      if (next === undefined || next === '') return all;
      if (seen.has(next)) return { unread: 'the service repeats its pages' };
      seen.add(next);
      token = next;
    }
    return { unread: `there are more than ${MOST_PAGES} pages` };
  } catch (thrown) {
    return unreadFor(thrown);
  }
}

/** Why a service gave no answer, in one line. */
export function unreadFor(thrown: unknown): Unread {
  const { name, message } = thrown as Error;
  if (name === 'SyntaxError' || /XML parse error/.test(message)) return { unread: 'the answer is not in the protocol' };
  return { unread: `${name}: ${(message.split('\n')[0] ?? '').trim().slice(0, 160)}` };
}
