import { h, setText } from '/shared/dom.js';

const dash = '–';
const number = (value, digits = 0) => (value === null || value === undefined ? dash : value.toFixed(digits));
const unit = (value, digits, name) => (value === null || value === undefined ? dash : `${value.toFixed(digits)} ${name}`);

/** Limits of good and fair; a guest that stands still draws 0 frames and is well, so frames have none. */
const limits = { loss: [1, 5], rtt: [50, 150] };

function tone(kind, value) {
  if (value === null || value === undefined) return '';
  const [good, fair] = limits[kind];
  return value <= good ? 'good' : value <= fair ? 'wait' : 'bad';
}


function clickToPixel({ clickToPixel: all }) {
  return all ? `${[all.p50, all.p95, all.p99].map((one) => number(one)).join(' / ')} ms` : dash;
}

function rendition({ shown, lowered }) {
  if (!shown) return dash;
  return lowered ? `${shown}, the link is slow` : shown;
}

/** Name, text, tone, and what the name leaves unsaid. */
const rows = [
  ['Click to pixel', clickToPixel, null, 'From input to picture, of the last 200: median / 95 % / 99 %'],
  ['Frames', (s) => unit(s.fps, 0, 'fps')],
  ['Rendition', rendition, (s) => (s.lowered ? 'wait' : '')],
  ['Picture', (s) => (s.width ? `${s.width} × ${s.height}` : dash)],
  ['Codec', (s) => s.codec ?? dash],
  ['Rate', (s) => (s.kbps >= 1000 ? `${(s.kbps / 1000).toFixed(1)} Mbit/s` : unit(s.kbps, 0, 'kbit/s'))],
  ['Round trip', (s) => unit(s.roundTripMs, s.roundTripMs < 10 ? 1 : 0, 'ms'), (s) => tone('rtt', s.roundTripMs)],
  ['Buffer', (s) => unit(s.bufferMs, 1, 'ms')],
  ['Jitter', (s) => unit(s.jitterMs, 1, 'ms')],
  ['Loss', (s) => unit(s.lossPercent, 1, '%'), (s) => tone('loss', s.lossPercent)],
];

/** Measured values of one stream: a short line, and a list with all of them. */
export class StatsPanel {
  #cells;

  line = h('span', { class: 'stats-line' });
  list;

  constructor() {
    this.#cells = rows.map(([name, , , title]) => {
      const value = h('dd', {}, dash);
      return { value, row: h('div', { title }, h('dt', {}, name), value) };
    });
    this.list = h('dl', { class: 'stats-list' }, ...this.#cells.map(({ row }) => row));
  }

  /** Shows a sample, or without one `words` in place of the line. */
  show(stats, words = '') {
    const sample = stats ?? {};
    rows.forEach(([, text, toneOf], index) => {
      const { value } = this.#cells[index];
      setText(value, text(sample));
      if (toneOf) value.dataset.tone = toneOf(sample);
    });
    const size = sample.width ? `${sample.width}×${sample.height}` : null;
    const frames = sample.fps === null || sample.fps === undefined ? null : `${number(sample.fps)} fps`;
    const parts = [sample.lowered ? 'the link is slow' : null, frames, size];
    setText(this.line, parts.filter(Boolean).join(' · ') || words);
  }
}
