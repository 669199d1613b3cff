import { h, setAttribute, setText } from '/shared/dom.js';
import { pictureShape } from '/shared/geometry.js';
import { Still } from './still.js';
import { Veil } from './veil.js';

const NOTICE_TIME = 3500;

/** Where a guest is seen: its live picture or what stands in for it, and the words over it. */
export class Stage {
  #player;
  #notice = h('div', { class: 'notice', role: 'status' });
  #noticeTimer = 0;
  #keycap = h('kbd', { class: 'keycap', 'aria-hidden': 'true' });
  #cue = h('div', { class: 'cue', 'aria-hidden': 'true' });

  still;
  veil;
  element;

  constructor({ player, signal }) {
    this.#player = player;
    this.still = new Still({ id: player.id });
    this.veil = new Veil({ onRetry: () => player.retry() });
    this.element = h(
      'div',
      { class: 'stage', tabindex: '0', role: 'application', 'aria-roledescription': 'guest screen' },
      this.still.element, player.video, this.veil.element, this.#cue, this.#notice, this.#keycap,
    );
    player.addEventListener('size', () => this.#shape(), { signal });
    player.video.addEventListener('resize', () => this.#shape(), { signal });
  }

  /** What a click on the picture does, in words. */
  set cue(text) {
    setText(this.#cue, text);
  }

  set keycap(text) {
    setText(this.#keycap, text);
  }

  set label(text) {
    setAttribute(this.element, 'aria-label', text);
  }

  /**
   * Shows the stream, or what stands in for it. `before` and `phase`: the player's state; `covered`: the guest is seen in
   * another view; `news`: how far a guest is that starts, null for one that has.
   */
  show({ before, phase, covered, news }) {
    const { video, failure, retryAt, leg } = this.#player;
    const playing = phase === 'playing';
    if (before === 'playing' && !playing) this.still.keep(video);
    this.still.follow(!playing && !covered);
    if (playing || covered) this.veil.hide();
    else if (news) this.veil.showBooting(news);
    else if (failure) this.veil.showFailure(failure, { retryAt, connecting: phase === 'connecting', currentLeg: leg });
    else this.veil.showConnecting(leg);
  }

  /** Lays another view of the guest over the picture, under the words. */
  cover(view) {
    this.veil.element.before(view);
  }

  /** Shows a short message over the picture for a few seconds. */
  notify(text) {
    clearTimeout(this.#noticeTimer);
    setText(this.#notice, text);
    this.#notice.dataset.shown = '';
    this.#noticeTimer = setTimeout(() => delete this.#notice.dataset.shown, NOTICE_TIME);
  }

  close() {
    clearTimeout(this.#noticeTimer);
    this.veil.hide();
    this.still.close();
  }

  /** The picture keeps its place whatever rendition is in it. */
  #shape() {
    const shape = pictureShape(this.#player.video, this.#player.size);
    if (shape) this.#player.video.style.setProperty('--shape', shape);
  }
}
