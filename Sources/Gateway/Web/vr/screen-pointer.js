import { Vector3 } from '/three/build/three.module.js';

/** A mouse that moves no farther than this while its button is down, in CSS pixels, has clicked. */
const SLACK = 5;
/** Pixels of wheel motion that browsers report for one line of text. */
const WHEEL_LINE = 100 / 3;
const ID = 'mouse';

/**
 * Mouse, pen and touch on the page's canvas: points and clicks in the scene, and drags the view where nothing takes the
 * drag. With the pointer locked the middle of the view points. Event: `change` (locked or not).
 */
export class ScreenPointer extends EventTarget {
  #canvas;
  #camera;
  #pointing;
  #walk;
  #onWheel;
  #place = null;
  #drag = null;
  #wheel = 0;
  #origin = new Vector3();
  #direction = new Vector3();

  constructor({ canvas, camera, pointing, walk, onWheel }) {
    super();
    this.#canvas = canvas;
    this.#camera = camera;
    this.#pointing = pointing;
    this.#walk = walk;
    this.#onWheel = onWheel;
    const on = (type, handler) => canvas.addEventListener(type, handler.bind(this), { passive: false });
    on('pointerdown', this.#down);
    on('pointermove', this.#move);
    on('pointerup', this.#up);
    on('pointercancel', this.#cancel);
    on('pointerleave', () => !this.#drag && this.#leave());
    on('wheel', this.#turn);
    on('contextmenu', (event) => event.preventDefault());
    document.addEventListener('pointerlockchange', () => this.dispatchEvent(new Event('change')));
  }

  get locked() {
    return document.pointerLockElement === this.#canvas;
  }

  /** Locks the pointer, so that the mouse turns the head; to be called from a key or a click. */
  async lock() {
    if (this.locked) return document.exitPointerLock();
    await this.#canvas.requestPointerLock();
  }

  /** Aims again, for the view moved under the pointer. */
  aim() {
    if (!this.#place && !this.locked) return;
    const { x, y } = this.locked ? { x: 0, y: 0 } : this.#place;
    this.#camera.updateWorldMatrix(true, false);
    this.#camera.matrixWorldInverse.getInverse(this.#camera.matrixWorld);
    this.#origin.setFromMatrixPosition(this.#camera.matrixWorld);
    this.#direction.set(x, y, 0.5).unproject(this.#camera).sub(this.#origin).normalize();
    this.#pointing.aim(ID, { origin: this.#origin, direction: this.#direction });
    const target = this.#pointing.target(ID);
    const over = !target ? '' : target.controlled ? 'guest' : 'button';
    if (this.#canvas.dataset.over !== over) this.#canvas.dataset.over = over;
  }

  /** Ends what is going on, as before a headset takes over. */
  release() {
    if (this.locked) document.exitPointerLock();
    this.#drag = null;
    this.#leave();
  }

  #at(event) {
    const box = this.#canvas.getBoundingClientRect();
    this.#place = {
      x: ((event.clientX - box.left) / box.width) * 2 - 1,
      y: 1 - ((event.clientY - box.top) / box.height) * 2,
    };
    this.aim();
  }

  #down(event) {
    this.#canvas.focus({ preventScroll: true });
    event.preventDefault();
    this.#canvas.setPointerCapture(event.pointerId);
    this.#at(event);
    const target = this.#pointing.target(ID);
    // A board or the guest's own mouse takes the drag; elsewhere it may become a look around.
    const takes = this.locked || (target && (target.controlled !== false));
    if (takes) this.#pointing.press(ID, event.timeStamp, event.button);
    else this.#drag = { x: event.clientX, y: event.clientY, button: event.button, looks: false };
  }

  #move(event) {
    if (this.locked) {
      this.#walk.look(event.movementX, event.movementY, { drag: false });
      return this.aim();
    }
    const drag = this.#drag;
    if (!drag) {
      this.#at(event);
      return this.#chord(event);
    }
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.looks && Math.hypot(dx, dy) <= SLACK) return;
    drag.looks = true;
    drag.x = event.clientX;
    drag.y = event.clientY;
    this.#canvas.dataset.over = 'look';
    this.#walk.look(dx, dy, { drag: true });
  }

  /** A second button while one is down comes as a move. */
  #chord(event) {
    if (event.button < 0 || !this.#pointing.holds(ID)) return;
    const bit = { 0: 1, 1: 4, 2: 2, 3: 8, 4: 16 }[event.button];
    if (event.buttons & bit) this.#pointing.press(ID, event.timeStamp, event.button);
    else this.#pointing.lift(ID, event.button);
  }

  #up(event) {
    const drag = this.#drag;
    this.#drag = null;
    if (!drag) {
      if (!this.locked) this.#at(event);
      this.#pointing.lift(ID, event.button);
    } else {
      this.#at(event);
      if (!drag.looks && this.#pointing.press(ID, event.timeStamp, drag.button)) this.#pointing.lift(ID, drag.button);
    }
    // A finger that went up points nowhere.
    if (event.pointerType === 'touch') this.#leave();
  }

  #cancel() {
    this.#drag = null;
    this.#leave();
  }

  #leave() {
    this.#place = null;
    this.#canvas.dataset.over = '';
    this.#pointing.drop(ID);
  }

  #turn(event) {
    event.preventDefault();
    if (!this.#pointing.target(ID)?.controlled) return;
    this.#wheel += event.deltaY * { 0: 1 / WHEEL_LINE, 1: 1, 2: 20 }[event.deltaMode];
    const dy = Math.trunc(this.#wheel);
    this.#wheel -= dy;
    if (dy !== 0) this.#onWheel(dy);
  }
}
