import { h, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';

/** How a guest is added, by where the hub finds them. */
const ways = {
  kubernetes: ['Scale the StatefulSet up and it appears here.', null],
  static: ['Add one to the hub’s list of instances and it appears here.', null],
  local: ['Start Loco with more guests:', (count) => `loco up --guests ${count}`],
};

/** Calm places for guests to come, in the last row of the grid up to its end; the first one says how to add some. */
export class Slots {
  #grid;
  #elements = [];
  #hint = h('p');
  #command = h('code', { hidden: true });
  #source = null;
  #total = 0;

  constructor(grid) {
    this.#grid = grid;
  }

  /** Takes how guests are found: `local`, `static`, `kubernetes`, or null while that is not known. */
  tell(source) {
    this.#source = source;
    this.#say();
  }

  /** Has `count` slots behind the tiles of `total` guests. */
  show(count, total) {
    this.#total = total;
    while (this.#elements.length > count) this.#elements.pop().remove();
    while (this.#elements.length < count) this.#elements.push(this.#make(this.#elements.length === 0));
    for (const element of this.#elements) if (element !== this.#grid.lastElementChild) this.#grid.append(element);
    this.#say();
  }

  #make(first) {
    const words = [icon('screen'), h('strong', {}, 'Room for another guest'), this.#hint, this.#command];
    return h('div', { class: 'slot', 'aria-hidden': first ? null : 'true' }, h('div', { class: 'slot-words' }, ...(first ? words : [])));
  }

  #say() {
    const [text, command] = ways[this.#source] ?? ['Guests appear here as soon as they are found.', null];
    setText(this.#hint, text);
    this.#command.hidden = command === null;
    if (command) setText(this.#command, command(this.#total + 1));
  }
}

/** Slots that make the last row of `count` tiles a full one; none beside a single tile, and none where the page scrolls. */
export function slotsFor({ count, columns, scrolls }) {
  if (count < 2 || columns < 2 || scrolls) return 0;
  return (columns - (count % columns)) % columns;
}
