/**
 * The keyboard of a desk. While this page controls a guest every key is the guest's, except Escape, which gives control
 * back, and Ctrl+Alt+Escape, which presses Escape there. Otherwise keys walk, choose guests and work the page:
 * `actions` maps codes to functions that get the event.
 */
export class DeskKeys {
  #control;
  #walk;
  #actions;

  constructor({ control, walk, actions }) {
    this.#control = control;
    this.#walk = walk;
    this.#actions = actions;
    addEventListener('keydown', (event) => this.#down(event), { capture: true });
    addEventListener('keyup', (event) => this.#up(event), { capture: true });
    addEventListener('blur', (event) => event.target === window && this.#halt());
    document.addEventListener('visibilitychange', () => document.hidden && this.#halt());
  }

  #down(event) {
    // A keyboard on the screen names no keys.
    if (!event.code) return;
    if (this.#control.player) return this.#play(event);
    const { target, code } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || target.closest?.('input, select, textarea, dialog')) return;
    // A button that has the focus is worked by these.
    if (target.closest?.('button, a') && ['Enter', 'Space'].includes(code)) return;
    if (this.#actions[code]?.(event) !== false && code in this.#actions) event.preventDefault();
    else if (this.#walk.press(code)) event.preventDefault();
  }

  #play(event) {
    event.preventDefault();
    event.stopPropagation();
    const { code } = event;
    if (code === 'Escape') {
      if (!event.ctrlKey || !event.altKey) return this.#control.leave();
      // Ctrl and Alt are down in the guest; with them Escape would mean something else there.
      this.#control.letGo();
      return this.#control.tap('Escape');
    }
    if (!event.repeat) this.#control.keyDown(code, event.timeStamp);
  }

  #up(event) {
    if (!event.code) return;
    this.#walk.lift(event.code);
    if (!this.#control.player) return;
    event.preventDefault();
    event.stopPropagation();
    this.#control.keyUp(event.code);
    // macOS reports no release of keys that went up while Command was down.
    if (event.code === 'MetaLeft' || event.code === 'MetaRight') this.#control.letGo();
  }

  #halt() {
    this.#walk.halt();
    this.#control.letGo();
  }
}
