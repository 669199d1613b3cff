import * as api from './api.js';

/** This much of the credentials' life may pass before they are fetched anew; a session needs them for its start only. */
const FRESH = 0.5;
/** While the hub gives no answer, sessions start without servers, and it is asked again only after this. */
const PATIENCE = 5000;

/**
 * The STUN and TURN servers that sessions may use, as the hub tells them, with TURN credentials that expire.
 *
 * A session must not wait for what is at hand: `current` is the list while it is fresh, else null, and `fetch()`
 * gets it.
 */
export class IceServers {
  #config;
  #servers = [];
  #until = 0;
  #asking = null;

  constructor(config = api.webrtc) {
    this.#config = config;
  }

  get current() {
    return performance.now() < this.#until ? this.#servers : null;
  }

  /** Asks the hub, once for all who wait; never fails: where the hub says nothing, the last list stands. */
  fetch() {
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
    return this.#asking;
  }

  async #ask() {
    let fresh = PATIENCE;
    // The credentials age from before the hub made them.
    const asked = performance.now();
    try {
      const { iceServers = [], ttl = null } = await this.#config();
      this.#servers = iceServers;
      fresh = ttl === null ? Infinity : ttl * 1000 * FRESH;
    } catch {
      // The session says what it cannot do without them.
    }
    this.#until = asked + fresh;
    return this.#servers;
  }
}

/** The page's own. */
export const iceServers = new IceServers();
