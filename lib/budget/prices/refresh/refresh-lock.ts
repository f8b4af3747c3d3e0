import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Files, isFileError, readIfThere, writeAll } from './files';

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

/** Tokens of the locks that this process holds: another holder of the same process id is one that died before it. */
const HELD = new Set<string>();

/** One refresh of one file at a time. A lock that its holder left behind by dying is taken over. */
export class RefreshLock {
  private constructor(
    private readonly files: Files,
    private readonly file: string,
    private readonly token: string,
  ) {}

  /** The lock, or a sentence about who holds it. */
  static take(files: Files, file: string): RefreshLock | { readonly heldBy: string } {
    const token = randomUUID();
    const mine: Holder = { pid: process.pid, host: hostname(), token };
    for (let tries = 0; tries < 3; tries += 1) {
      if (created(files, file, mine)) {
        HELD.add(token);
        return new RefreshLock(files, file, token);
      }
      const text = readIfThere(files, file);
      if (text === undefined) continue;
      const holder = holderIn(text);
      if (holder === undefined || isAlive(holder)) return { heldBy: sentenceAbout(holder, file) };
      setAside(files, file, text, token);
    }
    return { heldBy: `another refresh, which has just begun (${file})` };
  }

  /** Whether nobody has taken it away meanwhile. */
  isHeld(): boolean {
    return holderIn(readIfThere(this.files, this.file) ?? '')?.token === this.token;
  }

  release(): void {
    if (this.isHeld()) this.files.rmSync(this.file, { force: true });
    HELD.delete(this.token);
  }
}

/** Written aside and linked into place: whoever sees the lock sees who holds it. */
function created(files: Files, file: string, holder: Holder): boolean {
  const aside = `${file}.${holder.token}`;
  try {
    writeAll(files, aside, 'w', JSON.stringify(holder));
    files.linkSync(aside, file);
    return true;
  } catch (thrown) {
    if (isFileError(thrown) && thrown.code === 'EEXIST') return false;
    throw thrown;
  } finally {
    files.rmSync(aside, { force: true });
  }
}

/** Takes a dead holder's lock away; puts it back if it was a living one's that stood there by now. */
function setAside(files: Files, file: string, dead: string, token: string): void {
  const aside = `${file}.${token}.dead`;
  try {
    files.renameSync(file, aside);
    if (readIfThere(files, aside) !== dead) files.linkSync(aside, file);
  } catch (thrown) {
    if (!isFileError(thrown) || (thrown.code !== 'ENOENT' && thrown.code !== 'EEXIST')) throw thrown;
  } finally {
    files.rmSync(aside, { force: true });
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const { pid, host, token } = JSON.parse(text) as Partial<Holder>;
    return pid === undefined || host === undefined || token === undefined ? undefined : { pid, host, token };
  } catch {
    return undefined;
  }
}

function isAlive({ pid, host, token }: Holder): boolean {
  if (host !== hostname()) return true;
  if (pid === process.pid) return HELD.has(token);
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return isFileError(thrown) && thrown.code === 'EPERM';
  }
}

function sentenceAbout(holder: Holder | undefined, file: string): string {
  const who = holder === undefined ? 'somebody unknown' : `process ${holder.pid} on ${holder.host}`;
  return `${who} (${file}; remove that file if no refresh is running)`;
}
