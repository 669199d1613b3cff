import { Backoff } from './backoff.js';

/** An address of this page's hub as a WebSocket's. */
export const socketURL = (path) => `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}${path}`;

/**
 * A WebSocket that is opened again whenever it is lost, until stopped. It counts as up once its owner calls `settle()`,
 * which has to be within `deadline` milliseconds.
 *
 * Events: `connect` (the handshake is done), `message` (detail: the parsed JSON; what is none is dropped), `lost`
 * (detail `{retryIn}` in ms).
 */
export class LiveSocket extends EventTarget {
  #url;
  #patience;
  #socket = null;
  #stopped = true;
  #settled = false;
  #backoff;
  #deadline = 0;
  #retry = 0;

  constructor(url, { retries, deadline }) {
    super();
    this.#url = url;
    this.#patience = deadline;
    this.#backoff = new Backoff(retries);
  }

  /** Whether it is up. */
  get isUp() {
    return this.#settled;
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

  /** Says that the other side is what it should be: the next loss is the first one again. */
  settle() {
    clearTimeout(this.#deadline);
    this.#settled = true;
    this.#backoff.reset();
  }

  /** Sends a message as JSON; only between `connect` and `lost`. */
  send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** Gives the connection up, as lost; the next one is opened after the usual wait. */
  lose() {
    this.#drop();
    if (this.#stopped) return;
    const retryIn = this.#backoff.next();
    this.#retry = setTimeout(() => this.#connect(), retryIn);
    this.dispatchEvent(new CustomEvent('lost', { detail: { retryIn } }));
  }

  #connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#deadline = setTimeout(() => this.lose(), this.#patience);
    socket.onopen = () => this.dispatchEvent(new Event('connect'));
    socket.onmessage = ({ data }) => {
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
      this.dispatchEvent(new CustomEvent('message', { detail: message }));
    };
    socket.onclose = () => this.lose();
  }

  #drop() {
    clearTimeout(this.#deadline);
    const socket = this.#socket;
    this.#socket = null;
    this.#settled = false;
    if (!socket) return;
    // What it still says is nobody's any more.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
