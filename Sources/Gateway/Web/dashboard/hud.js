const HUD_TIME = 3000;
/** While the mouse is the guest's, only moving it to the lower edge asks for what floats there. */
const EDGE = 12;

/**
 * A tile in full screen: enters and leaves it, and hides what floats over the picture after a while.
 * Event: `change` (entered or left).
 */
export class Hud extends EventTarget {
  #element;
  #timer = 0;

  constructor({ element, isControlled, signal }) {
    super();
    this.#element = element;
    document.addEventListener('fullscreenchange', () => this.#changed(), { signal });
    for (const type of ['focusin', 'keydown']) element.addEventListener(type, () => this.wake(), { signal });
    element.addEventListener('pointermove', ({ clientY, pointerType }) => {
      if (!isControlled() || pointerType !== 'mouse' || clientY > innerHeight - EDGE) this.wake();
    }, { signal });
    // Before the guest's keys: with the keyboard locked to the page, Esc ends full screen only if we do.
    window.addEventListener('keydown', (event) => {
      if (!this.isFull || event.code !== 'Escape' || event.ctrlKey || event.altKey || this.#element.querySelector(':popover-open')) return;
      this.leave();
    }, { signal, capture: true });
  }

  get isFull() {
    return this.#element.hasAttribute('data-full');
  }

  /** Enters full screen; to be called from a gesture. Gives false where the browser says no. */
  async enter() {
    try {
      await this.#element.requestFullscreen({ navigationUI: 'hide' });
    } catch {
      return false;
    }
    // With the keyboard locked to the page, the guest gets keys that the system keeps otherwise.
    navigator.keyboard?.lock?.().catch(() => {});
    return true;
  }

  async leave() {
    if (document.fullscreenElement === this.#element) await document.exitFullscreen().catch(() => {});
  }

  wake() {
    clearTimeout(this.#timer);
    this.#element.removeAttribute('data-idle');
    if (!this.isFull) return;
    this.#timer = setTimeout(() => {
      if (this.#element.querySelector(':popover-open, .plate :focus-visible')) return this.wake();
      this.#element.setAttribute('data-idle', '');
    }, HUD_TIME);
  }

  close() {
    clearTimeout(this.#timer);
  }

  #changed() {
    const full = document.fullscreenElement === this.#element;
    if (full === this.isFull) return;
    if (!full) navigator.keyboard?.unlock?.();
    this.#element.toggleAttribute('data-full', full);
    this.wake();
    this.dispatchEvent(new Event('change'));
  }
}
