import { Backoff } from './backoff.js';

const RETRIES = { first: 500, last: 5000 };
const OPEN_DEADLINE = 5000;
const POST_DEADLINE = 5000;

/**
 * The hub's active set: the guests that people attend to, in every client alike. Empty, nobody is preferred.
 *
 * Events: `change` (of `ids` or `known`), `refused` (detail `{code, message}`: a choice was turned down).
 */
export class ActiveSet extends EventTarget {
  #url;
  #socket = null;
  #backoff = new Backoff(RETRIES);
  #retry = 0;
  #deadline = 0;
  #stopped = true;
  #ids = [];
  /** What was asked for last and not answered yet, so that two quick choices add up. */
  #asked = null;

  /** Whether the hub has told the set at least once. */
  known = false;

  constructor(url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/active`) {
    super();
    this.#url = url;
  }

  /** The ids in the set, in the order they were chosen. */
  get ids() {
    return [...this.#ids];
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#retry);
    this.#drop();
  }

  /** Tries now instead of after the current wait; for when the network or the hub came back. */
  hasten() {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  has(id) {
    return this.#ids.includes(id);
  }

  /** Makes `ids` the set, for every client. */
  select(ids) {
    this.#asked = [...new Set(ids)];
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ ids: this.#asked }));
    else this.#post(this.#asked);
  }

  /** Adds `id` to the set, or takes it out. */
  toggle(id) {
    const ids = this.#asked ?? this.#ids;
    this.select(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  }

  #connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#deadline = setTimeout(() => this.#lose(socket), OPEN_DEADLINE);
    socket.onopen = () => {
      clearTimeout(this.#deadline);
      this.#backoff.reset();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = () => this.#lose(socket);
  }

  #receive(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
    if (message?.type === 'error') this.#refuse(message);
    else this.#take(message?.active);
  }

  async #post(ids) {
    try {
      const response = await fetch('/api/active', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
        body: JSON.stringify({ ids }),
        signal: AbortSignal.timeout(POST_DEADLINE),
      });
      const body = await response.json();
      if (response.ok) this.#take(body.active);
      else this.#refuse(body.error ?? {});
    } catch {
      this.#refuse({ code: 'unreachable', message: 'The hub cannot be reached; the focus stays as it is.' });
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

  #drop() {
    clearTimeout(this.#deadline);
    const socket = this.#socket;
    this.#socket = null;
    this.#asked = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #lose(socket) {
    if (socket !== this.#socket) return;
    this.#drop();
    if (!this.#stopped) this.#retry = setTimeout(() => this.#connect(), this.#backoff.next());
  }
}
