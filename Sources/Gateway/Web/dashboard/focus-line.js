import { h, setAttribute, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';

/** In the head of the page: which guests are in focus, which may be out of sight, with the way to end it. */
export class FocusLine {
  #button;
  #text = h('span');

  constructor({ element, onClear }) {
    this.#button = h('button', { class: 'tool wide focus-line', type: 'button', hidden: true, onclick: onClear }, icon('focus'), this.#text, icon('cross'));
    element.append(this.#button);
  }

  /** `names` of the guests in focus. */
  show(names) {
    this.#button.hidden = names.length === 0;
    setText(this.#text, names.length === 1 ? names[0] : `${names.length} in focus`);
    setAttribute(this.#button, 'title', `In focus: ${names.join(', ')}. The others are smaller and quieter. Press to end.`);
    setAttribute(this.#button, 'aria-label', `End the focus on ${names.join(', ')}`);
  }
}
