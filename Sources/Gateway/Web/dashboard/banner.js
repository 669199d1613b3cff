import { h, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';

/** The strip at the lower edge that tells when the hub is away. It lies over the page, so that nothing moves. */
export class Banner {
  #element;
  #text = h('span');
  #next = h('span', { class: 'next' });
  #timer = 0;

  constructor({ element, onRetry }) {
    this.#element = element;
    element.append(
      icon('plug'), this.#text, this.#next,
      h('button', { class: 'plain-button', type: 'button', onclick: onRetry }, 'Try now'),
    );
  }

  show(text, retryAt) {
    clearInterval(this.#timer);
    setText(this.#text, text);
    const tell = () => {
      const seconds = Math.ceil((retryAt - performance.now()) / 1000);
      setText(this.#next, seconds > 0 ? `next try in ${seconds} s` : 'trying now');
    };
    tell();
    this.#timer = setInterval(tell, 500);
    this.#element.hidden = false;
  }

  hide() {
    clearInterval(this.#timer);
    this.#element.hidden = true;
  }
}
