import { h } from './dom.js';

/** Characters that a key gives by itself and with Shift on a US keyboard, which is what guests are set to. */
const symbols = {
  Backquote: '`~', Minus: '-_', Equal: '=+', BracketLeft: '[{', BracketRight: ']}', Backslash: '\\|', Semicolon: ';:',
  Quote: '\'"', Comma: ',<', Period: '.>', Slash: '/?', Digit1: '1!', Digit2: '2@', Digit3: '3#', Digit4: '4$',
  Digit5: '5%', Digit6: '6^', Digit7: '7&', Digit8: '8*', Digit9: '9(', Digit0: '0)',
};
const plain = new Map([[' ', 'Space'], ['\n', 'Enter'], ['\t', 'Tab']]);
const shifted = new Map();
for (const [code, [low, high]] of Object.entries(symbols)) {
  plain.set(low, code);
  shifted.set(high, code);
}
for (const letter of 'abcdefghijklmnopqrstuvwxyz') {
  plain.set(letter, `Key${letter.toUpperCase()}`);
  shifted.set(letter.toUpperCase(), `Key${letter.toUpperCase()}`);
}

/**
 * The on-screen keyboard of a phone or tablet. It reports text, not keys, so that text is turned into the keys that
 * would have typed it; what no US key gives is left out.
 */
export class SoftKeyboard {
  #send;
  #typedAt = 0;

  /** The field that makes the system show its keyboard; it is never seen. */
  element;

  constructor({ send }) {
    this.#send = send;
    this.element = h('textarea', {
      class: 'unseen', tabindex: '-1', autocapitalize: 'off', autocomplete: 'off', spellcheck: 'false',
      'aria-label': 'Keys for the guest',
    });
    // A field with text in it reports Backspace; an empty one does not.
    this.#reset();
    this.element.addEventListener('input', (event) => this.#type(event));
  }

  open() {
    this.element.focus({ preventScroll: true });
  }

  #type(event) {
    this.#typedAt = event.timeStamp;
    if (event.inputType === 'deleteContentBackward') this.#tap('Backspace');
    else if (event.inputType === 'insertLineBreak') this.#tap('Enter');
    else for (const character of event.data ?? '') this.#character(character);
    if (!event.isComposing) this.#reset();
  }

  #character(character) {
    if (plain.has(character)) return this.#tap(plain.get(character));
    if (!shifted.has(character)) return;
    this.#send({ type: 'key', code: 'ShiftLeft', action: 'press' }, { at: this.#typedAt });
    this.#tap(shifted.get(character));
    this.#send({ type: 'key', code: 'ShiftLeft', action: 'release' });
  }

  #tap(code) {
    this.#send({ type: 'key', code, action: 'tap' }, { at: this.#typedAt });
  }

  #reset() {
    this.element.value = '  ';
    this.element.setSelectionRange(2, 2);
  }
}
