import * as fs from 'node:fs';
import { Problem } from '../problem';

/** @throws Problem UnreadableFile */
export function readText(file: string, what: string): string {
  try {
    // A device may give text without an end, or none until somebody types it.
    if (fs.statSync(file).isCharacterDevice()) throw Object.assign(new Error(), { code: 'a device' });
    return fs.readFileSync(file, 'utf8');
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new Problem(
      'UnreadableFile',
      `${what} ${file} cannot be read (${code}); name a file that exists and may be read`,
    );
  }
}
