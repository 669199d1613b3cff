/** As the hub's: a sample for each span of this many milliseconds, and so many of them. */
export const INTERVAL = 2000;
export const CAPACITY = 300;

/**
 * The last ten minutes of some measured values, in columns of one length. A span in which nothing was put in is null in
 * every column: it shows as a gap.
 */
export class Trend {
  #columns;
  #clock;
  /** When span 0 began, and the number after that of the newest span. */
  #origin = null;
  #end = 0;

  constructor(names, { clock = () => performance.now() } = {}) {
    this.#clock = clock;
    this.#columns = Object.fromEntries(names.map((name) => [name, []]));
  }

  /** Samples in each column, up to now. */
  get length() {
    this.#extend(this.#number());
    return Math.min(this.#end, CAPACITY);
  }

  /** A column, the oldest first. */
  column(name) {
    this.#extend(this.#number());
    return this.#columns[name];
  }

  /** Takes what was known before, columns by name, whose last sample is of now. */
  load(columns) {
    const names = Object.keys(this.#columns);
    const length = Math.max(0, ...names.map((name) => columns[name]?.length ?? 0));
    for (const name of names) {
      const known = columns[name] ?? [];
      this.#columns[name] = [...Array(length - known.length).fill(null), ...known].slice(-CAPACITY);
    }
    this.#end = length;
    // Where in its span now is, nobody tells: the middle is wrong by half of one at most.
    this.#origin = length > 0 ? this.#clock() - (length - 0.5) * INTERVAL : null;
  }

  /** Puts values, by name, in the span of now; of several in one span the last counts. */
  put(values) {
    this.#origin ??= this.#clock();
    const number = this.#number();
    this.#extend(number + 1);
    for (const [name, column] of Object.entries(this.#columns)) column[column.length - 1] = values[name] ?? null;
  }

  #number() {
    return this.#origin === null ? 0 : Math.floor((this.#clock() - this.#origin) / INTERVAL);
  }

  #extend(end) {
    const missing = Math.min(end - this.#end, CAPACITY);
    if (missing <= 0) return;
    for (const column of Object.values(this.#columns)) {
      for (let count = 0; count < missing; count += 1) column.push(null);
      column.splice(0, column.length - CAPACITY);
    }
    this.#end = end;
  }
}

/** The values of a health report that the hub keeps in its trend. */
export function trendValues({ deepHealth, capture, encoders, viewers }) {
  const rates = (encoders ?? []).map(({ bitrate }) => bitrate).filter((rate) => rate !== null && rate !== undefined);
  return {
    fps: deepHealth?.video?.estimated_frame_rate ?? null,
    grabbedFps: capture?.grabbedFps ?? null,
    kbps: rates.length > 0 ? rates.reduce((sum, rate) => sum + rate, 0) / 1000 : null,
    level: deepHealth?.audio?.estimated_level ?? null,
    encodeMs: deepHealth?.performance?.encode_ms_p95 ?? null,
    viewers: viewers ?? null,
  };
}
