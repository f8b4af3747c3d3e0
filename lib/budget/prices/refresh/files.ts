import * as fs from 'node:fs';
import * as path from 'node:path';

/** The part of node:fs that a refresh writes with; a test hands in one that runs out of disk. */
export type Files = Pick<
  typeof fs,
  'openSync' | 'writeSync' | 'fsyncSync' | 'closeSync' | 'renameSync' | 'linkSync' | 'rmSync' | 'readFileSync'
>;

export const realFiles: Files = fs;

/** A failure of the disk or its permissions, as opposed to a defect. */
export function isFileError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return typeof thrown === 'object' && thrown !== null && 'syscall' in thrown && 'code' in thrown;
}

/** What went wrong with the disk, for people. */
export function diskSentence(error: NodeJS.ErrnoException, consequence: string): string {
  const what = error.code === 'ENOSPC' ? 'the disk is full' : 'a file could not be written';
  return `${what} (${error.code ?? 'unknown error'} in ${error.syscall ?? 'a file call'}); ${consequence}`;
}

/** Undefined when there is no such file. */
export function readIfThere(files: Files, file: string): string | undefined {
  try {
    return files.readFileSync(file, 'utf8');
  } catch (thrown) {
    if (isFileError(thrown) && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Writes all of a text, however little the disk takes at once; `lasting`: through a power cut, and not a crash alone. */
export function writeAll(files: Files, file: string, flags: 'w' | 'a', text: string, lasting = false): void {
  const handle = files.openSync(file, flags);
  try {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; ) at += files.writeSync(handle, bytes, at);
    if (lasting) files.fsyncSync(handle);
  } finally {
    files.closeSync(handle);
  }
}

/** The new text or the old one, whole, at every moment and after every crash. */
export function replaceWhole(files: Files, file: string, text: string): void {
  const next = `${file}.tmp`;
  try {
    writeAll(files, next, 'w', text, true);
    files.renameSync(next, file);
  } catch (thrown) {
    files.rmSync(next, { force: true });
    throw thrown;
  }
  syncFolder(files, path.dirname(file));
}

/** Makes the rename last through a power cut where the system can; where it cannot, the rename is done all the same. */
function syncFolder(files: Files, folder: string): void {
  try {
    const handle = files.openSync(folder, 'r');
    try {
      files.fsyncSync(handle);
    } finally {
      files.closeSync(handle);
    }
  } catch (thrown) {
    if (!isFileError(thrown)) throw thrown;
  }
}
