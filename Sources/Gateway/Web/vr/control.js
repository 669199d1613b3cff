import { nameOf } from '/shared/input.js';
import { Motion } from '/shared/motion.js';

const TAKE_DEADLINE = 2000;

/**
 * This page's hand on one guest: keys, buttons and pointer, sent only while the node says that this page controls it.
 * Control is asked for by what a person does, never because the focus changed. Events: `change`, `refused` (detail
 * `{message}`).
 */
export class Control extends EventTarget {
  #motion = null;
  #keys = new Set();
  #buttons = new Set();
  #taking = null;
  #life = null;

  /** The player of the guest that is controlled; null for none. */
  player = null;

  /** Whether this page controls the guest of `player`. */
  has(player) {
    return player !== null && this.player === player;
  }

  /** Asks for control of a guest; gives whether it came. */
  take(player) {
    if (this.has(player)) return Promise.resolve(true);
    if (this.#taking?.player === player) return this.#taking.promise;
    this.leave();
    if (!player.send({ type: 'control', action: 'take' })) {
      this.#refuse('The guest’s input is not connected yet.');
      return Promise.resolve(false);
    }
    const promise = new Promise((done) => this.#wait(player, done));
    if (this.#taking) this.#taking.promise = promise;
    return promise;
  }

  /** Lets go of everything held and gives control back. */
  leave() {
    this.#taking?.end(false);
    const { player } = this;
    if (!player) return;
    this.letGo();
    player.send({ type: 'control', action: 'release' });
    this.#lose();
  }

  pointTo(place, at = performance.now()) {
    this.#motion?.moveTo(place, at);
  }

  press(button, at = performance.now()) {
    if (!this.player || this.#buttons.has(button)) return;
    this.#motion.flush();
    this.#buttons.add(button);
    this.player.send({ type: 'button', button, action: 'press' }, { at });
  }

  lift(button) {
    if (!this.#buttons.delete(button)) return;
    this.#motion.flush();
    this.player.send({ type: 'button', button, action: 'release' });
  }

  /** Turns the wheel by whole lines. */
  turn(dy) {
    if (!this.player) return;
    this.#motion.flush();
    this.player.send({ type: 'wheel', dy });
  }

  /** Presses a key by its W3C code; the guest's keyboard repeats by itself. */
  keyDown(code, at = performance.now()) {
    if (!this.player || this.#keys.has(code)) return;
    this.#motion.flush();
    this.#keys.add(code);
    this.player.send({ type: 'key', code, action: 'press' }, { at });
  }

  keyUp(code) {
    if (!this.#keys.delete(code)) return;
    this.#motion.flush();
    this.player.send({ type: 'key', code, action: 'release' });
  }

  /** Whether a key is held by this page. */
  holds(code) {
    return this.#keys.has(code);
  }

  tap(code, at = performance.now()) {
    this.keyDown(code, at);
    this.keyUp(code);
  }

  letGo() {
    this.#keys.clear();
    this.#buttons.clear();
    this.#motion?.clear();
    this.player?.send({ type: 'release-all' });
  }

  /** Sends what has gathered; for each frame of a headset, in which the page's own frames rest. */
  flush() {
    this.#motion?.flush();
  }

  #wait(player, done) {
    const life = new AbortController();
    const end = (came) => {
      clearTimeout(timer);
      life.abort();
      this.#taking = null;
      if (came) this.#hold(player);
      done(came);
    };
    const timer = setTimeout(() => {
      const { holder } = player.control;
      end(false);
      this.#refuse(holder ? `${nameOf(holder)} keeps control.` : 'The guest did not answer.');
    }, TAKE_DEADLINE);
    this.#taking = { player, end, promise: null };
    player.addEventListener('control', ({ detail }) => detail.you && end(true), { signal: life.signal });
    player.addEventListener('state', () => player.state !== 'playing' && end(false), { signal: life.signal });
  }

  #hold(player) {
    this.player = player;
    this.#motion = new Motion((message, at) => player.send(message, { mayWait: true, at }));
    this.#life = new AbortController();
    const { signal } = this.#life;
    player.addEventListener('control', ({ detail }) => {
      if (detail.you) return;
      this.#lose();
      if (detail.holder) this.#refuse(`${nameOf(detail.holder)} took control.`);
    }, { signal });
    player.addEventListener('state', () => player.state !== 'playing' && this.#lose(), { signal });
    this.dispatchEvent(new Event('change'));
  }

  #lose() {
    this.#life.abort();
    this.#motion.clear();
    this.#motion = null;
    this.#keys.clear();
    this.#buttons.clear();
    this.player = null;
    this.dispatchEvent(new Event('change'));
  }

  #refuse(message) {
    this.dispatchEvent(new CustomEvent('refused', { detail: { message } }));
  }
}
