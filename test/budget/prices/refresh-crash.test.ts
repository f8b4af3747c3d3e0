import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { loadPriceBook } from '../../../lib/budget/prices/load';
import { type Files, realFiles } from '../../../lib/budget/prices/refresh/files';
import { type RefreshOutcome, refreshPriceBook } from '../../../lib/budget/prices/refresh/refresh';
import { RefreshLock } from '../../../lib/budget/prices/refresh/refresh-lock';
import { aBook, bookText, P5 } from './offers';
import { PriceListServer, type ServerOptions } from './price-list-server';
import { CREDENTIALS, LISTED, NOW, QUICK, watchedFiles } from './refresh-world';

const ROOT = path.join(__dirname, '../../..');
const BEFORE = bookText(aBook());

let server: PriceListServer;
let folder: string;
const environment = { ...process.env };

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'headroom-prices-'));
  process.env = { ...environment, ...CREDENTIALS };
});

afterEach(async () => {
  await server?.stop();
  process.env = environment;
  fs.rmSync(folder, { recursive: true });
});

async function serve(options: ServerOptions = {}): Promise<void> {
  server = await PriceListServer.start(LISTED, options);
  process.env.AWS_ENDPOINT_URL_PRICING = server.url;
}

/** A folder of its own with the book of before. */
function aBookFile(): string {
  const bookFile = path.join(fs.mkdtempSync(path.join(folder, 'in-')), 'book.json');
  fs.writeFileSync(bookFile, BEFORE);
  return bookFile;
}

function refresh(bookFile: string, files: Files = realFiles): Promise<RefreshOutcome> {
  return refreshPriceBook({ bookFile, regions: ['us-west-2'] }, { now: () => NOW, patience: QUICK, files });
}

const bytes = (bookFile: string) => fs.readFileSync(bookFile, 'utf8');
const leftovers = (bookFile: string) => fs.readdirSync(path.dirname(bookFile)).filter((name) => name !== 'book.json');
const p5Of = (bookFile: string) =>
  loadPriceBook(bytes(bookFile))
    .offers.filter(({ item }) => item === P5)
    .at(-1)?.usd;

function startChild(
  bookFile: string,
  moment: string,
): { readonly child: ChildProcess; readonly ended: Promise<unknown> } {
  const child = spawn(process.execPath, ['bin/run.js', 'test/budget/prices/refresh-child.ts', bookFile, moment], {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env },
  });
  return { child, ended: new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? code))) };
}

describe('a killed process', () => {
  test('leaves the book whole at every moment, and the next refresh finishes its work', async () => {
    await serve();
    const moments = ['never', 'journal', 'write', 'rename', 'renamed'];
    const cases = moments.map((moment) => ({ moment, bookFile: aBookFile() }));
    const ends = await Promise.all(cases.map(({ moment, bookFile }) => startChild(bookFile, moment).ended));
    expect(ends).toEqual([0, 'SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGKILL']);
    const [never = BEFORE, ...killed] = cases.map(({ bookFile }) => bytes(bookFile));
    expect(loadPriceBook(never).offers.filter(({ item }) => item === P5).length).toBe(2);
    expect(killed).toEqual([BEFORE, BEFORE, BEFORE, never]);

    for (const { moment, bookFile } of cases.slice(1)) {
      server.requests.length = 0;
      const outcome = await refresh(bookFile);
      expect([moment, outcome.kind, p5Of(bookFile)]).toEqual([moment, 'replaced', '55.04']);
      expect([moment, leftovers(bookFile)]).toEqual([moment, []]);
      // Torn off at its third answer, it had two; later, it had them all.
      const kept = outcome.kind === 'replaced' ? outcome.queries - server.requests.length : 0;
      expect([moment, kept]).toEqual([moment, moment === 'journal' ? 2 : expect.any(Number)]);
      if (moment !== 'journal') expect(server.requests).toEqual([]);
    }
  }, 30_000);

  test('that was waiting for an answer leaves a lock that the next one takes over', async () => {
    await serve({ misbehave: (_, before) => (before < 6 ? undefined : 'hang') });
    const bookFile = aBookFile();
    const { child, ended } = startChild(bookFile, 'never');
    while (child.exitCode === null && server.requests.length < 10)
      await new Promise((resolve) => setTimeout(resolve, 10));
    const meanwhile = await refresh(bookFile);
    expect(meanwhile).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(new RegExp(`another refresh of this book is running: process ${child.pid} on`)),
    });
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(bytes(bookFile)).toBe(BEFORE);
    server.options = {};
    expect(await refresh(bookFile)).toMatchObject({ kind: 'replaced', resumed: 6 });
    expect(leftovers(bookFile)).toEqual([]);
  }, 30_000);
});

describe('a full disk', () => {
  /** Takes so many bytes, a part of a write too, and then no more. */
  function fullAfter(room: number): Files {
    let left = room;
    return watchedFiles({
      write: (file, data, from) => {
        if (left <= 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC', syscall: 'write' });
        const taken = Math.min(left, data.length - from);
        left -= taken;
        fs.writeFileSync(file, data.subarray(from, from + taken), { flag: 'a' });
        return taken;
      },
    });
  }

  test('wherever it strikes, the book is whole: the old one and a failure, or the new one', async () => {
    await serve();
    const whole = aBookFile();
    expect((await refresh(whole)).kind).toBe('replaced');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 20_000 }), async (room) => {
        const bookFile = aBookFile();
        const outcome = await refresh(bookFile, fullAfter(room));
        if (outcome.kind === 'replaced') return bytes(bookFile) === bytes(whole);
        expect(outcome.reason).toMatch(/^the disk is full \(ENOSPC in write\)/);
        expect(bytes(bookFile)).toBe(BEFORE);
        expect(leftovers(bookFile).filter((name) => !name.endsWith('.journal'))).toEqual([]);
        // With room again, the next one finishes.
        expect((await refresh(bookFile)).kind).toBe('replaced');
        return bytes(bookFile) === bytes(whole);
      }),
      { numRuns: 8, examples: [[0], [100], [6_000], [14_000]] },
    );
  }, 30_000);

  test('fails the same where a folder may not be written to', async () => {
    await serve();
    const bookFile = aBookFile();
    const denied = watchedFiles({
      rename: () => {
        throw Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'rename' });
      },
    });
    expect(await refresh(bookFile, denied)).toEqual({
      kind: 'failed',
      reason: 'a file could not be written (EACCES in rename); the book is as it was',
    });
    expect(bytes(bookFile)).toBe(BEFORE);
    expect(leftovers(bookFile)).toEqual(['book.json.journal']);
  });
});

describe('two refreshes at once', () => {
  test('one of them replaces the book, the other says who does', async () => {
    await serve();
    const bookFile = aBookFile();
    const outcomes = await Promise.all([refresh(bookFile), refresh(bookFile), refresh(bookFile)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['failed', 'failed', 'replaced']);
    for (const outcome of outcomes) {
      if (outcome.kind === 'failed') expect(outcome.reason).toMatch(/another refresh of this book is running/);
    }
    expect([p5Of(bookFile), leftovers(bookFile)]).toEqual(['55.04', []]);
  });

  test('of two books do not stand in each other’s way', async () => {
    await serve();
    const outcomes = await Promise.all([refresh(aBookFile()), refresh(aBookFile())]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['replaced', 'replaced']);
  });
});

describe('the lock', () => {
  const lockFile = () => path.join(folder, 'lock');
  const left = (holder: unknown) =>
    fs.writeFileSync(lockFile(), typeof holder === 'string' ? holder : JSON.stringify(holder));
  const isTaken = (lock: ReturnType<typeof RefreshLock.take>): lock is RefreshLock => !('heldBy' in lock);

  test('is held once, and free again when it is let go', () => {
    const lock = RefreshLock.take(realFiles, lockFile());
    expect(isTaken(lock) && lock.isHeld()).toBe(true);
    expect(isTaken(RefreshLock.take(realFiles, lockFile()))).toBe(false);
    if (isTaken(lock)) lock.release();
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(isTaken(RefreshLock.take(realFiles, lockFile()))).toBe(true);
  });

  test('of a process that is gone is taken over, also when this process has its number now', () => {
    // Process numbers stop at 4,194,304.
    for (const pid of [4_194_305, process.pid]) {
      left({ pid, host: os.hostname(), token: 'of old' });
      const lock = RefreshLock.take(realFiles, lockFile());
      expect(isTaken(lock)).toBe(true);
      if (isTaken(lock)) lock.release();
      expect(fs.readdirSync(folder)).toEqual([]);
    }
  });

  test.each<readonly [string, unknown]>([
    ['a living process', { pid: process.ppid, host: os.hostname(), token: 'x' }],
    ['a process on another machine', { pid: 4_194_305, host: 'elsewhere', token: 'x' }],
    ['nobody that can be read', 'not JSON'],
  ])('of %s is respected, and the sentence says what to do', (_, holder) => {
    left(holder);
    const lock = RefreshLock.take(realFiles, lockFile());
    expect(isTaken(lock) ? 'taken' : lock.heldBy).toMatch(/remove that file if no refresh is running/);
    expect(fs.readdirSync(folder)).toEqual(['lock']);
  });

  test('that was taken away meanwhile is not let go in somebody else’s place', () => {
    const lock = RefreshLock.take(realFiles, lockFile());
    left({ pid: process.ppid, host: os.hostname(), token: 'another' });
    expect(isTaken(lock) && lock.isHeld()).toBe(false);
    if (isTaken(lock)) lock.release();
    expect(fs.readdirSync(folder)).toEqual(['lock']);
  });
});
