import { h, setAttribute } from '/shared/dom.js';
import { levelPart } from '/shared/level.js';

/** What a screen reader may ask for is not told anew ten times a second. */
const WORDS_INTERVAL = 2000;

/**
 * How loud the guest is, as its node measured it. Only a transform changes, which costs the page no layout and no
 * painting, and its transition gives the calm fall.
 */
export class LevelMeter {
  #cover = h('span', { class: 'level-cover' });
  #part = -1;
  #wordsAt = -WORDS_INTERVAL;
  #timer = 0;
  #text = '';

  element = h('div', {
    class: 'level', role: 'meter', 'aria-valuemin': '-60', 'aria-valuemax': '0',
  }, this.#cover);

  constructor() {
    this.show(undefined);
  }

  name(guest) {
    setAttribute(this.element, 'aria-label', `Sound level of ${guest}`);
  }

  /** Shows an RMS in dBFS; null is digital silence, undefined that nobody knows. */
  show(rms) {
    const part = rms === undefined ? 0 : levelPart(rms);
    const text = rms === undefined ? 'not known' : part === 0 ? 'silent' : `${Math.round(rms)} dB`;
    if (part !== this.#part) {
      setAttribute(this.#cover, 'data-falls', part < this.#part ? '' : null);
      this.#cover.style.setProperty('--rest', (1 - part).toFixed(3));
      this.#part = part;
    }
    this.#text = text;
    setAttribute(this.element, 'data-known', rms === undefined ? 'no' : 'yes');
    this.#timer ||= setTimeout(() => this.#tell(), Math.max(0, this.#wordsAt + WORDS_INTERVAL - performance.now()));
  }

  close() {
    clearTimeout(this.#timer);
    this.#timer = -1;
  }

  #tell() {
    this.#timer = 0;
    this.#wordsAt = performance.now();
    setAttribute(this.element, 'aria-valuetext', this.#text);
    setAttribute(this.element, 'aria-valuenow', Math.round(this.#part * 60 - 60));
  }
}
