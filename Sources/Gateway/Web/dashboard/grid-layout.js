import { arrangeZoomed } from './arrange.js';

/** Gives the tiles in the grid the largest size that fits, times the zoom. */
export class GridLayout {
  #grid;
  #main;
  #head;

  columns = 1;
  scrolls = false;

  constructor({ grid, main, head }) {
    this.#grid = grid;
    this.#main = main;
    this.#head = head;
  }

  /** Arranges `count` tiles. */
  apply(count, zoom) {
    if (count === 0) return;
    const style = getComputedStyle(this.#main);
    const grid = getComputedStyle(this.#grid);
    const gap = parseFloat(grid.columnGap) || 12;
    const [bar, rail] = ['--bar', '--rail-width'].map((name) => parseFloat(grid.getPropertyValue(name)));
    const width = this.#main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = innerHeight - this.#head.getBoundingClientRect().height - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const plan = arrangeZoomed({ count, width, height, gap, bar, rail, zoom });
    this.columns = plan.columns;
    this.scrolls = plan.scrolls;
    this.#grid.dataset.plate = plan.plate;
    this.#grid.toggleAttribute('data-scrolls', plan.scrolls);
    this.#grid.style.setProperty('--columns', plan.columns);
    this.#grid.style.setProperty('--picture', `${plan.picture}px`);
  }
}
