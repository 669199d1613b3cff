import { h, setAttribute, setText } from '/shared/dom.js';
import { pictureShape } from '/shared/geometry.js';
import { changeIcon, icon } from '/shared/icons.js';
import { Input, nameOf } from '/shared/input.js';
import { RenditionWish } from './rendition-wish.js';
import { StatsPanel } from './stats-panel.js';
import { statusWords } from '/shared/status-words.js';
import { Still } from './still.js';
import { TileTools } from './tile-tools.js';
import { Veil } from './veil.js';

const NOTICE_TIME = 3500;
const HUD_TIME = 3000;
/** Control is taken from somebody only by asking twice within this time. */
const TAKEOVER_TIME = 4000;

/** Without a keyboard there is no Esc; there the line that says who controls is the button. */
const touch = () => matchMedia('(hover: none)').matches;

/** One guest on the dashboard: its live picture, its plate with name, state, figures and buttons. */
export class Tile extends EventTarget {
  #instance = null;
  #still = new Still();
  #stillAsked = false;
  #veil;
  #stage;
  #notice = h('div', { class: 'notice', role: 'status' });
  #noticeTimer = 0;
  #hudTimer = 0;
  #askedAt = -TAKEOVER_TIME;
  #name = h('h2');
  #statusIcon = icon('question');
  #statusWord = h('span');
  #status;
  #control;
  #controlText = h('span');
  #stats = new StatsPanel();
  #tools;
  #wish;
  #life = new AbortController();

  player;
  input;
  element;

  constructor({ player }) {
    super();
    this.player = player;
    this.#veil = new Veil({ onRetry: () => player.retry() });
    this.#stage = h(
      'div',
      { class: 'stage', tabindex: '0', role: 'application', 'aria-roledescription': 'guest screen' },
      this.#still.element, player.video, this.#veil.element,
      h('div', { class: 'cue', 'aria-hidden': 'true' }, 'Click to control'),
      this.#notice, h('kbd', { class: 'keycap', 'aria-hidden': 'true' }),
    );
    this.input = new Input({ surface: this.#stage, player });
    this.#tools = new TileTools({
      player,
      onCapture: () => this.capture(),
      onScreen: () => this.toggleScreen(),
      onEscape: () => this.input.sendEscape(),
    });
    this.#status = h('span', { class: 'status' }, this.#statusIcon, this.#statusWord);
    this.#control = h(
      'button', { class: 'control', type: 'button', hidden: true, onclick: () => this.input.leave() },
      icon('person'), this.#controlText,
    );
    this.element = h(
      'article',
      { class: 'tile', 'data-id': player.id },
      this.#stage,
      h(
        'div',
        { class: 'plate' },
        h('div', { class: 'who' }, this.#name, this.#status),
        h('div', { class: 'facts' }, this.#control, this.#stats.line, this.#stats.list),
        this.#tools.element,
      ),
    );
    this.#wish = new RenditionWish({
      stage: this.#stage,
      player,
      isForemost: () => this.focused || this.input.active || this.element.hasAttribute('data-full'),
    });
    this.#listen();
    this.#showState();
    this.#showControl();
  }

  /** The guest's name, or its id until the hub has told it. */
  get name() {
    return this.#instance?.name ?? this.player.id;
  }

  get focused() {
    return this.element.contains(document.activeElement);
  }

  /** Shows what the hub says about the guest now, and starts the stream when there is something to see. */
  update(instance, shortcut) {
    this.#instance = instance;
    const { word, tone, icon: sign } = statusWords(instance.status);
    setText(this.#name, this.name);
    setAttribute(this.#name, 'title', this.name);
    setText(this.#statusWord, word);
    changeIcon(this.#statusIcon, sign);
    this.#status.dataset.tone = tone;
    this.element.dataset.status = instance.status ?? 'unknown';
    setText(this.#stage.querySelector('.keycap'), shortcut ?? '');
    setAttribute(this.element, 'aria-label', this.name);
    this.#tools.name(this.name);
    this.#tools.showScreen(document.fullscreenElement === this.element);
    const booting = this.#booting;
    if (!booting && !this.#stillAsked && instance.status !== 'error') {
      this.#stillAsked = true;
      this.#still.load(this.player.id);
    }
    if (!booting && this.player.state === 'idle') {
      this.#wish.settle();
      this.player.start();
    }
    this.#showState();
    this.#label();
  }

  focus() {
    this.#stage.focus();
    this.element.scrollIntoView({ block: 'nearest' });
  }

  capture() {
    if (!this.#mayTake()) return;
    this.dispatchEvent(new Event('wanted'));
    this.input.capture();
  }

  take() {
    if (!this.#mayTake()) return;
    this.dispatchEvent(new Event('wanted'));
    this.input.take();
  }

  toggleSound() {
    return this.#tools.toggleSound();
  }

  async toggleScreen() {
    try {
      if (document.fullscreenElement === this.element) return await document.exitFullscreen();
      await this.element.requestFullscreen({ navigationUI: 'hide' });
    } catch {
      this.notify('The browser does not allow full screen here.');
      return;
    }
    // With the keyboard locked, Esc comes here first and gives control back before it leaves full screen.
    navigator.keyboard?.lock?.().catch(() => {});
  }

  /** Shows a short message over the picture for a few seconds. */
  notify(text) {
    clearTimeout(this.#noticeTimer);
    setText(this.#notice, text);
    this.#notice.dataset.shown = '';
    this.#noticeTimer = setTimeout(() => delete this.#notice.dataset.shown, NOTICE_TIME);
  }

  close() {
    this.#life.abort();
    clearTimeout(this.#noticeTimer);
    clearTimeout(this.#hudTimer);
    this.#veil.hide();
    this.#wish.close();
    this.input.close();
    this.player.stop();
    this.element.remove();
  }

  #mayTake() {
    const { holder, you } = this.player.control;
    if (holder === null || you || performance.now() - this.#askedAt < TAKEOVER_TIME) return true;
    this.#askedAt = performance.now();
    this.notify(`${nameOf(holder)} controls. Once more to take over.`);
    return false;
  }

  get #booting() {
    return this.#instance?.status === 'booting' && this.#instance.ready !== true;
  }

  #listen() {
    const { player, input } = this;
    const { signal } = this.#life;
    player.addEventListener('state', () => this.#showState(), { signal });
    player.addEventListener('stats', ({ detail }) => this.#stats.show(detail), { signal });
    player.addEventListener('rendition', () => player.stats && this.#stats.show(player.stats), { signal });
    player.addEventListener('control', () => this.#showControl(), { signal });
    player.addEventListener('size', () => this.#shape(), { signal });
    player.video.addEventListener('resize', () => this.#shape(), { signal });
    player.addEventListener('refused', ({ detail }) => this.notify(detail.message || detail.code), { signal });
    input.addEventListener('refused', ({ detail }) => this.notify(detail.message), { signal });
    input.addEventListener('change', () => {
      this.#showControl();
      this.#wish.review();
      if (input.active) this.notify(`${input.captured ? 'Mouse captured' : 'You control'}${touch() ? '' : ' · Esc to release'}`);
      this.dispatchEvent(new Event('control'));
    }, { signal });
    this.#stage.addEventListener('click', () => !input.active && this.take(), { signal });
    this.#stage.addEventListener('keydown', (event) => {
      if (event.target !== this.#stage || event.code !== 'Enter' || input.active) return;
      event.preventDefault();
      this.take();
    }, { signal });
    document.addEventListener('fullscreenchange', () => this.#screenChanged(), { signal });
    this.element.addEventListener('pointermove', () => this.#wakeHud(), { signal });
    this.element.addEventListener('focusin', () => this.#wakeHud(), { signal });
    for (const type of ['focusin', 'focusout']) {
      // While the focus moves, the document has none.
      this.element.addEventListener(type, () => queueMicrotask(() => this.#wish.review()), { signal });
    }
  }

  /** The picture keeps its place whatever rendition is in it. */
  #shape() {
    const shape = pictureShape(this.player.video, this.player.size);
    if (shape) this.player.video.style.setProperty('--shape', shape);
  }

  #screenChanged() {
    const full = document.fullscreenElement === this.element;
    if (!full && this.element.hasAttribute('data-full')) {
      navigator.keyboard?.unlock?.();
      // Without the keyboard lock the browser took the Esc that ended full screen; it means control as well.
      this.input.leave();
    }
    this.element.toggleAttribute('data-full', full);
    this.#tools.showScreen(full);
    this.#wish.review();
    this.#wakeHud();
  }

  #wakeHud() {
    clearTimeout(this.#hudTimer);
    this.element.removeAttribute('data-idle');
    if (this.element.hasAttribute('data-full')) {
      this.#hudTimer = setTimeout(() => this.element.setAttribute('data-idle', ''), HUD_TIME);
    }
  }

  #showState() {
    const { player } = this;
    const before = this.element.dataset.phase;
    const phase = player.state === 'idle' ? (this.#booting ? 'booting' : 'idle') : player.state;
    if (before === 'playing' && phase !== 'playing') this.#still.keep(player.video);
    this.element.dataset.phase = phase;
    if (player.state === 'playing') this.#veil.hide();
    else if (this.#booting) this.#veil.showBooting();
    else if (player.failure) {
      this.#veil.showFailure(player.failure, {
        retryAt: player.retryAt,
        connecting: player.state === 'connecting',
        currentLeg: player.leg,
      });
    } else this.#veil.showConnecting(player.leg);
    if (player.state !== 'playing') this.#stats.show(null, this.#stateWords(phase));
    if (before !== phase) {
      this.#label();
      this.dispatchEvent(new Event('phase'));
    }
  }

  #stateWords(phase) {
    if (phase === 'failed') return `No picture · ${this.player.failure.leg}`;
    return phase === 'connecting' ? 'Connecting' : phase === 'booting' ? 'Starting' : '';
  }

  #showControl() {
    const { holder } = this.player.control;
    const you = this.input.active;
    const other = !you && holder !== null && !this.player.control.you;
    this.element.dataset.control = you ? 'you' : other ? 'other' : 'none';
    this.#control.hidden = !you && !other;
    this.#control.disabled = !you;
    setText(this.#controlText, you ? `You control · ${touch() ? 'tap here' : 'Esc'} to release` : `${nameOf(holder)} controls`);
    this.#tools.showControl(you);
    this.#label();
  }

  #label() {
    const { state, failure, control } = this.player;
    const parts = [this.name, statusWords(this.#instance?.status).word.toLowerCase()];
    if (state !== 'playing' && failure) parts.push(failure.title.toLowerCase());
    if (this.input.active) parts.push('you control, Escape to release');
    else if (control.holder) parts.push(`${nameOf(control.holder)} controls`);
    if (state === 'playing' && !this.input.active) parts.push('Enter to control');
    setAttribute(this.#stage, 'aria-label', parts.join(', '));
  }
}
