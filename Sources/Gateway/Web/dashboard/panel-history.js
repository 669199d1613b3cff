import { h, setAttribute, setText } from '/shared/dom.js';
import { KeyedList } from './panel-list.js';
import { ago, crashWords, exact, isUnderWay, outcomeWords, partWords, span, strategyDone, strategyWords } from './panel-words.js';

/** Most rows of each list. */
const ROWS = 20;

/** What happened: ends that nobody asked for with what the process wrote last, and attempts to mend. */
export class PanelHistory {
  #crashes;
  #recoveries;
  #noCrash = h('p', { class: 'none' }, 'None is known');
  #noRecovery = h('p', { class: 'none' }, 'None is known');
  element;

  constructor() {
    const crashes = h('ol', { class: 'happened', 'aria-label': 'Crashes' });
    const recoveries = h('ol', { class: 'happened', 'aria-label': 'Recoveries' });
    this.#crashes = new KeyedList({ list: crashes, key: ({ service, time, pid }) => `${service} ${time} ${pid}`, make: crashRow });
    this.#recoveries = new KeyedList({ list: recoveries, key: ({ id }) => id, make: recoveryRow });
    this.element = h(
      'section', { class: 'panel-history', 'aria-label': 'History' },
      h('h3', {}, 'Crashes'), crashes, this.#noCrash,
      h('h3', {}, 'Recoveries'), recoveries, this.#noRecovery,
    );
  }

  /** Shows both lists, the newest first. */
  show({ crashes, recoveries }) {
    this.#crashes.show(crashes.slice(0, ROWS));
    this.#recoveries.show(recoveries.slice(0, ROWS));
    this.#noCrash.hidden = crashes.length > 0;
    this.#noRecovery.hidden = recoveries.length > 0;
  }

  /** Tells the relative times anew. */
  tick(now) {
    for (const time of this.element.querySelectorAll('time')) setText(time, ago(Date.parse(time.dateTime), now));
  }
}

/** A relative time, exact in its title; its words come with the next tick. */
const moment = (iso) => h('time', { datetime: iso, title: exact(new Date(iso)) });

function crashRow(crash) {
  const lines = crash.lastLines ?? [];
  const head = [h('strong', {}, partWords(crash.service)), ' ', h('span', {}, crashWords(crash)), moment(crash.time)];
  return {
    element: h('li', {}, lines.length > 0
      ? h('details', {}, h('summary', {}, ...head), h('pre', { tabindex: '0', 'aria-label': 'Its last lines' }, lines.join('\n')))
      : h('div', { class: 'summary' }, ...head)),
    // A crash does not change.
    show() {},
  };
}

function recoveryRow(first) {
  const outcome = h('strong');
  const what = h('span');
  const why = h('p', { class: 'why' });
  const detail = h('p', { class: 'why' });
  return {
    element: h('li', {}, h('div', { class: 'summary' }, outcome, ' ', what, moment(first.startedAt)), why, detail),
    show(record) {
      const { word, tone } = outcomeWords(record.outcome, isUnderWay(record, Date.now()));
      setText(outcome, word);
      setAttribute(outcome, 'data-tone', tone);
      const took = record.endedAt ? span((Date.parse(record.endedAt) - Date.parse(record.startedAt)) / 1000) : null;
      const done = record.outcome ? strategyDone(record.strategy) : strategyWords(record.strategy).toLowerCase();
      const number = record.forced ? 'asked for' : `attempt ${record.attempt}`;
      setText(what, done);
      const kind = record.failure === 'none' ? '' : `${record.failure}: `;
      const reasons = record.reasons?.length ? `${kind}${record.reasons.join('; ')}` : null;
      setText(why, [number, took, reasons].filter(Boolean).join(' · '));
      setText(detail, record.detail ?? '');
    },
  };
}
