/**
 * Delays between attempts: doubling from `first` to `last` milliseconds, each spread over 75..125 %
 * so that many pages that lost the same server do not come back in the same instant.
 */
export class Backoff {
  #first;
  #last;
  #failures = 0;

  constructor({ first = 500, last = 8000 } = {}) {
    this.#first = first;
    this.#last = last;
  }

  /** Attempts that have failed since the last `reset()`. */
  get failures() {
    return this.#failures;
  }

  /** Counts one failure and gives the wait before the next attempt, in milliseconds, within first..last. */
  next() {
    const plain = Math.min(this.#last, this.#first * 2 ** this.#failures);
    this.#failures += 1;
    const spread = plain * (0.75 + Math.random() * 0.5);
    return Math.round(Math.min(this.#last, Math.max(this.#first, spread)));
  }

  reset() {
    this.#failures = 0;
  }
}
