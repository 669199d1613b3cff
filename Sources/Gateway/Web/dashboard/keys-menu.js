import { h, setAttribute } from '/shared/dom.js';
import { icon } from '/shared/icons.js';
import { pressTogether, specialKeys } from '/shared/special-keys.js';
import { Popup } from './popup.js';

/**
 * The menu of keys that do not get past the browser, shown while this page controls the guest. While it is open the
 * keyboard is the page's.
 */
export class KeysMenu {
  #input;
  #send;
  #busy = false;

  button = h('button', { class: 'tool special', type: 'button', hidden: true }, icon('command'));
  popup;

  constructor({ input, send }) {
    this.#input = input;
    this.#send = send;
    const item = ({ name, codes }) => h(
      'button', { class: 'item', type: 'button', role: 'menuitem', tabindex: '-1', onclick: () => this.#press(codes) }, name,
    );
    const isPlain = ({ name }) => /^F\d/.test(name);
    this.popup = new Popup(
      { button: this.button, className: 'keys-popup', menu: true },
      ...specialKeys.filter((one) => !isPlain(one)).map(item),
      h('div', { class: 'function-keys', role: 'group', 'aria-label': 'Function keys' }, ...specialKeys.filter(isPlain).map(item)),
    );
    this.popup.addEventListener('open', () => input.pause());
    this.popup.addEventListener('closed', () => input.resume());
    input.addEventListener('menu', () => this.popup.open());
    input.addEventListener('change', () => this.#show());
  }

  name(guest) {
    setAttribute(this.button, 'aria-label', `Special keys for ${guest}`);
    setAttribute(this.button, 'title', 'Special keys (Ctrl+Alt+K)');
    this.popup.name(`Special keys for ${guest}`);
  }

  #show() {
    this.button.hidden = !this.#input.active;
    if (!this.#input.active) this.popup.close();
  }

  async #press(codes) {
    if (this.#busy) return;
    this.#busy = true;
    this.popup.close();
    // Sent only while in control: whoever took it meanwhile gets none of our keys.
    await pressTogether(codes, (message) => this.#input.active && this.#send(message)).finally(() => { this.#busy = false; });
  }
}
