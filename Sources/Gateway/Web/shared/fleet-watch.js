import { Backoff } from './backoff.js';
import * as api from './api.js';

const INTERVAL = 3000;
/** While a guest starts, a person waits for it. */
const INTERVAL_BOOTING = 1000;
const INTERVAL_HIDDEN = 15_000;
/** While the hub tells of every change. */
const INTERVAL_TOLD = 15_000;
/** Changes come in bursts, and one question answers them all. */
const GATHERING = 50;

/**
 * Keeps the list of instances new: asks the hub when its `events` tell that one changed, and now and then besides. A hub
 * that tells nothing is asked more often.
 * Events: `instances` (detail: the list), `unreachable` (detail `{error, retryAt}` on the `performance.now()` clock).
 */
export class FleetWatch extends EventTarget {
  #events;
  #timer = 0;
  #gathering = 0;
  #backoff = new Backoff({ first: 1000, last: 15_000 });
  #running = false;
  #busy = false;
  #again = false;
  #seen = () => document.hidden || this.now();

  /** `events`: the page's `FleetEvents`, which whoever made them starts and stops. */
  constructor({ events }) {
    super();
    this.#events = events;
    for (const type of ['open', 'instance']) events.addEventListener(type, () => this.#soon());
    events.addEventListener('closed', () => document.hidden || this.now());
  }

  start() {
    this.#running = true;
    document.addEventListener('visibilitychange', this.#seen);
    this.now();
  }

  stop() {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#seen);
    clearTimeout(this.#timer);
    clearTimeout(this.#gathering);
    this.#gathering = 0;
  }

  /** Asks at once. */
  now() {
    return this.#ask(api.instances);
  }

  /** Has the hub look for instances again. */
  refresh() {
    return this.#ask(api.refresh);
  }

  #soon() {
    this.#gathering ||= setTimeout(() => {
      this.#gathering = 0;
      this.now();
    }, GATHERING);
  }

  async #ask(call) {
    if (!this.#running) return;
    if (this.#busy) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#busy = true;
    this.#again = false;
    let wait;
    try {
      const list = await call();
      this.#backoff.reset();
      if (this.#running) this.#events.hasten();
      const booting = list.some((instance) => instance.status === 'booting');
      wait = document.hidden ? INTERVAL_HIDDEN : this.#events.isOpen ? INTERVAL_TOLD : booting ? INTERVAL_BOOTING : INTERVAL;
      if (this.#again) wait = 0;
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
