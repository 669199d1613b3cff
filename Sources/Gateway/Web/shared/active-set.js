import { Backoff } from './backoff.js';

const POST_DEADLINE = 5000;

/**
 * The guests that are focused, as the hub keeps them for every page and device: `ids`, in order. While the socket to
 * the hub is down the last known set stands, and a choice is sent by HTTP. Event: `change`.
 */
export class ActiveSet extends EventTarget {
  #url;
  #socket = null;
  #stopped = true;
  #backoff = new Backoff();
  #retry = 0;

  ids = [];
  /** Whether the hub has told the set yet. */
  known = false;

  constructor(url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/active`) {
    super();
    this.#url = url;
  }

  start() {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#connect();
  }

  stop() {
    this.#stopped = true;
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = socket.onclose = null;
    socket.close();
  }

  has(id) {
    return this.ids.includes(id);
  }

  /** Asks the hub to focus these guests; the set changes when it says so. */
  select(ids) {
    const text = JSON.stringify({ ids });
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(text);
    else this.#post(text);
  }

  toggle(id) {
    this.select(this.has(id) ? this.ids.filter((one) => one !== id) : [...this.ids, id]);
  }

  #connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.#backoff.reset();
      this.#take(data);
    };
    socket.onclose = () => {
      if (this.#stopped || socket !== this.#socket) return;
      this.#socket = null;
      this.#retry = setTimeout(() => this.#connect(), this.#backoff.next());
    };
  }

  async #post(body) {
    try {
      const response = await fetch('/api/active', {
        method: 'POST', body, headers: { 'Content-Type': 'application/json' }, signal: AbortSignal.timeout(POST_DEADLINE),
      });
      if (response.ok) this.#take(await response.text());
    } catch {
      // The hub is away; the pages say so elsewhere.
    }
  }

  #take(text) {
    let active;
    try {
      ({ active } = JSON.parse(text));
    } catch {
      return;
    }
    if (!Array.isArray(active)) return;
    const same = this.known && active.length === this.ids.length && active.every((id, index) => id === this.ids[index]);
    this.known = true;
    this.ids = active;
    if (!same) this.dispatchEvent(new Event('change'));
  }
}
