import { h, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';

export const PAGE_SIZE = 9;

/** Which nine of more guests are shown. Hidden while one page holds them all. */
export class Pager extends EventTarget {
  #element;
  #text = h('span');
  #back;
  #forth;
  #count = 0;

  page = 0;

  constructor(element) {
    super();
    this.#element = element;
    this.#back = h('button', { class: 'tool', type: 'button', 'aria-label': 'Page before', onclick: () => this.turn(-1) }, icon('left'));
    this.#forth = h('button', { class: 'tool', type: 'button', 'aria-label': 'Next page', onclick: () => this.turn(1) }, icon('right'));
    element.append(this.#back, this.#text, this.#forth);
  }

  get pages() {
    return Math.max(1, Math.ceil(this.#count / PAGE_SIZE));
  }

  /** The part of `list` that belongs on the current page. */
  slice(list) {
    this.#count = list.length;
    this.page = Math.min(this.page, this.pages - 1);
    const first = this.page * PAGE_SIZE;
    const shown = list.slice(first, first + PAGE_SIZE);
    this.#element.hidden = this.pages === 1;
    setText(this.#text, `${first + 1}–${first + shown.length} of ${list.length}`);
    this.#back.disabled = this.page === 0;
    this.#forth.disabled = this.page === this.pages - 1;
    return shown;
  }

  /** Makes the page the one that holds place `index` of the list, without an event. */
  follow(index) {
    if (index >= 0) this.page = Math.floor(index / PAGE_SIZE);
  }

  turn(by) {
    const page = Math.min(this.pages - 1, Math.max(0, this.page + by));
    if (page === this.page) return;
    this.page = page;
    this.dispatchEvent(new Event('turn'));
  }
}
