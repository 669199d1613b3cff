const KINDS = ['instance', 'health', 'service', 'crash', 'recovery', 'viewer', 'recording'];

/**
 * What happens in the fleet, as the hub's `/events` tells it: one `EventSource` for the whole page. A hidden page does
 * not listen, for a browser has few connections to one hub; whoever comes back is told first what is true now.
 *
 * Events: `instance`, `health`, `service`, `crash`, `recovery`, `viewer`, `recording` (detail: the hub's event, with
 * `id`, `time`, `instance`, `kind` and one field of the kind's own), `open`, `closed` (of a stream that was open).
 */
export class FleetEvents extends EventTarget {
  #url;
  #source = null;
  #running = false;
  #open = false;
  #visibility = () => {
    if (document.hidden) this.#unlisten();
    else this.#listen();
  };

  /** Whether this hub has been heard to tell events. */
  known = false;

  constructor(url = '/events') {
    super();
    this.#url = url;
  }

  get isOpen() {
    return this.#open;
  }

  start() {
    if (this.#running) return;
    this.#running = true;
    document.addEventListener('visibilitychange', this.#visibility);
    this.#visibility();
  }

  stop() {
    this.#running = false;
    document.removeEventListener('visibilitychange', this.#visibility);
    this.#unlisten();
  }

  /** Listens again where the browser gave up; for when the hub is known to be back. */
  hasten() {
    if (this.#running && this.known && !document.hidden) this.#listen();
  }

  #listen() {
    if (this.#source) return;
    const source = new EventSource(this.#url);
    this.#source = source;
    source.onopen = () => {
      this.#open = this.known = true;
      this.dispatchEvent(new Event('open'));
    };
    for (const kind of KINDS) source.addEventListener(kind, ({ data }) => this.#receive(kind, data));
    source.onerror = () => {
      // After a lost connection most browsers come back by themselves; after an answer that is none, none does.
      if (source.readyState === EventSource.CLOSED && source === this.#source) this.#unlisten();
      else this.#close();
    };
  }

  #receive(kind, data) {
    let detail;
    try {
      detail = JSON.parse(data);
    } catch {
      return;
    }
    if (typeof detail?.instance === 'string') this.dispatchEvent(new CustomEvent(kind, { detail }));
  }

  #unlisten() {
    this.#source?.close();
    this.#source = null;
    this.#close();
  }

  #close() {
    if (!this.#open) return;
    this.#open = false;
    this.dispatchEvent(new Event('closed'));
  }
}
