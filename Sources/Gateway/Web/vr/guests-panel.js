import { h, setAttribute, setText } from '/shared/dom.js';

/** The list of guests beside the wall: focus and volume of each, for mouse, keyboard and screen reader. */
export class GuestsPanel {
  #list;
  #rows = new Map();
  #onFocus;
  #onVolume;

  constructor({ list, onFocus, onVolume }) {
    this.#list = list;
    this.#onFocus = onFocus;
    this.#onVolume = onVolume;
  }

  /** Shows `[{id, name, status, focused, volume}]`. */
  show(guests) {
    const ids = new Set(guests.map(({ id }) => id));
    for (const [id, { element }] of this.#rows) {
      if (ids.has(id)) continue;
      element.remove();
      this.#rows.delete(id);
    }
    guests.forEach((guest, index) => {
      const row = this.#rows.get(guest.id) ?? this.#add(guest.id);
      if (this.#list.children[index] !== row.element) this.#list.insertBefore(row.element, this.#list.children[index] ?? null);
      setText(row.name, guest.name);
      setText(row.status, guest.status);
      setText(row.key, index < 9 ? String(index + 1) : '');
      setAttribute(row.choose, 'aria-pressed', guest.focused);
      setAttribute(row.slider, 'aria-label', `Volume of ${guest.name}`);
      setText(row.value, `${Math.round(guest.volume * 100)} %`);
      if (document.activeElement !== row.slider) row.slider.value = String(guest.volume);
    });
  }

  #add(id) {
    const row = { key: h('kbd'), name: h('span', { class: 'name' }), status: h('span', { class: 'state' }), value: h('output') };
    row.choose = h('button', { type: 'button', class: 'choose', onclick: () => this.#onFocus(id) }, row.key, row.name, row.status);
    row.slider = h('input', {
      type: 'range', min: '0', max: '1', step: '0.05', oninput: () => this.#onVolume(id, Number(row.slider.value)),
    });
    row.element = h('li', { 'data-id': id }, row.choose, h('div', { class: 'volume' }, row.slider, row.value));
    this.#rows.set(id, row);
    return row;
  }
}
