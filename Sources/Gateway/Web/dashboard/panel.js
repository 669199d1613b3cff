import * as api from '/shared/api.js';
import { h, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';
import { PanelCharts, delayTrend, delayValues } from './panel-charts.js';
import { PanelHistory } from './panel-history.js';
import { PanelRecovery } from './panel-recovery.js';
import { PanelValues } from './panel-values.js';
import { PanelVerdict } from './panel-verdict.js';
import { ago, exact, span } from './panel-words.js';

/** A report that is older says nothing about now. */
const FRESH = 5000;
const TICK = 1000;
/** The hub forgets attempts after a while of health, and tells no event of that. */
const ASK_AGAIN = 10_000;
const GATHERING = 200;

const narrow = matchMedia('(max-width: 760px)');

/**
 * All that is known of one guest's health: a sheet at the side that leaves the page usable, on a phone a dialog over all
 * of it. It follows what the hub tells; there is one, and it shows one guest at a time.
 *
 * `tiles()` gives the tiles of the page by id; `memory` is what was told of them so far, `mayRecover()`
 * whether this person may have one mended, as far as the page knows.
 */
export class Panel {
  #events;
  #tiles;
  #memory;
  #mayRecover;
  #delays = new WeakMap();
  #id = null;
  #name = '';
  #opener = null;
  #gone = false;
  #status = null;
  #timer = 0;
  #gathering = 0;
  #askedAt = 0;

  #title = h('h2', { tabindex: '-1', id: 'panel-title' });
  #age = h('p', { class: 'panel-age' });
  #trouble = h('p', { class: 'panel-trouble', hidden: true });
  #verdict = new PanelVerdict();
  #recovery = new PanelRecovery();
  #charts = new PanelCharts();
  #values = new PanelValues();
  #history = new PanelHistory();
  #body;

  element;

  constructor({ events, tiles, memory, mayRecover }) {
    this.#events = events;
    this.#tiles = tiles;
    this.#memory = memory;
    this.#mayRecover = mayRecover;
    // The body scrolls, so the keyboard must reach it.
    this.#body = h(
      'div', { class: 'panel-body', tabindex: '0', role: 'group', 'aria-label': 'Health details' },
      this.#verdict.element, this.#recovery.element, this.#trouble, this.#charts.element, this.#values.element,
      this.#history.element,
    );
    this.element = h(
      'dialog', { class: 'panel', id: 'panel', 'aria-labelledby': 'panel-title' },
      h('header', {}, h('div', {}, this.#title, this.#age), h(
        'button', { class: 'tool', type: 'button', title: 'Close', 'aria-label': 'Close details', onclick: () => this.close() }, icon('cross'),
      )),
      this.#body,
    );
    document.body.append(this.element);
    this.#listen();
  }

  /** The guest that is shown; null while the panel is closed. */
  get id() {
    return this.#id;
  }

  /** Remembers a player's delay from now on, for the chart. */
  follow(player) {
    const trend = delayTrend();
    this.#delays.set(player, trend);
    player.addEventListener('stats', ({ detail }) => trend.put(delayValues(detail)));
  }

  /** Shows a guest; the keyboard goes in, and back to `opener` when the panel is closed. */
  open(tile, opener = document.activeElement) {
    const { id } = tile.player;
    this.#opener = opener;
    if (this.#id !== id) this.#show(id, tile);
    if (!this.element.open) this.#unfold();
    this.#title.focus({ preventScroll: true });
  }

  close() {
    const { element } = this;
    if (!element.open) return;
    // Whoever went on elsewhere meanwhile stays there. Asked before the browser moves the focus by itself.
    const isHere = element.contains(document.activeElement) || document.activeElement === document.body;
    element.close();
    this.#closed(isHere);
  }

  #show(id, tile) {
    this.#id = id;
    this.#name = tile.name;
    this.#status = null;
    this.#gone = false;
    this.#body.scrollTop = 0;
    this.#trouble.hidden = true;
    this.#recovery.open(id);
    this.#charts.open(this.#delays.get(tile.player) ?? null);
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), TICK);
    this.#render();
    this.#ask();
  }

  #unfold() {
    if (narrow.matches) this.element.showModal();
    else this.element.show();
  }

  #listen() {
    const { element } = this;
    element.addEventListener('cancel', (event) => {
      event.preventDefault();
      this.close();
    });
    // A browser may close a dialog without asking.
    element.addEventListener('close', () => !element.open && this.#closed(true));
    element.addEventListener('keydown', (event) => {
      // Its keys are not the page's: PgDn scrolls here and turns no page.
      if (!event.ctrlKey) event.stopPropagation();
      if (event.key === 'Escape') this.close();
    });
    document.addEventListener('keydown', ({ key, target }) => {
      if (key === 'Escape' && element.open && target === document.body && !document.fullscreenElement) this.close();
    });
    narrow.addEventListener('change', () => {
      if (!element.open) return;
      element.close();
      this.#unfold();
      this.#title.focus({ preventScroll: true });
    });
    this.#recovery.addEventListener('asked', ({ detail }) => {
      if (this.#id === null) return;
      if (detail) this.#memory.of(this.#id).noteRecovery(detail);
      this.#render();
      this.#soon();
    });
    const on = (kind, act) => this.#events.addEventListener(kind, ({ detail }) => detail.instance === this.#id && act(detail));
    on('health', ({ health }) => this.#take(health));
    on('crash', () => this.#happened());
    on('recovery', () => this.#happened());
    on('instance', ({ news }) => {
      const wasGone = this.#gone;
      this.#gone = news.phase === 'gone';
      this.#render();
      if (wasGone && !this.#gone) this.#ask();
    });
    this.#events.addEventListener('open', () => this.#id !== null && this.#ask());
    document.addEventListener('visibilitychange', () => !document.hidden && this.#id !== null && this.#charts.show());
  }

  #closed(givesBack) {
    if (this.#id === null) return;
    const tile = this.#tiles().get(this.#id);
    const opener = this.#opener?.isConnected ? this.#opener : null;
    this.#id = null;
    this.#opener = null;
    clearInterval(this.#timer);
    clearTimeout(this.#gathering);
    this.#gathering = 0;
    if (!givesBack) return;
    if (opener && opener !== document.body) opener.focus();
    else tile?.focus();
  }

  #take(health) {
    const before = this.#verdict.element.dataset.tone;
    if (!document.hidden) this.#charts.take(health);
    this.#render();
    if (this.#verdict.element.dataset.tone !== before) this.#soon();
  }

  #happened() {
    this.#render();
    this.#soon();
  }

  #tick() {
    const isUsed = this.#status && (this.#status.attempts > 0 || this.#status.isRecovering);
    if (isUsed && performance.now() - this.#askedAt > ASK_AGAIN) this.#askStatus();
    this.#render();
  }

  #render() {
    const id = this.#id;
    this.#name = this.#tiles().get(id)?.name ?? this.#name;
    setText(this.#title, this.#name);
    if (this.#gone) return this.#renderGone();
    const memory = this.#memory.of(id);
    const old = performance.now() - memory.healthAt;
    const health = old < FRESH ? memory.health : null;
    setText(this.#age, this.#ageText(memory, health));
    this.#age.title = memory.health ? exact(new Date(memory.health.timestamp)) : '';
    this.#verdict.show(health, Number.isFinite(old) ? `The hub has told nothing for ${span(old / 1000)}.` : 'The hub has not told of this guest yet.');
    this.#values.show(health);
    this.#recovery.show({ status: this.#status, recoveries: memory.recoveries, health, mayAsk: this.#mayRecover(), now: memory.now });
    this.#history.show(memory);
    this.#history.tick(memory.now);
  }

  #renderGone() {
    setText(this.#age, 'gone');
    this.#verdict.show(null, 'This guest was taken away.');
    this.#values.show(null);
  }

  #ageText(memory, health) {
    if (!health) return memory.health ? `last report ${ago(Date.parse(memory.health.timestamp), memory.now)}` : 'no report yet';
    const { podName } = health.kubernetes ?? {};
    return [this.#id, podName, `report of ${ago(Date.parse(health.timestamp), memory.now)}`].filter(Boolean).join(' · ');
  }

  /** Asks what is told by no event: what was before this page. */
  async #ask() {
    const id = this.#id;
    const names = [id, ...['qemu', 'xserver', 'pulse'].map((part) => `${id}/${part}`)];
    const [trend, , ...crashes] = await Promise.allSettled([
      api.trend(id), this.#askStatus(), ...names.map((name) => api.crashes(name)),
    ]);
    if (id !== this.#id || this.#gone) return;
    if (trend.status === 'fulfilled') this.#charts.load(trend.value);
    const memory = this.#memory.of(id);
    for (const { value } of crashes) for (const crash of value?.crashes ?? []) memory.noteCrash(crash);
    const lost = [trend, ...crashes].find(({ status }) => status === 'rejected')?.reason;
    this.#trouble.hidden = lost === undefined;
    setText(this.#trouble, lost ? `Not all of the past is shown: ${lost.message}` : '');
    this.#render();
  }

  async #askStatus() {
    const id = this.#id;
    this.#askedAt = performance.now();
    const status = await api.recoveryStatus(id).catch(() => null);
    if (id !== this.#id || !status || this.#gone) return;
    this.#status = status;
    const memory = this.#memory.of(id);
    for (const recovery of status.history) memory.noteRecovery(recovery);
    this.#render();
  }

  /** Several things happen together, and one question is enough. */
  #soon() {
    this.#gathering ||= setTimeout(() => {
      this.#gathering = 0;
      if (this.#id !== null) this.#askStatus();
    }, GATHERING);
  }
}
