/** One page as a service gives it; `entries` is undefined when the answer is something else. */
export interface Page<Entry> {
  readonly entries: readonly Entry[] | undefined;
  readonly next: string | undefined;
}

/** All the pages of one question. */
export type Pages<Entry> =
  | { readonly kind: 'read'; readonly entries: readonly Entry[] }
  /** The service understands the question and refuses it: its rows have no reading, others do. */
  | { readonly kind: 'refused'; readonly why: string }
  /** No answer to be had: the whole refresh stops. */
  | { readonly kind: 'failed'; readonly why: string };

/** Far more than any question here has: a server that always names another page would be read for ever. */
const MOST_PAGES = 500;
/** How often one question may begin anew because its page token expired or came twice. */
const RESTARTS = 3;

const REFUSED = [
  'InvalidParameterException',
  'NotFoundException',
  'ValidationException',
  'ResourceNotFoundException',
  'InvalidParameterValue',
  'InvalidParameterCombination',
  'MissingParameter',
  'UnsupportedOperation',
];
const STALE_TOKEN = ['ExpiredNextTokenException', 'InvalidNextTokenException'];

/** Reads page after page, and begins anew when a page token goes stale. Retries are the client's, not ours. */
export async function readPages<Entry>(
  page: (token: string | undefined) => Promise<Page<Entry>>,
): Promise<Pages<Entry>> {
  for (let start = 0; start <= RESTARTS; start += 1) {
    try {
      const entries = await readOnce(page);
      if (entries !== undefined) return { kind: 'read', entries };
    } catch (thrown) {
      const error = thrown as Error;
      if (REFUSED.includes(error.name)) return { kind: 'refused', why: oneLine(error.message) };
      if (!STALE_TOKEN.includes(error.name)) return { kind: 'failed', why: whyOf(error) };
    }
  }
  return { kind: 'failed', why: `its pages could not be read to the end in ${RESTARTS + 1} tries` };
}

/** Undefined when a page token comes for the second time: the pages would never end. */
async function readOnce<Entry>(
  page: (token: string | undefined) => Promise<Page<Entry>>,
): Promise<readonly Entry[] | undefined> {
  const all: Entry[] = [];
  const seen = new Set<string>();
  for (let token: string | undefined; ; ) {
    const { entries, next } = await page(token);
    if (entries === undefined) throw new Error('the answer holds no list of what was asked for');
    all.push(...entries);
    if (next === undefined || next === '') return all;
    if (seen.has(next)) return undefined;
    if (seen.size >= MOST_PAGES) throw new Error(`it goes on after ${MOST_PAGES} pages`);
    seen.add(next);
    token = next;
  }
}

function whyOf(error: Error): string {
  if (error.name === 'CredentialsProviderError')
    return 'no AWS credentials found; read-only price actions are all they need';
  if (error.name === 'SyntaxError' || /XML parse error/.test(error.message)) {
    return 'the answer is not in the protocol; is the endpoint the right one, or a proxy in its way?';
  }
  return `${error.name}: ${oneLine(error.message)}`;
}

function oneLine(text: string): string {
  return text.split('\n')[0]?.trim().slice(0, 200) ?? '';
}
