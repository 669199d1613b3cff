/**
 * Makes the children of `list` those of `items`, in their order, and touches only what differs, so that focus, selection
 * and what is unfolded stay. `make(item)` gives `{element, show(item)}` for a key that is new.
 */
export class KeyedList {
  #list;
  #key;
  #make;
  #rows = new Map();

  constructor({ list, key, make }) {
    this.#list = list;
    this.#key = key;
    this.#make = make;
  }

  show(items) {
    const rows = new Map();
    for (const item of items) {
      const key = this.#key(item);
      const row = this.#rows.get(key) ?? this.#make(item);
      row.show(item);
      rows.set(key, row);
    }
    for (const [key, { element }] of this.#rows) if (!rows.has(key)) element.remove();
    this.#rows = rows;
    let place = this.#list.firstChild;
    for (const { element } of rows.values()) {
      if (element === place) place = place.nextSibling;
      else this.#list.insertBefore(element, place);
    }
  }
}
