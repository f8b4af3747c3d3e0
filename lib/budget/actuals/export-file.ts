import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Problem } from '../../problem';

/** One file of an export. */
export interface ExportFile {
  readonly file: string;
  /** Without the folder. */
  readonly name: string;
  readonly format: 'csv' | 'parquet';
  /** Files of one delivery share it: their folder, and their name without the part's number. */
  readonly delivery: string;
  /** The part's number. @default - the file's name has none */
  readonly part?: number;
}

const NAME = /^(.*?)(?:-(\d+))?((?:\.snappy)?\.parquet|\.csv(?:\.gz)?)$/;

/**
 * The exports that are named, and those in folders that are named, at any depth, by name.
 *
 * @throws Problem UnreadableFile for what is not there, InvalidActuals for a file of another kind and a folder without any.
 */
export function exportFiles(named: readonly string[]): readonly ExportFile[] {
  return named.flatMap((place) => {
    if (!statOf(place).isDirectory()) return [exportFile(place)];
    const found = fs
      .readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && NAME.test(entry.name))
      .map((entry) => exportFile(path.join(entry.parentPath, entry.name)))
      .sort((a, b) => (a.file < b.file ? -1 : 1));
    if (found.length > 0) return found;
    throw new Problem(
      'InvalidActuals',
      `${place} holds no .csv, .csv.gz or .parquet file; name the folder of the export`,
    );
  });
}

/**
 * SHA-256 of a file's bytes.
 *
 * @throws Problem UnreadableFile
 */
export async function hashOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(fs.createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
  return hash.digest('hex');
}

/** Bytes; the header of AWS's widest table has under two thousand. */
const LONGEST_HEADER = 1 << 20;

/** The first line of a text, gzipped or not, without its end. Rejects where it cannot be read. */
export async function firstLine(file: string): Promise<string> {
  const bytes = fs.createReadStream(file);
  const unpacked = createGunzip();
  const stream = file.endsWith('.gz') ? bytes.on('error', (error) => unpacked.destroy(error)).pipe(unpacked) : bytes;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream) {
      chunks.push(chunk);
      length += chunk.length;
      if (chunk.includes('\n') || length > LONGEST_HEADER) break;
    }
  } finally {
    bytes.destroy();
  }
  return Buffer.concat(chunks).toString('utf8').split(/\r?\n/)[0] ?? '';
}

function exportFile(file: string): ExportFile {
  const name = path.basename(file);
  const [, stem, part, ending] = NAME.exec(name) ?? [];
  if (stem === undefined || ending === undefined) {
    throw new Problem('InvalidActuals', `${name} is no export by its name; it must end in .csv, .csv.gz or .parquet`);
  }
  if (statOf(file).size === 0) throw new Problem('InvalidActuals', `${name} is empty; fetch it again`);
  const delivery = `${path.resolve(path.dirname(file))}/${stem}${ending}`;
  const format = ending.endsWith('.parquet') ? 'parquet' : 'csv';
  return { file, name, format, delivery, ...(part === undefined ? {} : { part: Number(part) }) };
}

function statOf(file: string): fs.Stats {
  try {
    return fs.statSync(file);
  } catch (thrown) {
    throw unreadable(file, thrown);
  }
}

function unreadable(file: string, thrown: unknown): Problem {
  const code = (thrown as NodeJS.ErrnoException).code ?? 'unknown error';
  return new Problem(
    'UnreadableFile',
    `the export ${file} cannot be read (${code}); name a file that exists and may be read`,
  );
}
