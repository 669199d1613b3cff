import { h, setAttribute, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';

const STEPS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2];
const KEY = 'loco.zoom';

/** How much larger than what fits the pictures are, 0.5 to 2; kept for the next visit. Event: `change`. */
export class Zoom extends EventTarget {
  #value = 1;
  #less;
  #more;
  #text = h('span');
  #reset;

  constructor(element) {
    super();
    const tool = (label, sign, by) => h(
      'button', { class: 'tool', type: 'button', title: label, 'aria-label': label, onclick: () => this.step(by) }, icon(sign),
    );
    this.#less = tool('Smaller pictures', 'minus', -1);
    this.#more = tool('Larger pictures', 'plus', 1);
    this.#reset = h('button', { class: 'tool wide', type: 'button', title: 'As large as fits', onclick: () => this.set(1) }, this.#text);
    element.append(this.#less, this.#reset, this.#more);
    this.#value = STEPS.includes(saved()) ? saved() : 1;
    this.#show();
  }

  get value() {
    return this.#value;
  }

  /** To the next size: 1 larger, -1 smaller. */
  step(by) {
    this.set(STEPS[STEPS.indexOf(this.#value) + by] ?? this.#value);
  }

  set(value) {
    if (value === this.#value) return;
    this.#value = value;
    try {
      localStorage.setItem(KEY, String(value));
    } catch {
      // A browser that keeps nothing for this page starts at 1 the next time.
    }
    this.#show();
    this.dispatchEvent(new Event('change'));
  }

  #show() {
    const percent = `${Math.round(this.#value * 100)} %`;
    setText(this.#text, percent);
    setAttribute(this.#reset, 'aria-label', `Size of the pictures: ${percent}. Back to what fits`);
    this.#less.disabled = this.#value === STEPS[0];
    this.#more.disabled = this.#value === STEPS.at(-1);
  }
}

function saved() {
  try {
    return Number(localStorage.getItem(KEY));
  } catch {
    return null;
  }
}
