import { Board } from './board.js';
import { MODIFIERS, ROWS } from './keys.js';

const UNIT = 60;
const MARGIN = 20;
const HEAD = 76;
const WIDTH = 15 * UNIT + 2 * MARGIN;
const HEIGHT = HEAD + ROWS.length * UNIT + MARGIN;

/**
 * A keyboard in the scene. It sends codes, not letters, to the guest that is controlled; the first key asks for control
 * by `ensure()`. Shift, Ctrl, Alt and Win stay down until the next key.
 */
export class Keyboard {
  #control;
  #ensure;
  #sticky = new Set();
  #guest = '';

  board;

  constructor({ control, ensure, onChange }) {
    this.#control = control;
    this.#ensure = ensure;
    this.board = new Board({ width: WIDTH, height: HEIGHT, density: 900, onChange });
    this.#fill();
  }

  open(camera) {
    this.board.open(camera, { distance: 1.25, drop: 0.33 });
  }

  close() {
    this.#releaseSticky();
    this.board.close();
  }

  /** Names the guest that the keys go to; empty for none. */
  set guest(name) {
    if (name === this.#guest) return;
    this.#guest = name;
    if (!this.#control.player) this.#sticky.clear();
    this.#fill();
  }

  #fill() {
    const shifted = this.#sticky.has('ShiftLeft') || this.#sticky.has('ShiftRight');
    const cells = [{
      x: WIDTH - MARGIN - 120, y: 14, width: 120, height: 52, text: 'Close', press: () => this.close(),
    }];
    ROWS.forEach((row, line) => {
      let x = MARGIN;
      for (const { code, text, shifted: other, width } of row) {
        cells.push({
          code, x, y: HEAD + line * UNIT, width: width * UNIT, height: UNIT, text: shifted ? other : text,
          on: this.#sticky.has(code), press: (at) => this.#down(code, at), lift: () => this.#up(code),
        });
        x += width * UNIT;
      }
    });
    this.board.fill(this.#guest ? `Keyboard of ${this.#guest}` : 'Keyboard', cells);
  }

  #down(code, at) {
    if (!this.#control.player) {
      this.#ensure().then((came) => came && (MODIFIERS.has(code) ? this.#stick(code) : this.#control.tap(code)));
    } else if (MODIFIERS.has(code)) this.#stick(code, at);
    else this.#control.keyDown(code, at);
  }

  #up(code) {
    if (MODIFIERS.has(code)) return;
    this.#control.keyUp(code);
    this.#releaseSticky();
  }

  #stick(code, at) {
    if (this.#sticky.delete(code)) this.#control.keyUp(code);
    else {
      this.#sticky.add(code);
      this.#control.keyDown(code, at);
    }
    this.#fill();
  }

  #releaseSticky() {
    if (this.#sticky.size === 0) return;
    for (const code of this.#sticky) this.#control.keyUp(code);
    this.#sticky.clear();
    this.#fill();
  }
}
