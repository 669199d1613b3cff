import { h, setAttribute, setText } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';

const words = {
  healthy: { word: 'Healthy', tone: 'good', icon: 'dot' },
  degraded: { word: 'Degraded', tone: 'wait', icon: 'dotHalf' },
  unhealthy: { word: 'Unhealthy', tone: 'bad', icon: 'dotCross' },
};
const unknown = { word: 'Health unknown', tone: 'calm', icon: 'dotOpen' };

/** The button on a tile's plate that tells the guest's health at a glance, and opens its details. */
export class HealthDot {
  #sign = icon('dotOpen');
  #word = h('span', { class: 'unseen' });
  #guest = '';
  #text = '';

  element;

  constructor({ onOpen }) {
    this.element = h(
      'button', { class: 'tool health', type: 'button', 'aria-haspopup': 'dialog', onclick: onOpen }, this.#sign, this.#word,
    );
    this.show(null);
  }

  name(guest) {
    this.#guest = guest;
    this.#label();
  }

  /** Shows a report's `{overallStatus, failureType}`, or for null that nothing is known now. */
  show(report) {
    const { word, tone, icon: sign } = words[report?.overallStatus] ?? unknown;
    const failure = report?.failureType;
    changeIcon(this.#sign, sign);
    setAttribute(this.element, 'data-tone', tone);
    this.#text = failure && failure !== 'none' ? `${word}: ${failure}` : word;
    this.#label();
  }

  #label() {
    setText(this.#word, `${this.#text}, details of ${this.#guest}`);
    setAttribute(this.element, 'title', this.#text);
  }
}
