/** Keys of the page itself. While a guest is controlled only Ctrl with a digit reaches here. */
export class Shortcuts {
  #tiles;
  #columns;
  #turn;
  #zoom;
  #details;

  constructor({ tiles, columns, turn, zoom, details }) {
    this.#zoom = zoom;
    this.#details = details;
    this.#tiles = tiles;
    this.#columns = columns;
    this.#turn = turn;
    document.addEventListener('keydown', (event) => this.#down(event));
    document.addEventListener('keyup', (event) => event.key === 'Control' && this.#showKeycaps(false));
    addEventListener('blur', () => this.#showKeycaps(false));
  }

  #down(event) {
    if (document.querySelector('dialog:modal')) return;
    if (event.key === 'Control' && !event.repeat) return this.#showKeycaps(true);
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (digit && event.ctrlKey && !event.altKey && !event.metaKey) return this.#goTo(event, Number(digit) - 1);
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.code === 'PageUp' || event.code === 'PageDown') {
      return this.#turn(event.code === 'PageUp' ? -1 : 1);
    }
    if (!event.target.matches('input') && this.#resize(event.key)) return;
    // The rest is for a tile that has the focus, not for its slider or the page's buttons.
    const tiles = this.#tiles();
    const index = tiles.findIndex((tile) => tile.focused);
    if (index < 0 || event.target.matches('input')) return;
    const step = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -this.#columns(), ArrowDown: this.#columns() }[event.code];
    if (step) {
      const next = tiles[index + step];
      if (next) next.focus();
      event.preventDefault();
    } else if (event.code === 'KeyS') tiles[index].toggleSound();
    else if (event.code === 'KeyF') tiles[index].toggleScreen();
    else if (event.code === 'KeyC') tiles[index].capture();
    else if (event.code === 'KeyI') this.#details(tiles[index]);
  }

  #resize(key) {
    if (key === '+' || key === '=') this.#zoom.step(1);
    else if (key === '-') this.#zoom.step(-1);
    else if (key === '0') this.#zoom.set(1);
    else return false;
    return true;
  }

  #goTo(event, index) {
    const tiles = this.#tiles();
    const tile = tiles[index];
    if (!tile) return;
    event.preventDefault();
    const controlled = tiles.find(({ controls }) => controls);
    if (controlled === tile) return;
    controlled?.leave();
    tile.focus();
    tile.select();
    // Whoever plays one guest and goes to another wants to play that one.
    if (controlled) tile.take();
  }

  #showKeycaps(on) {
    document.documentElement.toggleAttribute('data-keycaps', on);
  }
}
