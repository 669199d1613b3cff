import { status } from '/shared/api.js';

/**
 * What this page may do: `view`, `control` or `admin` as the hub says, `view` by the person's own wish (`?view=1`), or
 * null while nobody said anything, which holds nothing back. The hub and the nodes judge by themselves; the page only
 * leaves out what would be refused.
 * Event: `change`.
 */
export class Access extends EventTarget {
  #wished;

  level = null;

  constructor({ viewOnly }) {
    super();
    this.#wished = viewOnly;
    if (viewOnly) this.level = 'view';
  }

  get isViewOnly() {
    return this.level === 'view';
  }

  /** What an offer asks for; null leaves it to the node. */
  get asked() {
    return this.#wished ? 'view' : null;
  }

  /** Asks the hub. */
  async ask() {
    const told = (await status().catch(() => null))?.access ?? null;
    this.take(told);
  }

  /** Takes what the hub or a node granted. */
  take(granted) {
    const level = this.#wished ? 'view' : granted;
    if (level === this.level || granted === null) return;
    this.level = level;
    this.dispatchEvent(new Event('change'));
  }
}
