/**
 * Which guests this page prefers: those of the hub's active set, or, on a page that may only watch, those chosen here
 * since the set last changed.
 * Event: `change`.
 */
export class PageFocus extends EventTarget {
  #active;
  #mayAsk;
  #own = null;

  /** `active`: the page's `ActiveSet`. `mayAsk()`: whether this page may change it for everybody. */
  constructor({ active, mayAsk }) {
    super();
    this.#active = active;
    this.#mayAsk = mayAsk;
    active.addEventListener('change', () => {
      this.#own = null;
      this.dispatchEvent(new Event('change'));
    });
  }

  get ids() {
    return this.#own ?? this.#active.ids;
  }

  /** `active`, `dimmed` beside active ones, or `none` while nobody is preferred. */
  of(id) {
    const { ids } = this;
    if (ids.length === 0) return 'none';
    return ids.includes(id) ? 'active' : 'dimmed';
  }

  select(ids) {
    const same = ids.length === this.ids.length && ids.every((id, index) => id === this.ids[index]);
    if (same) return;
    if (this.#mayAsk()) return this.#active.select(ids);
    this.#own = ids;
    this.dispatchEvent(new Event('change'));
  }

  toggle(id) {
    if (this.#mayAsk()) return this.#active.toggle(id);
    const { ids } = this;
    this.select(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
  }
}
