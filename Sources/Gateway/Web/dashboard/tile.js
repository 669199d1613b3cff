import { DIM } from '/shared/active-set.js';
import { h, setAttribute } from '/shared/dom.js';
import { GuestControls } from './guest-controls.js';
import { Hud } from './hud.js';
import { Plate } from './plate.js';
import { RenditionWish } from './rendition-wish.js';
import { StageClicks } from './stage-clicks.js';
import { Stage } from './stage.js';
import { TileTools } from './tile-tools.js';
import { controlWords, stageLabel, stateWords } from './tile-words.js';

/**
 * One guest on the dashboard: its live picture, its plate with name, state, figures and buttons.
 *
 * Events: `wanted` (control was asked for here), `control`, `phase`, `select` and `toggle` (the guest is chosen for the
 * focus), `details` (the health dot was pressed).
 */
export class Tile extends EventTarget {
  #instance = null;
  #news = null;
  #standing = 'none';
  #viewOnly = false;
  #stage;
  #plate;
  #tools;
  #hud;
  #controls;
  #wish;
  #life = new AbortController();

  player;
  element;

  constructor({ player }) {
    super();
    const { signal } = this.#life;
    this.player = player;
    this.#stage = new Stage({ player, signal });
    this.#controls = new GuestControls({ surface: this.#stage.element, player, signal });
    this.#stage.cover(this.#controls.vnc.element);
    this.#tools = new TileTools({
      player,
      input: this.#controls.input,
      onFocus: () => this.#tell('toggle'),
      onCapture: () => this.capture(),
      onScreen: () => this.toggleScreen(),
      onError: (text) => this.notify(text),
    });
    this.#plate = new Plate({
      tools: this.#tools.element,
      marks: [this.#controls.vnc.mark, this.#tools.recording.mark],
      onDetails: () => this.#tell('details'),
      onRelease: () => this.leave(),
    });
    this.element = h('article', { class: 'tile', 'data-id': player.id }, this.#stage.element, this.#plate.element);
    this.#hud = new Hud({ element: this.element, isControlled: () => this.controls, signal });
    this.#wish = new RenditionWish({
      stage: this.#stage.element,
      player,
      isForemost: () => this.focused,
      // Whoever plays a guest sees it in full, whatever else is in focus.
      standing: () => (this.controls || this.#hud.isFull ? 'active' : this.#standing),
    });
    this.#listen(signal);
    this.#showState();
    this.#showControl();
    this.showFocus('none');
  }

  /** The guest's name, or its id until the hub has told it. */
  get name() {
    return this.#instance?.name ?? this.player.id;
  }

  /** What the hub says about the guest; null before it did. */
  get instance() {
    return this.#instance;
  }

  /** Whether the keyboard's focus is in this tile. */
  get focused() {
    return this.element.contains(document.activeElement);
  }

  /** Whether this page controls the guest. */
  get controls() {
    return this.#controls.active;
  }

  /** Whether a person is in the middle of something here. */
  get engaged() {
    return this.controls || this.#hud.isFull;
  }

  /** The button that opened the details, to give the keyboard back to. */
  get healthButton() {
    return this.#plate.health.element;
  }

  /** Shows what the hub says about the guest now, and starts the stream when there is something to see. */
  update(instance, shortcut) {
    this.#instance = instance;
    this.element.dataset.status = instance.status ?? 'unknown';
    setAttribute(this.element, 'aria-label', this.name);
    this.#plate.name(this.name);
    this.#plate.showStatus(instance.status);
    this.#tools.name(this.name);
    this.#controls.vnc.offer(instance.vncUrl ?? null);
    this.#stage.keycap = shortcut ?? '';
    if (!this.#booting && this.player.state === 'idle') {
      this.#wish.settle();
      this.player.start();
    }
    this.#showState();
    this.#label();
  }

  /** Shows how far the guest is on its way up, as the hub's `instance` events tell it. */
  showNews(news) {
    this.#news = news;
    if (this.#booting) this.#showState();
  }

  /** Shows a health report, or for null that nothing is known now. */
  showHealth(report) {
    this.#plate.showHealth(report);
  }

  /** Shows and does what the active set means here: `active`, `dimmed` or `none`. Takes neither keyboard nor control. */
  showFocus(standing) {
    const changed = standing !== this.#standing;
    this.#standing = standing;
    const active = standing === 'active';
    this.element.toggleAttribute('data-active', active);
    setAttribute(this.element, 'aria-current', active ? 'true' : null);
    this.#tools.showFocus(active);
    this.player.sound.setDim(standing === 'dimmed' ? DIM : 1);
    if (changed) {
      this.#wish.review();
      this.#label();
    }
  }

  /** Makes this a tile that is watched and nothing else, or one that can be played. */
  showAccess(viewOnly) {
    this.#viewOnly = viewOnly;
    this.#controls.showAccess(viewOnly);
    this.element.toggleAttribute('data-view-only', viewOnly);
    this.#tools.showAccess(viewOnly);
    this.#stage.cue = viewOnly ? 'Click to focus' : 'Click to control';
    this.#label();
  }

  focus() {
    this.#stage.element.focus();
    this.element.scrollIntoView({ block: 'nearest' });
  }

  /** Chooses this guest, and no other, for the focus. */
  select() {
    this.#tell('select');
  }

  capture() {
    this.#controls.capture();
  }

  take() {
    this.#controls.take();
  }

  /** Gives control back. */
  leave() {
    this.#controls.leave();
  }

  /** Shows a recording as the hub's events tell it. */
  showRecording(recording) {
    this.#tools.recording.take(recording);
  }

  toggleSound() {
    return this.#tools.toggleSound();
  }

  async toggleScreen() {
    if (this.#hud.isFull) return this.#hud.leave();
    if (!(await this.#hud.enter())) this.notify('The browser does not allow full screen here.');
  }

  /** Shows a short message over the picture for a few seconds. */
  notify(text) {
    this.#stage.notify(text);
  }

  close() {
    this.#life.abort();
    this.#hud.close();
    this.#wish.close();
    this.#plate.close();
    this.#tools.close();
    this.#controls.close();
    this.player.stop();
    this.#stage.close();
    this.element.remove();
  }

  get #booting() {
    return this.#instance?.status === 'booting' && this.#instance.ready !== true;
  }

  #listen(signal) {
    const { player } = this;
    const { element: stage } = this.#stage;
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
    on(player, 'state', () => this.#showState());
    on(player, 'stats', ({ detail }) => this.#plate.stats.show(detail));
    on(player, 'rendition', () => player.stats && this.#plate.stats.show(player.stats));
    on(player, 'level', ({ detail }) => this.#plate.showLevel(detail ?? { rms: null }));
    on(this.#controls, 'notice', ({ detail }) => this.notify(detail));
    on(this.#controls, 'wanted', () => this.#tell('wanted'));
    on(this.#controls, 'change', () => this.#controlChanged());
    const clicks = new StageClicks({ stage, tile: this.element, mayClick: () => !this.controls, signal });
    on(clicks, 'choose', () => {
      this.select();
      this.take();
    });
    on(clicks, 'toggle', () => this.#tell('toggle'));
    on(clicks, 'double', () => !this.#hud.isFull && this.toggleScreen());
    on(this.#hud, 'change', () => this.#screenChanged());
    for (const type of ['focusin', 'focusout']) {
      // While the focus moves, the document has none.
      on(this.element, type, () => queueMicrotask(() => this.#wish.review()));
    }
  }

  #controlChanged() {
    const { vnc } = this.#controls;
    if (this.element.hasAttribute('data-vnc') !== vnc.shown) {
      this.element.toggleAttribute('data-vnc', vnc.shown);
      this.#showState();
    }
    const before = this.element.dataset.control;
    this.#showControl();
    this.#wish.review();
    if ((before === 'you') !== this.controls) this.#tell('control');
  }

  #screenChanged() {
    const full = this.#hud.isFull;
    // Without the keyboard lock the browser took the Esc that ended full screen; it means control as well.
    if (!full) this.leave();
    this.#tools.showScreen(full);
    this.#wish.review();
  }

  #showState() {
    const { player } = this;
    const before = this.element.dataset.phase;
    const phase = player.state === 'idle' ? (this.#booting ? 'booting' : 'idle') : player.state;
    const vnc = this.#controls.vnc.shown;
    this.element.dataset.phase = phase;
    this.#stage.show({ before, phase, covered: vnc, news: this.#booting ? (this.#news ?? {}) : null });
    this.#plate.showLevel(phase === 'playing' ? (player.level ?? null) : null);
    if (phase !== 'playing') this.#plate.stats.show(null, stateWords({ phase, failure: player.failure, vnc }));
    if (before !== phase) {
      this.#label();
      this.#tell('phase');
    }
  }

  #showControl() {
    const { whose } = this.#controls;
    const you = whose === 'you';
    this.element.dataset.control = whose;
    this.#plate.showControl(controlWords(whose, this.player.control.holder), you);
    this.#tools.showControl(you);
    this.#label();
  }

  #label() {
    const { state, failure, control } = this.player;
    this.#stage.label = stageLabel({
      name: this.name,
      status: this.#instance?.status,
      active: this.#standing === 'active',
      failure,
      shown: state === 'playing' || this.#controls.vnc.shown,
      controls: this.controls,
      holder: control.holder,
      viewOnly: this.#viewOnly,
    });
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}
