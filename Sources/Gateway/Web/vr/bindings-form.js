import { h } from '/shared/dom.js';
import { ACTIONS, BUTTONS, bindingsFrom, DEFAULTS, KEYS } from './bindings.js';

const options = (table) => Object.entries(table).map(([value, text]) => h('option', { value }, text));

/** The form in which the controllers' buttons are bound. `onChange(bindings)` gets all of them. */
export class BindingsForm {
  #selects = new Map();
  #onChange;

  constructor({ element, bindings, onChange }) {
    this.#onChange = onChange;
    for (const [button, text] of Object.entries(BUTTONS)) {
      const select = h(
        'select', { id: `bind-${button}`, onchange: () => this.#tell() },
        h('optgroup', { label: 'Actions' }, ...options(button === 'trigger' ? { click: ACTIONS.click } : ACTIONS)),
        h('optgroup', { label: 'Keys of the guest' }, ...options(KEYS)));
      this.#selects.set(button, select);
      element.append(h('div', {}, h('label', { for: `bind-${button}` }, text), select));
    }
    element.append(h('button', { type: 'button', class: 'plain-button', onclick: () => {
      this.#fill(DEFAULTS);
      this.#tell();
    } }, 'As delivered'));
    this.#fill(bindings);
  }

  #fill(bindings) {
    for (const [button, select] of this.#selects) select.value = bindings[button];
  }

  #tell() {
    this.#onChange(bindingsFrom(Object.fromEntries([...this.#selects].map(([button, { value }]) => [button, value]))));
  }
}
