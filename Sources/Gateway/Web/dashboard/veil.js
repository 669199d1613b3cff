import { h, setAttribute, setText } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';
import { bootWords, legWords } from '/shared/status-words.js';

const LEGS = ['signaling', 'ice', 'dtls', 'media'];

/**
 * What lies over a guest's picture while there is none: that it starts, how far the connection is, or which leg
 * failed, why, and what happens next.
 */
export class Veil {
  #mark = icon('plug');
  #spinner = h('span', { class: 'spinner', 'aria-hidden': 'true' });
  #title = h('strong');
  #detail = h('p');
  #next = h('span', { class: 'next' });
  #bar = h('span');
  #progress = h('div', {
    class: 'progress', role: 'progressbar', 'aria-label': 'Start of the guest', 'aria-valuemin': '0', 'aria-valuemax': '100', hidden: true,
  }, this.#bar);
  #again;
  #steps;
  #timer = 0;

  element;

  constructor({ onRetry }) {
    this.#again = h('button', { class: 'plain-button', type: 'button', onclick: (event) => {
      event.stopPropagation();
      onRetry();
    } }, 'Try now');
    this.#steps = LEGS.map((leg) => h('li', { 'data-leg': leg }, leg));
    this.element = h(
      'div',
      { class: 'veil' },
      h('div', { class: 'veil-head' }, this.#spinner, this.#mark, this.#title),
      this.#detail,
      this.#progress,
      h('ol', { class: 'legs', 'aria-label': 'Legs of the connection' }, ...this.#steps),
      h('div', { class: 'veil-foot' }, this.#next, this.#again),
    );
    this.hide();
  }

  hide() {
    clearInterval(this.#timer);
    this.element.dataset.kind = 'none';
  }

  /** The guest itself is not there yet; `news`: how far it is, `{phase, progress, message}`, or null. */
  showBooting(news) {
    const message = news?.message ? `${news.message[0].toUpperCase()}${news.message.slice(1)}.` : 'Its picture appears here by itself.';
    this.#show('booting', bootWords[news?.phase] ?? 'Guest is starting', message, null);
    const progress = news?.progress ?? null;
    this.#progress.hidden = progress === null;
    if (progress !== null) {
      this.#bar.style.transform = `scaleX(${progress})`;
      setAttribute(this.#progress, 'aria-valuenow', Math.round(progress * 100));
    }
    setText(this.#next, '');
  }

  showConnecting(leg) {
    this.#show('connecting', legWords[leg] ?? 'Connecting', '', null);
    setText(this.#next, '');
  }

  /** `retryAt` on the `performance.now()` clock, or null while an attempt runs or none is due. */
  showFailure({ leg, code, title, detail }, { retryAt, connecting, currentLeg }) {
    this.#show('failed', title, detail, leg);
    changeIcon(this.#mark, code === 'hub-away' ? 'plug' : 'warning');
    this.#again.hidden = retryAt === null;
    const tell = () => {
      if (connecting) return setText(this.#next, `Trying again: ${(legWords[currentLeg] ?? 'connecting').toLowerCase()}`);
      if (retryAt === null) return setText(this.#next, 'Trying again when the hub is back');
      const seconds = Math.max(1, Math.ceil((retryAt - performance.now()) / 1000));
      setText(this.#next, `Trying again in ${seconds} s`);
    };
    tell();
    this.#timer = setInterval(tell, 500);
  }

  #show(kind, title, detail, failedLeg) {
    clearInterval(this.#timer);
    this.element.dataset.kind = kind;
    this.#again.hidden = true;
    this.#progress.hidden = true;
    setText(this.#title, title);
    setText(this.#detail, detail);
    const failed = LEGS.indexOf(failedLeg);
    this.#steps.forEach((step, index) => {
      step.dataset.state = failed < 0 ? 'none' : index < failed ? 'done' : index === failed ? 'failed' : 'open';
    });
  }
}
