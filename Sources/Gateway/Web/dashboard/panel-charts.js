import { h } from '/shared/dom.js';
import { REMEDY, chartLibrary } from './chart-library.js';
import { TrendChart } from './chart.js';
import { Trend, trendValues } from './trend.js';

const HUB_COLUMNS = ['fps', 'grabbedFps', 'kbps', 'level', 'encodeMs', 'viewers'];
const FLOOR = -60;

const decibels = (level) => (level > 0 ? Math.max(FLOOR, 20 * Math.log10(level)) : FLOOR);
const rate = (kbps) => (kbps >= 1000 ? `${(kbps / 1000).toFixed(1)} Mbit/s` : `${Math.round(kbps)} kbit/s`);
const ms = (value) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
const fps = (value) => `${Math.round(value)} fps`;

const charts = [
  {
    title: 'Frames per second', scale: { suggestedMax: 30 },
    series: [{ name: 'changed', column: 'fps', text: fps }, { name: 'grabbed', column: 'grabbedFps', text: fps }],
  },
  {
    title: 'Bitrate', note: 'all encoders', scale: { suggestedMax: 500, tick: (value) => (value >= 1000 ? `${value / 1000} M` : `${value} k`) },
    series: [{ name: 'bitrate', column: 'kbps', text: rate }],
  },
  {
    title: 'Sound level', scale: { min: FLOOR, max: 0, tick: (value) => `${value} dB` }, plot: decibels,
    series: [{ name: 'level', column: 'level', text: (level) => (level > 0.001 ? `${decibels(level).toFixed(0)} dB` : 'silence') }],
  },
  {
    title: 'Time to encode', note: '95 % of frames of the last 10 s', scale: { suggestedMax: 10, tick: (value) => `${value} ms` },
    series: [{ name: 'encode', column: 'encodeMs', text: ms }],
  },
];

const delay = {
  title: 'Delay', note: 'measured by this page since it was opened',
  scale: { suggestedMax: 50, tick: (value) => `${value} ms` },
  series: [
    { name: 'round trip + buffer', column: 'wayMs', text: ms },
    { name: 'click to pixel, median', column: 'clickMs', text: ms },
  ],
};

/** The samples of one player: the way from the node into the decoder, and from a click to its picture. */
export function delayTrend() {
  return new Trend(['wayMs', 'clickMs']);
}

/** What a sample of statistics says of delay; null where one of its parts was not measured. */
export function delayValues({ roundTripMs, bufferMs, clickToPixel }) {
  const isKnown = typeof roundTripMs === 'number' && typeof bufferMs === 'number';
  return { wayMs: isKnown ? roundTripMs + bufferMs : null, clickMs: clickToPixel?.p50 ?? null };
}

/** The charts of one instance: the hub's trend with what is told since, and the page's own samples of delay. */
export class PanelCharts {
  #hub = new Trend(HUB_COLUMNS);
  #delay = null;
  #charts = charts.map((one) => new TrendChart(one));
  #delayChart = new TrendChart(delay);
  #remedy = h('p', { class: 'none', hidden: true }, REMEDY);
  element;

  constructor() {
    const all = [...this.#charts, this.#delayChart].map(({ element }) => element);
    this.element = h('section', { class: 'panel-charts', 'aria-label': 'The last ten minutes' }, this.#remedy, ...all);
  }

  /** Shows another instance; `delay` is its player's trend, null without a player. */
  async open(delay) {
    this.#hub = new Trend(HUB_COLUMNS);
    this.#delay = delay;
    this.show();
    const Chart = await chartLibrary();
    this.#remedy.hidden = Chart !== null;
    for (const chart of [...this.#charts, this.#delayChart]) chart.use(Chart);
    this.show();
  }

  /** Takes the hub's trend. */
  load(trend) {
    this.#hub.load(trend);
    this.show();
  }

  /** Takes a report of now. */
  take(health) {
    this.#hub.put(trendValues(health));
    this.show();
  }

  /** Draws what is known now. */
  show() {
    for (const chart of this.#charts) chart.show(this.#hub);
    this.#delayChart.show(this.#delay ?? delayTrend());
  }
}
