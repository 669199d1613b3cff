const LONG_PRESS = 550;
/** A finger that moves no farther than this, in CSS pixels, is still resting. */
const SLACK = 10;

/**
 * Touch and pen as a pointer: a finger is the left button, and the right one after a long press without motion.
 * `point(event)` places the pointer, `press(button, at)` and `lift(button)` move its buttons; `at` is the time of the
 * event behind the press.
 */
export class Touch {
  #surface;
  #point;
  #pressButton;
  #liftButton;
  #finger = null;

  constructor({ surface, point, press, lift }) {
    this.#surface = surface;
    this.#point = point;
    this.#pressButton = press;
    this.#liftButton = lift;
  }

  /** Takes touches until `signal` is aborted. */
  listen(signal) {
    const options = { signal, capture: true, passive: false };
    this.#surface.addEventListener('pointerdown', (event) => this.#down(event), options);
    this.#surface.addEventListener('pointermove', (event) => this.#move(event), options);
    this.#surface.addEventListener('pointerup', (event) => this.#up(event), options);
    this.#surface.addEventListener('pointercancel', (event) => this.#up(event), options);
  }

  /** Forgets the finger that is down; what it pressed is let go elsewhere. */
  forget() {
    clearTimeout(this.#finger?.timer);
    this.#finger = null;
  }

  #down(event) {
    if (event.pointerType === 'mouse') return;
    event.preventDefault();
    // A second finger while one is down means nothing.
    if (this.#finger) return;
    this.#surface.setPointerCapture(event.pointerId);
    this.#point(event);
    const finger = { id: event.pointerId, x: event.clientX, y: event.clientY, button: null, timer: 0 };
    finger.timer = setTimeout(() => this.#press(finger, 2, performance.now()), LONG_PRESS);
    this.#finger = finger;
  }

  #press(finger, button, at) {
    clearTimeout(finger.timer);
    if (finger.button !== null || this.#finger !== finger) return;
    finger.button = button;
    this.#pressButton(button, at);
  }

  #move(event) {
    const finger = this.#finger;
    if (event.pointerId !== finger?.id) return;
    event.preventDefault();
    if (Math.hypot(event.clientX - finger.x, event.clientY - finger.y) > SLACK) this.#press(finger, 0, event.timeStamp);
    this.#point(event);
  }

  #up(event) {
    const finger = this.#finger;
    if (event.pointerId !== finger?.id) return;
    event.preventDefault();
    this.#press(finger, 0, event.timeStamp);
    this.#finger = null;
    this.#liftButton(finger.button);
  }
}
