import { h, setText } from '/shared/dom.js';
import { Toast } from './toast.js';

/** Notices seen at once. */
const SEEN = 3;
/** Notices kept; of more the oldest go. */
const LIMIT = 30;
const STEP = 250;

/**
 * The notices of the page, the newest last; of more than three the older ones are behind "+n". A key stands for one
 * matter: what is told of it again changes its notice. None goes while the pointer is over them or the keyboard in them.
 */
export class ToastStack {
  #toasts = new Map();
  #list = h('ol', { class: 'toasts-list', 'aria-live': 'polite', 'aria-relevant': 'additions text' });
  #more = h('button', { class: 'plain-button toasts-more', type: 'button', hidden: true, onclick: () => this.#toggle() });
  #unfolded = false;
  #isHeld = false;
  #timer = 0;

  element;

  constructor() {
    this.element = h('section', { class: 'toasts', 'aria-label': 'Notices' }, this.#more, this.#list);
    const { element } = this;
    let [pointer, keyboard] = [false, false];
    const hold = () => { this.#isHeld = pointer || keyboard; };
    element.addEventListener('pointerenter', () => { pointer = true; hold(); });
    element.addEventListener('pointerleave', () => { pointer = false; hold(); });
    element.addEventListener('focusin', () => { keyboard = true; hold(); });
    element.addEventListener('focusout', ({ relatedTarget }) => { keyboard = element.contains(relatedTarget); hold(); });
  }

  has(key) {
    return this.#toasts.has(key);
  }

  /** Shows a notice (see `Toast`), or changes the one of this key. */
  show(key, content) {
    let toast = this.#toasts.get(key);
    if (toast) toast.show(content);
    else {
      toast = new Toast({ key, onRemove: () => this.remove(key) });
      this.#toasts.set(key, toast);
      toast.show(content);
      this.#list.append(toast.element);
    }
    for (const old of this.#toasts.keys()) {
      if (this.#toasts.size <= LIMIT) break;
      this.remove(old);
    }
    this.#arrange();
    this.#timer ||= setInterval(() => this.#pass(), STEP);
  }

  remove(key) {
    const toast = this.#toasts.get(key);
    if (!toast) return;
    const held = toast.element.contains(document.activeElement);
    const keys = [...this.#toasts.keys()];
    const next = keys[keys.indexOf(key) + 1] ?? keys[keys.indexOf(key) - 1];
    this.#toasts.delete(key);
    toast.element.remove();
    this.#arrange();
    if (held) this.#toasts.get(next)?.focus();
    if (this.#toasts.size > 0) return;
    this.#unfolded = false;
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #pass() {
    if (this.#isHeld || document.hidden) return;
    for (const [key, toast] of [...this.#toasts]) {
      if (toast.left === null) continue;
      toast.left -= STEP;
      if (toast.left <= 0) this.remove(key);
    }
  }

  #toggle() {
    this.#unfolded = !this.#unfolded;
    this.#arrange();
  }

  #arrange() {
    const all = [...this.#toasts.values()];
    const hidden = this.#unfolded ? 0 : Math.max(0, all.length - SEEN);
    all.forEach(({ element }, index) => { element.hidden = index < hidden; });
    this.element.toggleAttribute('data-unfolded', this.#unfolded && all.length > SEEN);
    this.#more.hidden = all.length <= SEEN;
    setText(this.#more, this.#unfolded ? 'Show fewer' : `+${all.length - SEEN} more`);
    this.#more.setAttribute('aria-expanded', String(this.#unfolded));
  }
}
