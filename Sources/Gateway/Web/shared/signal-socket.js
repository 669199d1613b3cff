import { Backoff } from './backoff.js';

const REGISTER_DEADLINE = 5000;
const PING_INTERVAL = 10_000;
/** A hub that is back is found within 3 s: a page without it can start no stream. */
const RETRIES = { first: 500, last: 3000 };

/**
 * The page's one WebSocket to `/signal`: registers, routes messages by guest, reconnects.
 * Losing it ends no stream: media runs between browser and node, and the node keeps the session.
 *
 * Events: `open` (registered; detail `{viewer}`), `closed` (detail `{retryIn}` in ms), `refused` (an error that
 * names no guest; detail `{code, message}`).
 */
export class SignalSocket extends EventTarget {
  #url;
  #socket = null;
  #viewer = null;
  #registered = false;
  #stopped = true;
  #backoff = new Backoff(RETRIES);
  #routes = new Map();
  #request = 0;
  #deadline = 0;
  #retry = 0;
  #pinger = 0;
  #pongDue = false;

  constructor(url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/signal`) {
    super();
    this.#url = url;
  }

  /** This page's id at the hub. It is asked for again after a reconnect, so that sessions stay ours. */
  get viewer() {
    return this.#viewer;
  }

  get isOpen() {
    return this.#registered;
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

  /** Tries now instead of after the current wait; for when the network came back. */
  hasten() {
    if (this.#stopped || this.#socket) return;
    clearTimeout(this.#retry);
    this.#connect();
  }

  /**
   * Sends `data` to a guest. Gives a request number, or null when the socket is not open. An answer that carries
   * a `request` is told apart by it from the late answer to an earlier offer.
   */
  send(target, data) {
    if (!this.#registered) return null;
    this.#request += 1;
    this.#socket.send(JSON.stringify({ type: 'signal', request: this.#request, target, data }));
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

  #connect() {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#deadline = setTimeout(() => this.#lose(socket), REGISTER_DEADLINE);
    socket.onopen = () => {
      socket.send(JSON.stringify(this.#viewer ? { type: 'register', id: this.#viewer } : { type: 'register' }));
    };
    socket.onmessage = (event) => this.#receive(event.data);
    socket.onclose = () => this.#lose(socket);
  }

  #receive(text) {
    let message;
    try {
      message = JSON.parse(text);
    } catch {
      return;
    }
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
    clearTimeout(this.#deadline);
    this.#viewer = id;
    this.#registered = true;
    this.#backoff.reset();
    this.#pongDue = false;
    const socket = this.#socket;
    this.#pinger = setInterval(() => {
      // A peer that vanished without a word leaves the socket open for minutes: no pong by the next ping ends it.
      if (this.#pongDue) return this.#lose(socket);
      this.#pongDue = true;
      socket.send(JSON.stringify({ type: '__ping', ts: Date.now() }));
    }, PING_INTERVAL);
    this.dispatchEvent(new CustomEvent('open', { detail: { viewer: id } }));
  }

  #drop() {
    clearTimeout(this.#deadline);
    clearInterval(this.#pinger);
    const socket = this.#socket;
    this.#socket = null;
    this.#registered = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  #lose(socket) {
    if (socket !== this.#socket) return;
    this.#drop();
    if (this.#stopped) return;
    const retryIn = this.#backoff.next();
    this.#retry = setTimeout(() => this.#connect(), retryIn);
    this.dispatchEvent(new CustomEvent('closed', { detail: { retryIn } }));
  }
}
