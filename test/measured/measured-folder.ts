import * as fs from 'node:fs';
import * as path from 'node:path';

const FOLDER = process.env.HEADROOM_MEASURED ?? path.join(__dirname, '../../../shared/measured');

/** Text of a file of measurements. Missing data is a failure: a check that cannot run has not passed. */
export function measured(file: string): string {
  const place = path.resolve(FOLDER, file);
  if (fs.existsSync(place)) return fs.readFileSync(place, 'utf8');
  throw new Error(`${place} is missing; put the measurements there or name their folder in HEADROOM_MEASURED`);
}
