import { h, setAttribute, setText } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';
import { decibels } from '/shared/level.js';
import { statusWords } from '/shared/status-words.js';
import { HealthDot } from './health-dot.js';
import { LevelMeter } from './level-meter.js';
import { StatsPanel } from './stats-panel.js';

/** What is told of a guest beside its picture: name, state, health, who controls, figures, sound level. */
export class Plate {
  #name = h('h2');
  #statusIcon = icon('question');
  #statusWord = h('span');
  #status = h('span', { class: 'status' }, this.#statusIcon, this.#statusWord);
  #control;
  #controlText = h('span');
  #meter = new LevelMeter();
  #estimate = undefined;
  #measured = undefined;

  health;
  stats = new StatsPanel();
  element;

  /** `tools`: the element with the tile's buttons; `marks`: short signs beside the name. */
  constructor({ tools, marks = [], onDetails, onRelease }) {
    this.health = new HealthDot({ onOpen: onDetails });
    this.#control = h(
      'button', { class: 'control', type: 'button', hidden: true, onclick: onRelease }, icon('person'), this.#controlText,
    );
    this.element = h(
      'div',
      { class: 'plate' },
      this.#meter.element,
      h('div', { class: 'who' }, this.#name, this.#status, this.health.element, ...marks),
      h('div', { class: 'facts' }, this.#control, this.stats.line, this.stats.list),
      tools,
    );
  }

  name(guest) {
    setText(this.#name, guest);
    setAttribute(this.#name, 'title', guest);
    this.health.name(guest);
    this.#meter.name(guest);
  }

  showStatus(status) {
    const { word, tone, icon: sign } = statusWords(status);
    setText(this.#statusWord, word);
    setAttribute(this.#status, 'title', word);
    changeIcon(this.#statusIcon, sign);
    this.#status.dataset.tone = tone;
  }

  /** Shows a health report, or null; its level is for guests whose stream tells none. */
  showHealth(report) {
    this.health.show(report);
    const level = report?.deepHealth?.audio?.estimated_level ?? null;
    this.#estimate = level === null ? undefined : decibels(level);
    this.#showLevel();
  }

  /** Shows the stream's level, `{rms}`, or null for a guest that does not stream. */
  showLevel(level) {
    this.#measured = level ? level.rms : undefined;
    this.#showLevel();
  }

  /** Shows who controls, or nobody for null; `release`: the words are a button that gives control back. */
  showControl(text, release) {
    this.#control.hidden = text === null;
    this.#control.disabled = !release;
    setText(this.#controlText, text ?? '');
  }

  close() {
    this.#meter.close();
  }

  #showLevel() {
    this.#meter.show(this.#measured === undefined ? this.#estimate : this.#measured);
  }
}
