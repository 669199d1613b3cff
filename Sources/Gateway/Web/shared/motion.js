/**
 * Joins pointer motion so that at most one message leaves for each frame the browser draws. An absolute position
 * replaces the one before it; relative motion adds up, and parts of a pixel are kept for the next time.
 * `send(message, since)` says by false that the path is slow; then the motion waits and goes on joining. `since` is the
 * time of the oldest event in it: what waits is what a person feels.
 */
export class Motion {
  #send;
  #frame = 0;
  #absolute = null;
  #dx = 0;
  #dy = 0;
  #since = null;

  constructor(send) {
    this.#send = send;
  }

  moveTo({ x, y }, at) {
    this.#absolute = { x, y };
    this.#since ??= at;
    this.#schedule();
  }

  moveBy(dx, dy, at) {
    this.#dx += dx;
    this.#dy += dy;
    this.#since ??= at;
    this.#schedule();
  }

  /** Sends what has gathered; to be called before a button or a key so that it happens at the right place. */
  flush() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const since = this.#since;
    const place = this.#absolute;
    if (place && this.#send({ type: 'mouse', mode: 'absolute', ...place }, since)) this.#absolute = null;
    const dx = Math.trunc(this.#dx);
    const dy = Math.trunc(this.#dy);
    if ((dx !== 0 || dy !== 0) && this.#send({ type: 'mouse', mode: 'relative', dx, dy }, since)) {
      this.#dx -= dx;
      this.#dy -= dy;
    }
    const waits = this.#absolute !== null || Math.abs(this.#dx) >= 1 || Math.abs(this.#dy) >= 1;
    if (waits) this.#schedule();
    else this.#since = null;
  }

  clear() {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#absolute = null;
    this.#dx = 0;
    this.#dy = 0;
    this.#since = null;
  }

  #schedule() {
    this.#frame ||= requestAnimationFrame(() => this.flush());
  }
}
