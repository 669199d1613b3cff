const KEPT = 600;

/** Times of the last frames that were drawn, in ms: between one and the next, and of the work for each. */
export class FrameTimes {
  #intervals = [];
  #works = [];
  #last = null;

  /** Frames drawn since the page was opened. */
  count = 0;

  /** Takes a frame that began at `now` and took `work`. */
  take(now, work) {
    this.count += 1;
    if (this.#last !== null) keep(this.#intervals, now - this.#last);
    this.#last = now;
    keep(this.#works, work);
  }

  clear() {
    this.#intervals.length = 0;
    this.#works.length = 0;
    this.#last = null;
  }

  /** `{count, intervalMs, workMs}`, each `{p50, p95, max}`; null while nothing was drawn. */
  summary() {
    return { count: this.count, intervalMs: spread(this.#intervals), workMs: spread(this.#works) };
  }
}

function keep(list, value) {
  list.push(value);
  if (list.length > KEPT) list.shift();
}

function spread(list) {
  if (list.length === 0) return null;
  const sorted = [...list].sort((a, b) => a - b);
  const rank = (part) => sorted[Math.ceil(part * sorted.length) - 1];
  return { p50: rank(0.5), p95: rank(0.95), max: sorted.at(-1) };
}
