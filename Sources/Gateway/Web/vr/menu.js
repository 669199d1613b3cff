import { Board } from './board.js';

const WIDTH = 760;
const ROW = 62;
const HEAD = 76;
const MARGIN = 18;
const ROWS = 9;
const heightOf = (rows) => HEAD + (rows + 1) * ROW + MARGIN + 12;
const VOLUME_STEP = 0.1;

/**
 * The list of guests in the scene: choose one to focus it, change its volume; and the wall's own switches below.
 * `guests()` gives `[{id, name, status, focused, volume}]`; `switches()` gives `[{text, on, press}]`.
 */
export class Menu {
  #guests;
  #switches;
  #onChoose;
  #onVolume;

  board;

  constructor({ guests, switches, onChoose, onVolume, onChange }) {
    this.#guests = guests;
    this.#switches = switches;
    this.#onChoose = onChoose;
    this.#onVolume = onVolume;
    this.board = new Board({ width: WIDTH, height: heightOf(ROWS), density: 680, onChange });
  }

  open(camera) {
    this.fill();
    this.board.open(camera, { distance: 1.5, drop: 0.05 });
  }

  close() {
    this.board.close();
  }

  /** Shows how things are now. */
  fill() {
    const cells = [{
      x: WIDTH - MARGIN - 120, y: 14, width: 120, height: 52, text: 'Close', press: () => this.close(),
    }];
    const inner = WIDTH - 2 * MARGIN;
    const guests = this.#guests().slice(0, ROWS);
    const rows = Math.max(1, guests.length);
    guests.forEach(({ id, name, status, focused, volume }, index) => {
      const y = HEAD + index * ROW;
      const change = (by) => () => this.#onVolume(id, Math.round((volume + by) * 10) / 10);
      cells.push(
        { id, x: MARGIN, y, width: inner - 240, height: ROW, text: `${index + 1}   ${name}`, note: status, on: focused, left: true,
          press: () => this.#onChoose(id) },
        { id, x: WIDTH - MARGIN - 240, y, width: 70, height: ROW, text: '−', press: change(-VOLUME_STEP) },
        { x: WIDTH - MARGIN - 170, y, width: 100, height: ROW, text: `${Math.round(volume * 100)} %`, plain: true },
        { id, x: WIDTH - MARGIN - 70, y, width: 70, height: ROW, text: '+', press: change(VOLUME_STEP) });
    });
    if (guests.length === 0) {
      cells.push({ x: MARGIN, y: HEAD, width: inner, height: ROW, text: 'No guests yet', plain: true, left: true });
    }
    const switches = this.#switches();
    const width = inner / switches.length;
    switches.forEach(({ text, on, press }, index) => {
      cells.push({ x: MARGIN + index * width, y: HEAD + rows * ROW + 12, width, height: ROW, text, on, press });
    });
    this.board.fill('Guests', cells, heightOf(rows));
  }
}
