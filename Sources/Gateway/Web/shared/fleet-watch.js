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
 * Keeps the list of instances new: asks the hub when its `/events` tell that one changed, and now and then besides.
 * A hub that tells nothing is asked more often. A hidden page does not listen: a browser has few connections to one hub.
 * Events: `instances` (detail: the list), `unreachable` (detail `{error, retryAt}` on the `performance.now()` clock).
 */
export class FleetWatch extends EventTarget {
  #timer = 0;
  #gathering = 0;
  #backoff = new Backoff({ first: 1000, last: 15_000 });
  #running = false;
  #busy = false;
  #again = false;
  #source = null;
  /** Whether this hub has events at all. */
  #tells = false;
  #hidden = () => {
    if (document.hidden) return this.#unlisten();
    this.#listen();
    this.now();
  };

  start() {
    this.#running = true;
    document.addEventListener('visibilitychange', this.#hidden);
    if (!document.hidden) this.#listen();
    this.now();
  }

  stop() {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#hidden);
    clearTimeout(this.#timer);
    this.#unlisten();
  }

  /** Asks at once. */
  now() {
    return this.#ask(api.instances);
  }

  /** Has the hub look for instances again. */
  refresh() {
    return this.#ask(api.refresh);
  }

  #listen() {
    if (this.#source) return;
    const source = new EventSource('/events');
    this.#source = source;
    let isOpen = false;
    source.onopen = () => {
      isOpen = this.#tells = true;
      this.#soon();
    };
    source.addEventListener('instance', () => this.#soon());
    source.onerror = () => {
      // After a lost connection most browsers come back by themselves; after an answer that is none, none does.
      if (source.readyState === EventSource.CLOSED && source === this.#source) this.#unlisten();
      if (isOpen) this.now();
      isOpen = false;
    };
  }

  #unlisten() {
    clearTimeout(this.#gathering);
    this.#gathering = 0;
    this.#source?.close();
    this.#source = null;
  }

  get #isTold() {
    return this.#source?.readyState === EventSource.OPEN;
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
      if (this.#tells && this.#running && !document.hidden) this.#listen();
      const booting = list.some((instance) => instance.status === 'booting');
      wait = document.hidden ? INTERVAL_HIDDEN : this.#isTold ? INTERVAL_TOLD : booting ? INTERVAL_BOOTING : INTERVAL;
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
