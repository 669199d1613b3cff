import { ApiError, activate } from './api.js';
import { LiveSocket, socketURL } from './live-socket.js';

/** Sound of guests that are not in the set, beside those that are. */
export const DIM = 0.2;

const LINK = { retries: { first: 500, last: 5000 }, deadline: 5000 };

/**
 * The hub's active set: the guests that people attend to, in every client alike. Empty, nobody is preferred.
 *
 * Events: `change` (of `ids` or `known`), `refused` (detail `{code, message}`: a choice was turned down).
 */
export class ActiveSet extends EventTarget {
  #link;
  #ids = [];
  /** What was asked for last and not answered yet, so that two quick choices add up. */
  #asked = null;

  /** Whether the hub has told the set at least once. */
  known = false;

  constructor(url = socketURL('/active')) {
    super();
    this.#link = new LiveSocket(url, LINK);
    this.#link.addEventListener('connect', () => this.#link.settle());
    this.#link.addEventListener('message', ({ detail }) => {
      if (detail?.type === 'error') this.#refuse(detail);
      else this.#take(detail?.active);
    });
    this.#link.addEventListener('lost', () => (this.#asked = null));
  }

  /** The ids in the set, in the order they were chosen. */
  get ids() {
    return [...this.#ids];
  }

  start() {
    this.#link.start();
  }

  stop() {
    this.#asked = null;
    this.#link.stop();
  }

  /** Tries now instead of after the current wait; for when the network or the hub came back. */
  hasten() {
    this.#link.hasten();
  }

  has(id) {
    return this.#ids.includes(id);
  }

  /** Makes `ids` the set, for every client. */
  select(ids) {
    this.#asked = [...new Set(ids)];
    if (this.#link.isUp) this.#link.send({ ids: this.#asked });
    else this.#post(this.#asked);
  }

  /** Adds `id` to the set, or takes it out. */
  toggle(id) {
    const ids = this.#asked ?? this.#ids;
    this.select(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  }

  async #post(ids) {
    try {
      this.#take((await activate(ids)).active);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.#refuse(error);
    }
  }

  #take(active) {
    if (!Array.isArray(active)) return;
    this.#asked = null;
    const ids = active.filter((id) => typeof id === 'string');
    const same = this.known && ids.length === this.#ids.length && ids.every((id, index) => id === this.#ids[index]);
    this.known = true;
    if (same) return;
    this.#ids = ids;
    this.dispatchEvent(new Event('change'));
  }

  #refuse({ code = 'unknown', message = 'The hub did not accept the choice.' }) {
    this.#asked = null;
    this.dispatchEvent(new CustomEvent('refused', { detail: { code, message } }));
  }
}
