/**
 * Which rendition of one guest is wanted on this page and which one is sent, through sessions that come and go. A node
 * that names no renditions in its hello has one only, and is never asked. Event: `change` (of what is sent).
 */
export class Renditions extends EventTarget {
  #session = null;
  #offered = [];
  #reason = null;

  /** The rendition wanted here; null leaves it to the node. */
  wanted = null;
  /** The rendition that the node says it sends; null until it did. */
  shown = null;

  /** Less than what is wanted is sent, because the link does not carry it. */
  get lowered() {
    return this.#reason === 'congestion' && this.shown !== this.wanted;
  }

  /** A session is about to start; its offer carries the wish. */
  open(session) {
    this.#session = session;
    session.rendition = this.wanted;
  }

  close() {
    this.#session = null;
    this.#offered = [];
    this.#show(null, null);
  }

  want(name) {
    this.wanted = name;
    this.#ask();
  }

  /** Takes the node's hello. */
  greet({ rendition = null, renditions = [] }) {
    this.#offered = renditions;
    // What was wanted when the offer left may have changed meanwhile, or not have reached the node at all.
    if (rendition !== null) this.#session.rendition = rendition;
    this.#show(rendition, null);
    this.#ask();
  }

  /** Takes the node's word that it sends another one now. */
  receive({ name, reason }) {
    this.#show(name ?? null, reason ?? null);
  }

  #ask() {
    const { wanted } = this;
    if (!this.#offered.includes(wanted) || this.#session.rendition === wanted) return;
    if (this.#session.send({ type: 'rendition', name: wanted })) this.#session.rendition = wanted;
  }

  #show(name, reason) {
    if (name === this.shown && reason === this.#reason) return;
    this.shown = name;
    this.#reason = reason;
    this.dispatchEvent(new Event('change'));
  }
}
