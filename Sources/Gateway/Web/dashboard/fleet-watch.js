import { Backoff } from '/shared/backoff.js';
import * as api from '/shared/api.js';

const INTERVAL = 3000;
/** While a guest starts, a person waits for it. */
const INTERVAL_BOOTING = 1000;
const INTERVAL_HIDDEN = 15_000;

/**
 * Asks the hub for its instances again and again.
 * Events: `instances` (detail: the list), `unreachable` (detail `{error, retryAt}` on the `performance.now()` clock).
 */
export class FleetWatch extends EventTarget {
  #timer = 0;
  #backoff = new Backoff({ first: 1000, last: 15_000 });
  #running = false;
  #busy = false;
  #hidden = () => !document.hidden && this.now();

  start() {
    this.#running = true;
    document.addEventListener('visibilitychange', this.#hidden);
    this.now();
  }

  stop() {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#hidden);
    clearTimeout(this.#timer);
  }

  /** Asks at once. */
  now() {
    return this.#ask(api.instances);
  }

  /** Has the hub look for instances again. */
  refresh() {
    return this.#ask(api.refresh);
  }

  async #ask(call) {
    if (!this.#running || this.#busy) return;
    clearTimeout(this.#timer);
    this.#busy = true;
    let wait;
    try {
      const list = await call();
      this.#backoff.reset();
      const booting = list.some((instance) => instance.status === 'booting');
      wait = document.hidden ? INTERVAL_HIDDEN : booting ? INTERVAL_BOOTING : INTERVAL;
      this.dispatchEvent(new CustomEvent('instances', { detail: list }));
    } catch (error) {
      if (!(error instanceof api.ApiError)) throw error;
      wait = this.#backoff.next();
      this.dispatchEvent(new CustomEvent('unreachable', { detail: { error, retryAt: performance.now() + wait } }));
    } finally {
      this.#busy = false;
    }
    if (this.#running) this.#timer = setTimeout(() => this.now(), wait);
  }
}
