import { h, setAttribute } from '/shared/dom.js';

const MARGIN = 8;

let count = 0;

/**
 * A panel that a button opens beside itself, above everything else on the page. Escape, the button and a click
 * elsewhere close it, and the keyboard goes back to the button.
 *
 * Events: `open` (it is about to), `closed`.
 */
export class Popup extends EventTarget {
  #button;

  element;

  /** `menu`: its content are `menuitem`s, between which the arrow keys move. */
  constructor({ button, className = '', menu = false }, ...content) {
    super();
    this.#button = button;
    this.element = h(
      'div', { class: `popup ${className}`, id: `popup-${(count += 1)}`, popover: 'auto', role: menu ? 'menu' : 'group' }, ...content,
    );
    setAttribute(button, 'aria-haspopup', menu ? 'menu' : 'true');
    setAttribute(button, 'aria-expanded', 'false');
    button.popoverTargetElement = this.element;
    // At once: a key pressed in the next instant is for what has the keyboard then.
    this.element.addEventListener('beforetoggle', ({ newState }) => this.#toggle(newState === 'open'));
    this.element.addEventListener('toggle', () => this.#settle());
    this.element.addEventListener('keydown', (event) => this.#down(event));
  }

  get isOpen() {
    return this.element.matches(':popover-open');
  }

  name(text) {
    setAttribute(this.element, 'aria-label', text);
  }

  open() {
    if (this.isOpen) return;
    this.element.showPopover({ source: this.#button });
    this.#settle();
  }

  close() {
    if (this.isOpen) this.element.hidePopover();
  }

  /** Puts it beside its button again, for when its content has another size. */
  place() {
    if (!this.isOpen) return;
    const anchor = this.#button.getBoundingClientRect();
    const { width, height } = this.element.getBoundingClientRect();
    const zoom = this.element.currentCSSZoom ?? 1;
    const left = Math.min(anchor.right - width, innerWidth - width - MARGIN);
    const above = anchor.top - height - MARGIN;
    const top = above >= MARGIN ? above : Math.min(anchor.bottom + MARGIN, innerHeight - height - MARGIN);
    this.element.style.left = `${Math.max(MARGIN, left) / zoom}px`;
    this.element.style.top = `${Math.max(MARGIN, top) / zoom}px`;
    this.element.dataset.placed = '';
  }

  #toggle(open) {
    setAttribute(this.#button, 'aria-expanded', open);
    this.dispatchEvent(new Event(open ? 'open' : 'closed'));
  }

  #settle() {
    if (!this.isOpen) {
      delete this.element.dataset.placed;
      return;
    }
    this.place();
    if (!this.element.contains(document.activeElement)) this.#items()[0]?.focus({ preventScroll: true });
  }

  #items() {
    return [...this.element.querySelectorAll('button:not(:disabled):not([hidden]), a[href], input')]
      .filter((item) => item.offsetParent !== null);
  }

  #down(event) {
    // Its keys are its own, and neither the page's nor the tile's.
    event.stopPropagation();
    const items = this.#items();
    const index = items.indexOf(document.activeElement);
    const next = {
      ArrowDown: index + 1, ArrowRight: index + 1, ArrowUp: index - 1, ArrowLeft: index - 1, Home: 0, End: items.length - 1,
    }[event.code];
    if (next === undefined || event.target.matches('input')) return;
    event.preventDefault();
    items.at(next % items.length)?.focus();
  }
}
