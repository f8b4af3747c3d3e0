import * as fs from 'node:fs';
import type { Files } from '../../../lib/budget/prices/refresh/files';
import type { Patience } from '../../../lib/budget/prices/refresh/patience';
import { aCapacityBlockRow, aClusterHour, anEgress, anInstance, aThroughput, type Product } from './products';

export const NOW = '2026-11-23T21:00:00Z';

/** No test waits for a server on its own machine, however loaded that is: a server that hangs is given `HASTY`. */
export const QUICK: Partial<Patience> = {
  rate: { burst: 1000, perSecond: 1000 },
  attempts: 4,
  backoffMillis: () => 2,
  timeoutMillis: 10_000,
};
export const HASTY: Partial<Patience> = { ...QUICK, timeoutMillis: 250 };

/** What the SDK finds on a machine that has been set up, and nothing of the machine that runs the tests. */
export const CREDENTIALS: Readonly<Record<string, string>> = {
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_CONFIG_FILE: '/nowhere',
  AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
};

/** A list that prices every row of the test's book, and moves one. */
export const LISTED: readonly Product[] = [
  aCapacityBlockRow('p5.48xlarge'),
  anInstance('p5.48xlarge', '55.0400000000'),
  anInstance('g6.xlarge', '0.8048000000'),
  aClusterHour('0.1000000000'),
  aThroughput('GiBps-mo', '40.9600000000'),
  anEgress(),
];

/** The real files, with a say in what happens to writes and renames; it learns which file a write goes to. */
export function watchedFiles(watch: {
  readonly write?: (file: string, bytes: Uint8Array, from: number) => number | undefined;
  readonly rename?: (from: string, to: string) => void;
  readonly renamed?: (from: string, to: string) => void;
}): Files {
  const names = new Map<number, string>();
  const openSync: Files['openSync'] = (file, ...rest) => {
    const handle = fs.openSync(file, ...rest);
    names.set(handle, String(file));
    return handle;
  };
  const writeSync = (handle: number, bytes: Uint8Array, from: number): number =>
    watch.write?.(names.get(handle) ?? '', bytes, from) ?? fs.writeSync(handle, bytes, from);
  const renameSync: Files['renameSync'] = (from, to) => {
    watch.rename?.(String(from), String(to));
    fs.renameSync(from, to);
    watch.renamed?.(String(from), String(to));
  };
  return { ...fs, openSync, writeSync: writeSync as Files['writeSync'], renameSync };
}
