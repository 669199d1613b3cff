import { h, setAttribute, setText } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';
import { KeyedList } from './panel-list.js';
import { classWords, healthWords, partWords } from './panel-words.js';
import { trendValues } from './trend.js';

const figure = (value, unit) => (typeof value === 'number' ? `${value.toFixed(0)} ${unit}` : '–');

/** Key figures: what there is to see of an instance that is well. */
const figures = [
  ['Frames', ({ deepHealth }) => figure(deepHealth?.video?.estimated_frame_rate, 'fps')],
  ['Bitrate', (report) => figure(trendValues(report).kbps, 'kbit/s')],
  ['Processor', ({ deepHealth }) => figure(deepHealth?.performance?.qemu_cpu, '%')],
  ['Viewers', ({ viewers }) => (typeof viewers === 'number' ? String(viewers) : '–')],
];

/** How the instance is in words, the failure's class, and the evidence: part, reason, value, limit. */
export class PanelVerdict {
  #icon = icon('question');
  #word = h('strong');
  #class = h('span', { class: 'failure-class', hidden: true });
  #line;
  #text = h('p', { class: 'verdict-text' });
  #evidence;
  #cells = figures.map(() => h('dd'));
  #figures = h('dl', { class: 'key-figures' }, ...figures.map(([name], index) => h('div', {}, h('dt', {}, name), this.#cells[index])));
  element;

  constructor() {
    // What changes here is what a person opened the panel for.
    this.#line = h('p', { class: 'verdict-line', role: 'status' }, this.#icon, this.#word, this.#class);
    const list = h('ul', { class: 'evidence', 'aria-label': 'Evidence' });
    this.#evidence = new KeyedList({ list, key: ({ part, reason }) => `${part} ${reason}`, make: evidenceRow });
    this.element = h('section', { class: 'panel-verdict', 'aria-label': 'Verdict' }, this.#line, this.#text, list, this.#figures);
  }

  /** Shows a report, or without one `words` of why there is none. */
  show(health, words) {
    const { word, tone, icon: sign } = healthWords(health?.overallStatus);
    this.element.dataset.tone = tone;
    changeIcon(this.#icon, sign);
    setText(this.#word, word);
    const kind = health?.failureType ?? 'none';
    this.#class.hidden = kind === 'none';
    setText(this.#class, kind === 'none' ? '' : kind);
    setText(this.#text, text(health, kind, words));
    const evidence = health?.evidence?.length ? health.evidence : (health?.errors ?? []).map((reason) => ({ reason }));
    this.#evidence.show(evidence);
    this.#figures.hidden = !health || evidence.length > 0;
    if (health) figures.forEach(([, read], index) => setText(this.#cells[index], read(health)));
  }
}

function text(health, kind, words) {
  if (!health) return words;
  if (kind !== 'none') return `${classWords(kind) ?? 'A failure of a class that this page does not know'}.`;
  if (health.overallStatus === 'healthy') return 'All that is measured is within its limits.';
  return 'Nothing has failed.';
}

function evidenceRow() {
  const part = h('span', { class: 'part' });
  const reason = h('span', { class: 'reason' });
  const value = h('span', { class: 'value' });
  return {
    element: h('li', {}, part, reason, value),
    show(one) {
      setText(part, one.part ? partWords(one.part) : '');
      setText(reason, one.reason);
      const limit = one.threshold === null || one.threshold === undefined ? '' : `, limit ${one.threshold}`;
      setText(value, one.value === undefined ? '' : `measured ${one.value}${limit}`);
      setAttribute(this.element, 'data-severe', one.isSevere ? '' : null);
    },
  };
}
