import { LiveSocket, socketURL } from './live-socket.js';

const PING_INTERVAL = 10_000;
/** A hub that is back is found within 3 s: a page without it can start no stream. */
const LINK = { retries: { first: 500, last: 3000 }, deadline: 5000 };

/**
 * The page's one WebSocket to `/signal`: registers, routes messages by guest, reconnects.
 * Losing it ends no stream: media runs between browser and node, and the node keeps the session.
 *
 * Events: `open` (registered; detail `{viewer}`), `closed` (detail `{retryIn}` in ms), `refused` (an error that
 * names no guest; detail `{code, message}`).
 */
export class SignalSocket extends EventTarget {
  #link;
  #viewer = null;
  #routes = new Map();
  #request = 0;
  #pinger = 0;
  #pongDue = false;

  constructor(url = socketURL('/signal')) {
    super();
    this.#link = new LiveSocket(url, LINK);
    this.#link.addEventListener('connect', () => {
      this.#link.send(this.#viewer ? { type: 'register', id: this.#viewer } : { type: 'register' });
    });
    this.#link.addEventListener('message', ({ detail }) => this.#receive(detail));
    this.#link.addEventListener('lost', ({ detail }) => {
      clearInterval(this.#pinger);
      this.dispatchEvent(new CustomEvent('closed', { detail }));
    });
  }

  /** This page's id at the hub. It is asked for again after a reconnect, so that sessions stay ours. */
  get viewer() {
    return this.#viewer;
  }

  get isOpen() {
    return this.#link.isUp;
  }

  start() {
    this.#link.start();
  }

  stop() {
    clearInterval(this.#pinger);
    this.#link.stop();
  }

  /** Tries now instead of after the current wait; for when the network came back. */
  hasten() {
    this.#link.hasten();
  }

  /**
   * Sends `data` to a guest. Gives a request number, or null when the socket is not open. An answer that carries
   * a `request` is told apart by it from the late answer to an earlier offer.
   */
  send(target, data) {
    if (!this.isOpen) return null;
    this.#request += 1;
    this.#link.send({ type: 'signal', request: this.#request, target, data });
    return this.#request;
  }

  /**
   * Hands everything that concerns `target` to `handler({data, request} | {error: {code, message}, request})`.
   * One handler for a guest; gives a function that takes it away again.
   */
  route(target, handler) {
    this.#routes.set(target, handler);
    return () => {
      if (this.#routes.get(target) === handler) this.#routes.delete(target);
    };
  }

  #receive(message) {
    switch (message?.type) {
      case 'registered':
        this.#open(message.id);
        break;
      case 'signal':
        this.#routes.get(message.source)?.({ data: message.data ?? {}, request: message.request ?? null });
        break;
      case 'error': {
        const { code = 'unknown', message: text = '', request = null } = message;
        const handler = this.#routes.get(message.target);
        if (handler) handler({ error: { code, message: text }, request });
        else this.dispatchEvent(new CustomEvent('refused', { detail: { code, message: text } }));
        break;
      }
      case '__pong':
        this.#pongDue = false;
        break;
    }
  }

  #open(id) {
    this.#link.settle();
    this.#viewer = id;
    this.#pongDue = false;
    clearInterval(this.#pinger);
    this.#pinger = setInterval(() => {
      // A peer that vanished without a word leaves the socket open for minutes: no pong by the next ping ends it.
      if (this.#pongDue) return this.#link.lose();
      this.#pongDue = true;
      this.#link.send({ type: '__ping', ts: Date.now() });
    }, PING_INTERVAL);
    this.dispatchEvent(new CustomEvent('open', { detail: { viewer: id } }));
  }
}
