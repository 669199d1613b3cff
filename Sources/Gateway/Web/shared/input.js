import { positionInPicture } from './geometry.js';
import { Motion } from './motion.js';
import { Touch } from './touch.js';

const TAKE_DEADLINE = 2000;
/** Pixels of wheel motion that browsers report for one line of text; a notch is about three lines. */
const WHEEL_LINE = 100 / 3;

/** A viewer as people may read it: long ids are for machines. */
export const nameOf = (viewer) => (viewer && viewer.length <= 20 ? viewer : 'Another viewer');

/**
 * Keyboard, mouse and touch of this page for one guest. Nothing is sent until the node has said that this page
 * controls the guest; from then on every key belongs to the guest, except Escape, which gives it back, and
 * Ctrl with a digit, which is the dashboard's.
 *
 * Escape for the guest: Ctrl+Alt+Escape, or `sendEscape()`. While the mouse is captured the browser itself
 * swallows Escape and ends the capture; that too gives the control back. Ctrl+Alt+K is the page's as well: it asks for
 * the menu of special keys.
 *
 * Events: `change` (control taken or given back), `refused` (detail `{message}`), `menu` (special keys are asked for).
 */
export class Input extends EventTarget {
  #surface;
  #player;
  #active = false;
  #paused = false;
  #waiting = 0;
  #captureWanted = false;
  #wasCaptured = false;
  #keys = new Set();
  #buttons = new Set();
  #motion;
  #wheel = 0;
  #touch;
  #listeners = null;
  #life = new AbortController();

  constructor({ surface, player }) {
    super();
    this.#surface = surface;
    this.#player = player;
    this.#motion = new Motion((message, at) => player.send(message, { mayWait: true, at }));
    this.#touch = new Touch({
      surface,
      point: (event) => this.#point(event),
      press: (button, at) => this.#press(button, at),
      lift: (button) => this.#lift(button),
    });
    const { signal } = this.#life;
    player.addEventListener('control', ({ detail }) => this.#settle(detail), { signal });
    player.addEventListener('state', () => player.state !== 'playing' && this.leave(), { signal });
  }

  /** This page controls the guest. */
  get active() {
    return this.#active;
  }

  /** The mouse is locked to the guest and moves it relatively. */
  get captured() {
    return document.pointerLockElement === this.#surface;
  }

  /** Asks the node for control. */
  take() {
    if (this.#active || this.#waiting) return;
    if (!this.#player.send({ type: 'control', action: 'take' })) {
      return this.#refuse('The guest’s input is not connected yet.');
    }
    this.#waiting = setTimeout(() => {
      this.#waiting = 0;
      this.#captureWanted = false;
      const { holder } = this.#player.control;
      this.#refuse(holder ? `${nameOf(holder)} keeps control.` : 'The guest did not answer.');
    }, TAKE_DEADLINE);
  }

  /** Takes control, if need be, and locks the mouse. To be called from a click, or the browser says no. */
  capture() {
    if (!this.#active) {
      this.#captureWanted = true;
      return this.take();
    }
    this.#lock();
  }

  /** Lets go of everything held and gives control back. */
  leave() {
    this.#captureWanted = false;
    clearTimeout(this.#waiting);
    if (this.#waiting) this.#player.send({ type: 'control', action: 'release' });
    this.#waiting = 0;
    if (!this.#active) return;
    this.#letGo();
    this.#player.send({ type: 'control', action: 'release' });
    this.#deactivate();
  }

  /** Leaves the keyboard to the page for a while, without giving control back; lets go of everything held. */
  pause() {
    this.#paused = true;
    if (this.#active) this.#letGo();
  }

  /** Gives the keyboard back to the guest. */
  resume() {
    this.#paused = false;
    if (this.#active) this.#surface.focus({ preventScroll: true });
  }

  /** Presses Escape in the guest. */
  sendEscape() {
    if (!this.#active) return;
    // Ctrl and Alt of the shortcut are down in the guest; with them Escape would mean something else there.
    this.#letGo();
    this.#player.send({ type: 'key', code: 'Escape', action: 'tap' });
  }

  /** Ends this object. */
  close() {
    this.leave();
    this.#life.abort();
  }

  #askForMenu() {
    // Ctrl and Alt of the shortcut are down in the guest.
    this.#letGo();
    this.dispatchEvent(new Event('menu'));
  }

  #settle({ holder, you }) {
    if (you && this.#waiting) {
      clearTimeout(this.#waiting);
      this.#waiting = 0;
      this.#activate();
    } else if (!you && this.#active) {
      this.#deactivate();
      if (holder) this.#refuse(`${nameOf(holder)} took control.`);
    }
  }

  #refuse(message) {
    this.dispatchEvent(new CustomEvent('refused', { detail: { message } }));
  }

  #activate() {
    this.#active = true;
    this.#listen();
    this.#surface.focus({ preventScroll: true });
    if (this.#captureWanted) this.#lock();
    this.#captureWanted = false;
    this.dispatchEvent(new Event('change'));
  }

  #deactivate() {
    this.#active = false;
    this.#listeners?.abort();
    this.#listeners = null;
    this.#keys.clear();
    this.#buttons.clear();
    this.#motion.clear();
    this.#touch.forget();
    if (this.captured) document.exitPointerLock();
    this.#wasCaptured = false;
    this.dispatchEvent(new Event('change'));
  }

  async #lock() {
    try {
      // Without the desktop's acceleration the guest's own is not added to it.
      await this.#surface.requestPointerLock({ unadjustedMovement: true });
    } catch (error) {
      if (error?.name !== 'NotSupportedError') return this.#refuse('The browser did not capture the mouse. Try again.');
      try {
        await this.#surface.requestPointerLock();
      } catch {
        this.#refuse('The browser did not capture the mouse. Try again.');
      }
    }
  }

  #listen() {
    this.#listeners = new AbortController();
    const options = { signal: this.#listeners.signal, capture: true, passive: false };
    const on = (target, type, handler) => target.addEventListener(type, handler.bind(this), options);
    on(document, 'keydown', this.#keyDown);
    on(document, 'keyup', this.#keyUp);
    on(this.#surface, 'mousedown', this.#buttonDown);
    on(window, 'mouseup', this.#buttonUp);
    on(window, 'mousemove', this.#mouseMove);
    // Out by an edge: the pointer goes as far as that, which a corner that is drawn round would keep it from.
    on(this.#surface, 'mouseleave', (event) => event.target === this.#surface && !this.captured && this.#point(event));
    on(this.#surface, 'wheel', this.#turnWheel);
    on(this.#surface, 'contextmenu', (event) => event.preventDefault());
    on(this.#surface, 'dragstart', (event) => event.preventDefault());
    this.#touch.listen(this.#listeners.signal);
    // Elements that lose the focus pass by here as well; only the window's own loss counts.
    on(window, 'blur', (event) => event.target === window && this.#letGo());
    on(document, 'visibilitychange', () => document.hidden && this.#letGo());
    on(document, 'pointerlockchange', () => {
      if (this.#wasCaptured && !this.captured) return this.leave();
      this.#wasCaptured = this.captured;
      this.dispatchEvent(new Event('change'));
    });
    on(window, 'pagehide', this.leave);
  }

  #keyDown(event) {
    if (this.#paused) return;
    if (event.ctrlKey && !event.altKey && /^Digit[1-9]$/.test(event.code)) return;
    // A keyboard on the screen names no keys; its text is read where it arrives.
    if (!event.code) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.code === 'KeyK' && event.ctrlKey && event.altKey) return this.#askForMenu();
    if (event.code === 'Escape') {
      if (event.ctrlKey && event.altKey) this.sendEscape();
      else this.leave();
      return;
    }
    if (event.repeat) return this.#repeat(event);
    if (this.#keys.has(event.code)) return;
    this.#motion.flush();
    this.#keys.add(event.code);
    this.#player.send({ type: 'key', code: event.code, action: 'press' }, { at: event.timeStamp });
  }

  /** QEMU's keyboard does not repeat by itself: the rate is that of the person's own. */
  #repeat({ code, timeStamp }) {
    // Not of a key that was let go for the guest, as when the window lost the focus, and stays down here.
    if (!this.#keys.has(code)) return;
    this.#player.send({ type: 'key', code, action: 'press' }, { at: timeStamp, mayWait: true });
  }

  #keyUp(event) {
    if (!event.code || this.#paused) return;
    event.preventDefault();
    event.stopPropagation();
    if (this.#keys.delete(event.code)) {
      this.#motion.flush();
      this.#player.send({ type: 'key', code: event.code, action: 'release' });
    }
    // macOS reports no release of keys that went up while Command was down.
    if (event.code === 'MetaLeft' || event.code === 'MetaRight') this.#letGo();
  }

  #mouseMove(event) {
    if (this.captured) return this.#motion.moveBy(event.movementX, event.movementY, event.timeStamp);
    // Outside the picture only a drag goes on; otherwise the mouse belongs to the page there.
    if (this.#buttons.size === 0 && !this.#surface.contains(event.target)) return;
    this.#point(event);
  }

  #point(event) {
    const { video, size } = this.#player;
    const position = positionInPicture(video, size, event.clientX, event.clientY);
    if (position) this.#motion.moveTo(position, event.timeStamp);
  }

  #buttonDown(event) {
    event.preventDefault();
    if (event.button > 4) return;
    if (!this.captured) this.#point(event);
    this.#press(event.button, event.timeStamp);
  }

  #buttonUp(event) {
    if (this.#buttons.has(event.button)) event.preventDefault();
    this.#lift(event.button);
  }

  #press(button, at) {
    this.#motion.flush();
    this.#buttons.add(button);
    this.#player.send({ type: 'button', button, action: 'press' }, { at });
  }

  #lift(button) {
    if (!this.#buttons.delete(button)) return;
    this.#motion.flush();
    this.#player.send({ type: 'button', button, action: 'release' });
  }

  #turnWheel(event) {
    event.preventDefault();
    const unit = { 0: 1 / WHEEL_LINE, 1: 1, 2: 20 }[event.deltaMode];
    this.#wheel += event.deltaY * unit;
    const dy = Math.trunc(this.#wheel);
    if (dy === 0) return;
    this.#wheel -= dy;
    this.#motion.flush();
    this.#player.send({ type: 'wheel', dy }, { at: event.timeStamp });
  }

  #letGo() {
    this.#touch.forget();
    this.#keys.clear();
    this.#buttons.clear();
    this.#motion.clear();
    this.#player.send({ type: 'release-all' });
  }
}
