import { h, setAttribute, setText } from '/shared/dom.js';
import { CAPACITY, INTERVAL } from './trend.js';

const MINUTES = (CAPACITY * INTERVAL) / 60_000;
const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * One small chart of the last ten minutes with its text alternative: what is least, now and most. Without a drawing
 * library the text stands alone.
 *
 * `series`: `{name, column, text}` each; `text(value)` gives a value with its unit. `scale`: `{min, max, suggestedMax}`
 * of the value axis, and `tick(value)` its label. `plot(value)`: what is drawn for a value; the text keeps the value.
 */
export class TrendChart {
  #series;
  #plot;
  #scale;
  #title;
  #caption = h('p', { class: 'chart-figures' });
  #canvas = h('canvas', { role: 'img' });
  #frame;
  #drawing = null;

  element;

  constructor({ title, note = null, series, scale = {}, plot = (value) => value }) {
    this.#title = title;
    this.#series = series;
    this.#scale = scale;
    this.#plot = plot;
    this.#frame = h('div', { class: 'chart-frame' }, this.#canvas);
    const keys = series.length > 1
      ? h('ul', { class: 'chart-keys', 'aria-hidden': 'true' }, ...series.map(({ name }) => h('li', {}, name)))
      : null;
    this.element = h(
      'figure', { class: 'chart' },
      h('figcaption', {}, h('strong', {}, title), keys, note && h('span', { class: 'chart-note' }, note)),
      this.#frame, this.#caption,
    );
  }

  /** Samples that are drawn of the first series. */
  get points() {
    return this.#drawing?.data.datasets[0].data.length ?? 0;
  }

  /** Begins to draw with the library given; null takes the drawing's place away. */
  use(Chart) {
    this.#frame.hidden = Chart === null;
    if (Chart === null || this.#drawing) return;
    this.#drawing = new Chart(this.#canvas, this.#configuration());
    this.#colour();
    dark.addEventListener('change', () => this.#colour());
  }

  /** Shows what the trend holds now. */
  show(trend) {
    const columns = this.#series.map(({ column }) => trend.column(column));
    const texts = this.#series.map((one, index) => `${this.#series.length > 1 ? `${one.name}: ` : ''}${summary(one, columns[index])}`);
    setText(this.#caption, texts.join(' — '));
    setAttribute(this.#canvas, 'aria-label', `${this.#title}, last ${MINUTES} minutes. ${texts.join('. ')}`);
    if (!this.#drawing) return;
    const last = columns[0].length - 1;
    this.#drawing.data.datasets.forEach((set, index) => {
      set.data = columns[index].map((value, place) => ({
        x: ((place - last) * INTERVAL) / 1000,
        y: value === null ? null : this.#plot(value),
      }));
    });
    setAttribute(this.#canvas, 'data-points', this.points);
    this.#drawing.update('none');
  }

  #configuration() {
    return {
      type: 'line',
      data: { datasets: this.#series.map(({ name }) => ({ label: name, data: [] })) },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        parsing: false,
        normalized: true,
        spanGaps: false,
        events: [],
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
        elements: { point: { radius: 0 }, line: { borderWidth: 1.5, borderJoinStyle: 'round' } },
        layout: { padding: { top: 4 } },
        scales: {
          x: {
            type: 'linear', min: -MINUTES * 60, max: 0,
            ticks: {
              stepSize: 150, maxRotation: 0, font: { size: 11 },
              callback: (value) => (value === 0 ? 'now' : value % 300 === 0 ? `${value / 60} min` : ''),
            },
          },
          y: {
            type: 'linear', min: this.#scale.min ?? 0, max: this.#scale.max, suggestedMax: this.#scale.suggestedMax,
            // A fixed width, so that a longer label moves nothing.
            afterFit: (axis) => { axis.width = 52; },
            ticks: { maxTicksLimit: 4, font: { size: 11 }, callback: this.#scale.tick ?? ((value) => value) },
          },
        },
      },
    };
  }

  /** Colours as the style sheet has them: a canvas knows no `light-dark()`. */
  #colour() {
    const of = (name) => {
      this.#frame.dataset.probe = name;
      return getComputedStyle(this.#frame).color;
    };
    const { data, options } = this.#drawing;
    data.datasets.forEach((set, index) => { set.borderColor = of(index === 0 ? 'line' : 'second'); });
    const [text, grid] = [of('text'), of('grid')];
    for (const axis of Object.values(options.scales)) {
      axis.ticks.color = text;
      axis.grid = { color: grid, borderColor: grid, tickColor: grid, tickLength: 4 };
    }
    delete this.#frame.dataset.probe;
    this.#drawing.update('none');
  }
}

/** "least 12 fps · now 30 fps · most 31 fps", of what was measured. */
function summary({ text }, column) {
  const known = column.filter((value) => value !== null);
  if (known.length === 0) return 'nothing measured';
  const now = column.at(-1) ?? column.at(-2) ?? null;
  return `min ${text(Math.min(...known))} · now ${now === null ? '–' : text(now)} · max ${text(Math.max(...known))}`;
}
