/** How fast and how bursty: GetProducts allows 5 a second and 10 at once per account and region. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Makes callers wait so that no more than `burst` are let through at once and `perSecond` on the long run. */
export class TokenBucket {
  readonly #rate: Rate;
  #tokens: number;
  #filledAt = performance.now();
  #queue: Promise<void> = Promise.resolve();

  constructor(rate: Rate) {
    this.#rate = rate;
    this.#tokens = rate.burst;
  }

  /** Resolves when it is this caller's turn; callers are served in order. */
  take(): Promise<void> {
    this.#queue = this.#queue.then(() => this.#turn());
    return this.#queue;
  }

  async #turn(): Promise<void> {
    this.#fill();
    // Timers may fire early by a fraction of a millisecond: look again rather than trust one.
    while (this.#tokens < 1) {
      await sleep(Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * 1000));
      this.#fill();
    }
    this.#tokens -= 1;
  }

  #fill(): void {
    const now = performance.now();
    const gained = ((now - this.#filledAt) / 1000) * this.#rate.perSecond;
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + gained);
    this.#filledAt = now;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
