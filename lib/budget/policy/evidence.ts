import { randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';

/**
 * The folder in which a run leaves plan.json, bill.json and verdict.json.
 *
 * It is emptied at the start, so that nothing of an older run is taken for an answer, and each file is replaced whole or
 * not at all: written beside its place, flushed to the disk, then renamed over it.
 */
export class Evidence {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Removes what an older run left in the folder, and makes it. @throws the file system's error. */
  static emptied(folder: string): Evidence {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    return new Evidence(folder);
  }

  /**
   * Writes a value as JSON with two-space indent and a final newline.
   *
   * @throws the file system's error, with no half-written file left and an older file of that name untouched.
   */
  write(name: string, value: unknown): void {
    this.writeText(name, `${JSON.stringify(value, undefined, 2)}\n`);
  }

  /** Writes a text as it is, as `write` does; `name` may lie in folders of its own. */
  writeText(name: string, text: string): void {
    const file = path.join(this.#folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    replaceFile(file, text);
  }
}

function replaceFile(file: string, text: string): void {
  const temporary = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = fs.openSync(temporary, 'wx');
    try {
      fs.writeFileSync(handle, text);
      fs.fsyncSync(handle);
    } finally {
      fs.closeSync(handle);
    }
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}
