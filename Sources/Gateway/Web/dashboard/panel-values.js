import { h, setText } from '/shared/dom.js';
import { KeyedList } from './panel-list.js';
import { partWords, span } from './panel-words.js';

const dash = '–';
const missing = (value) => value === null || value === undefined;
const number = (value, unit = '', digits = 0) => (missing(value) ? dash : `${value.toFixed(digits)}${unit && ` ${unit}`}`);
const yes = (value) => (missing(value) ? dash : value ? 'yes' : 'no');
const up = (value) => (missing(value) ? dash : value ? 'up' : 'down');
const word = (value) => (missing(value) ? dash : String(value));
const decibels = (value) => (missing(value) ? dash : value <= -100 ? 'silence' : `${value.toFixed(1)} dB`);
const rate = (value) => (missing(value) ? dash : value >= 1e6 ? `${(value / 1e6).toFixed(2)} Mbit/s` : `${(value / 1000).toFixed(0)} kbit/s`);

const video = (read) => (report) => read(report.deepHealth?.video ?? {});
const audio = (read) => (report) => read(report.deepHealth?.audio ?? {});
const cost = (read) => (report) => read(report.deepHealth?.performance ?? {});
const network = (read) => (report) => read(report.deepHealth?.network ?? {});
const focus = (read) => (report) => read(report.focus ?? {});

/** Groups of values: title, and rows of a name and how it is read from a report. */
const groups = [
  ['Picture', [
    ['Frames that differ', video((v) => number(v.estimated_frame_rate, 'fps', 1))],
    ['Frames grabbed', ({ capture }) => number(capture?.grabbedFps, 'fps', 1)],
    ['Guest’s mode', ({ capture }) => (capture ? `${capture.width} × ${capture.height}` : dash)],
    ['Last change', video((v) => (missing(v.frozen_seconds) ? dash : `${span(v.frozen_seconds)} ago`))],
    ['Display active', video((v) => yes(v.display_active))],
    ['Black', video((v) => yes(v.black))],
    ['VNC server', video((v) => yes(v.vnc_available))],
  ]],
  ['Sound', [
    ['Level (RMS)', audio((a) => decibels(a.rms_db))],
    ['Peak', audio((a) => decibels(a.peak_db))],
    ['Level, linear', audio((a) => number(a.estimated_level, '', 3))],
    ['Guest’s stream', audio((a) => word(a.guest_stream))],
    ['PulseAudio runs', audio((a) => yes(a.pulse_running))],
    ['Sinks and sources', audio((a) => word(a.audio_devices))],
  ]],
  ['QEMU', [
    ['Runs and answers', ({ deepHealth }) => yes(deepHealth?.qemu_healthy)],
    ['State', ({ runState }) => word(runState)],
    ['Processor', cost((p) => number(p.qemu_cpu, '% of a core', 1))],
    ['Guest’s processors', cost((p) => number(p.vcpu_progress, '% of a core', 1))],
    ['Memory', cost((p) => number(p.qemu_memory, '% of the host', 1))],
    ['Disk errors', cost((p) => word(p.disk_errors))],
    ['Host’s load', cost((p) => number(p.load_average, '', 2))],
  ]],
  ['Network', [
    ['Bridge', network((n) => up(n.bridge_up))],
    ['TAP', network((n) => up(n.tap_up))],
    ['Errors sent', network((n) => word(n.tx_errors))],
    ['Errors received', network((n) => word(n.rx_errors))],
    ['Errors sent, rate', network((n) => number(n.tx_error_rate, '/s', 1))],
    ['Errors received, rate', network((n) => number(n.rx_error_rate, '/s', 1))],
  ]],
  ['Viewers', [
    ['Sessions', ({ viewers }) => word(viewers)],
    ['Frames dropped in queues', cost((p) => word(p.queue_drops))],
    ['Encoding, 95 %', cost((p) => number(p.encode_ms_p95, 'ms', 1))],
  ]],
  ['Focus', [
    ['In the active set', focus((f) => yes(f.focused))],
    ['Processor share', focus((f) => (missing(f.cpuShare) ? dash : number(f.cpuShare * 100, '%')))],
    ['By means of', focus((f) => (missing(f.means) ? (f.reason ?? dash) : word(f.means)))],
    ['Paused', focus((f) => yes(f.paused))],
  ]],
];

/** What the report measured, in groups; `–` for what was not. */
export class PanelValues {
  #rows = [];
  #encoders;
  #services;
  element;

  constructor() {
    this.element = h('section', { class: 'panel-values', 'aria-label': 'Measured values' });
    for (const [title, rows] of groups) this.#add(title, ...rows.map((row) => this.#row(row)));
    this.#encoders = this.#addList('Encoders', ({ rendition, codec }) => `${rendition} ${codec}`, encoderRow);
    this.#services = this.#addList('Processes', ({ name }) => name, serviceRow);
  }

  /** Shows a report; without one every value is `–`. */
  show(health) {
    const report = health ?? {};
    for (const { value, read } of this.#rows) setText(value, read(report));
    this.#encoders(report.encoders ?? []);
    this.#services(report.services ?? []);
  }

  #row([name, read]) {
    const value = h('dd', {}, dash);
    this.#rows.push({ value, read });
    return h('div', {}, h('dt', {}, name), value);
  }

  #add(title, ...rows) {
    const list = h('dl', {}, ...rows);
    this.element.append(h('div', { class: 'values' }, h('h3', {}, title), list));
    return list;
  }

  #addList(title, key, make) {
    const list = this.#add(title);
    const none = h('p', { class: 'none' }, 'None runs');
    list.after(none);
    const rows = new KeyedList({ list, key, make });
    return (items) => {
      none.hidden = items.length > 0;
      rows.show(items);
    };
  }
}

function pair(read) {
  const [name, value] = [h('dt'), h('dd')];
  return {
    element: h('div', {}, name, value),
    show(item) {
      const [first, second] = read(item);
      setText(name, first);
      setText(value, second);
    },
  };
}

const encoderRow = () => pair(({ rendition, codec, element, fps, bitrate }) => [
  `${rendition} · ${codec} · ${element}`, rendition === 'audio' ? rate(bitrate) : `${number(fps, 'fps')} · ${rate(bitrate)}`,
]);

const serviceRow = () => pair(({ name, state, pid, uptime, restarts }) => [
  partWords(name),
  [state, missing(pid) ? null : `pid ${pid}`, missing(uptime) ? null : `up ${span(uptime)}`,
    restarts > 0 ? `${restarts} × restarted` : null].filter(Boolean).join(' · '),
]);
