/** Two clicks within this time, in milliseconds, are a double click. */
const DOUBLE_TIME = 500;

/**
 * Clicks and keys on a guest's picture while they are the page's, not the guest's.
 *
 * Events: `choose` (click, or Enter), `toggle` (either with Shift), `double` (a double click whose first click was the
 * page's: the second is nobody else's then, although the first one may have got control for the guest).
 */
export class StageClicks extends EventTarget {
  #mayClick;
  #clickedAt = -DOUBLE_TIME;

  /** `tile`: an element around `stage`. `mayClick()`: whether a click is the page's now. */
  constructor({ stage, tile, mayClick, signal }) {
    super();
    this.#mayClick = mayClick;
    stage.addEventListener('click', (event) => this.#click(event), { signal });
    stage.addEventListener('keydown', (event) => {
      if (event.target !== stage || event.code !== 'Enter' || !mayClick()) return;
      event.preventDefault();
      this.#choose(event);
    }, { signal });
    stage.addEventListener('dblclick', () => this.#isDouble && this.dispatchEvent(new Event('double')), { signal });
    // Before those who listen on the stage for the guest.
    tile.addEventListener('mousedown', (event) => {
      if (event.detail < 2 || !this.#isDouble || !stage.contains(event.target)) return;
      event.preventDefault();
      event.stopPropagation();
    }, { signal, capture: true });
  }

  get #isDouble() {
    return performance.now() - this.#clickedAt < DOUBLE_TIME;
  }

  #click(event) {
    if (!this.#mayClick()) return;
    if (event.detail < 2) this.#clickedAt = event.shiftKey ? -DOUBLE_TIME : performance.now();
    this.#choose(event);
  }

  #choose({ shiftKey }) {
    this.dispatchEvent(new Event(shiftKey ? 'toggle' : 'choose'));
  }
}
