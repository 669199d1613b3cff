import { Input, nameOf } from '/shared/input.js';
import { takenWords } from './tile-words.js';
import { VncView } from './vnc-view.js';

/** Control is taken from somebody only by asking twice within this time. */
const TAKEOVER_TIME = 4000;

/**
 * This page's hands on one guest: over its stream's data channel, or through VNC while it is shown so.
 *
 * Events: `change` (who controls, or how the guest is shown), `wanted` (control is about to be asked for), `notice`
 * (detail: words for the person).
 */
export class GuestControls extends EventTarget {
  #player;
  #viewOnly = false;
  #askedAt = -TAKEOVER_TIME;

  input;
  vnc;

  constructor({ surface, player, signal }) {
    super();
    this.#player = player;
    this.input = new Input({ surface, player });
    this.vnc = new VncView({ player, signal });
    const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
    on(player, 'control', () => this.#tell('change'));
    on(player, 'refused', ({ detail }) => this.#notice(detail.message || detail.code));
    on(this.input, 'refused', ({ detail }) => this.#notice(detail.message));
    on(this.input, 'change', () => {
      const { active, captured } = this.input;
      if (active) this.#notice(takenWords({ captured }));
      this.#tell('change');
    });
    on(this.vnc, 'change', () => {
      if (this.vnc.controls) this.#notice(takenWords({ vnc: true }));
      this.#tell('change');
    });
    // Whoever played the guest through VNC goes on playing it when its stream comes.
    on(this.vnc, 'relieved', () => this.input.take());
  }

  /** Whether this page controls the guest. */
  get active() {
    return this.input.active || this.vnc.controls;
  }

  /** `you`, `other` or `none`. */
  get whose() {
    if (this.active) return 'you';
    const { holder, you } = this.#player.control;
    return holder !== null && !you ? 'other' : 'none';
  }

  showAccess(viewOnly) {
    this.#viewOnly = viewOnly;
    this.vnc.showAccess(viewOnly);
    if (viewOnly) this.leave();
  }

  take() {
    if (!this.#mayTake()) return;
    this.#tell('wanted');
    if (this.vnc.shown) this.vnc.take();
    else this.input.take();
  }

  /** Takes control and locks the mouse to the guest. */
  capture() {
    if (!this.#mayTake()) return;
    this.#tell('wanted');
    this.input.capture();
  }

  leave() {
    this.input.leave();
    this.vnc.leave();
  }

  close() {
    this.vnc.close();
    this.input.close();
  }

  #mayTake() {
    if (this.#viewOnly) return false;
    const { holder } = this.#player.control;
    const isAsked = performance.now() - this.#askedAt < TAKEOVER_TIME;
    // Whoever loses control again at once is asked again before it is taken back.
    this.#askedAt = -TAKEOVER_TIME;
    if (this.whose !== 'other' || isAsked) return true;
    this.#askedAt = performance.now();
    this.#notice(`${nameOf(holder)} controls. Once more to take over.`);
    return false;
  }

  #notice(text) {
    this.dispatchEvent(new CustomEvent('notice', { detail: text }));
  }

  #tell(type) {
    this.dispatchEvent(new Event(type));
  }
}
