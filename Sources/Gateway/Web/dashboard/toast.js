import { h, setText } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';

const icons = { good: 'check', calm: 'screen', wait: 'warning', bad: 'cross' };

/** One notice: what it is about, in a few lines, with a button to see more where there is more, and one to dismiss it. */
export class Toast {
  #icon = icon('screen');
  #title = h('strong');
  #class = h('span', { class: 'failure-class', hidden: true });
  #lines = h('div', { class: 'toast-lines' });
  #more = h('button', { class: 'plain-button', type: 'button', hidden: true }, 'Details');
  #dismiss = h('button', { class: 'tool', type: 'button' }, icon('cross'));
  #onMore = null;
  #onDismiss = null;

  /** Milliseconds it stays; null while what it tells is not over. */
  left = null;
  element;

  /** `onRemove()` takes it off the page. */
  constructor({ key, onRemove }) {
    const dismiss = () => {
      this.#onDismiss?.();
      onRemove();
    };
    this.#dismiss.addEventListener('click', dismiss);
    this.#more.addEventListener('click', () => this.#onMore?.(this.#more));
    this.element = h(
      'li', { class: 'toast', 'data-key': key, 'aria-atomic': 'true' },
      this.#icon,
      h('div', { class: 'toast-text' }, h('p', { class: 'toast-head' }, this.#title, this.#class), this.#lines, this.#more),
      this.#dismiss,
    );
    this.element.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      dismiss();
    });
  }

  /** `lines`: short texts; `life`: ms, or null to stay; `onMore(button)`: null for no button; `onDismiss()`: a person takes it away. */
  show({ tone, title, kind = null, lines = [], life, onMore = null, onDismiss = null }) {
    this.element.dataset.tone = tone;
    changeIcon(this.#icon, icons[tone]);
    setText(this.#title, title);
    this.#class.hidden = kind === null;
    setText(this.#class, kind ?? '');
    const rows = lines.filter(Boolean);
    while (this.#lines.children.length > rows.length) this.#lines.lastChild.remove();
    while (this.#lines.children.length < rows.length) this.#lines.append(h('p'));
    rows.forEach((text, index) => setText(this.#lines.children[index], text));
    this.#onMore = onMore;
    this.#onDismiss = onDismiss;
    this.#more.hidden = onMore === null;
    this.#dismiss.setAttribute('aria-label', `Dismiss: ${title}`);
    this.#dismiss.setAttribute('title', 'Dismiss');
    this.left = life;
  }

  focus() {
    this.#dismiss.focus();
  }
}
