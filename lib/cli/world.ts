import type { Instant } from '../units/interval';

/** What a command may touch, handed in so that tests can hand in something else. */
export interface World {
  /** The clone. */
  readonly root: string;
  /** Where the person stands: files named on the command line are relative to it. */
  readonly cwd: string;
  /** The wall clock; only `check` and `prices` ask. */
  readonly now: () => Instant;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Where a progress bar may be drawn. @default - nowhere: a pipe stays silent */
  readonly terminal?: NodeJS.WriteStream;
}

/** 0 yes, 1 an honest no, 2 wrong input. */
export type ExitCode = 0 | 1 | 2;
