import { setAttribute, setText } from '/shared/dom.js';

const NOTICE_TIME = 4000;
const HINTS = {
  look: [['1–9', 'focus'], ['Click', 'focus, then control'], ['Enter', 'control'], ['W A S D', 'walk'], ['Drag', 'look'],
    ['L', 'mouse look'], ['M', 'guests'], ['K', 'keyboard'], ['C', 'curve'], ['R', 'back'], ['H', 'hide']],
  control: [['Esc', 'gives control back'], ['Ctrl Alt Esc', 'Esc in the guest']],
  locked: [['Esc', 'frees the mouse'], ['Click', 'what the dot is on']],
};

/** What lies over the scene on a screen: buttons, hints, short messages. It is not seen in a headset. */
export class Hud {
  #notice = document.getElementById('notice');
  #announcer = document.getElementById('announcer');
  #hints = document.getElementById('hints');
  #timer = 0;
  #mode = null;

  /** Shows a short message for a few seconds. */
  notify(text) {
    clearTimeout(this.#timer);
    setText(this.#notice, text);
    this.#notice.dataset.shown = '';
    this.#timer = setTimeout(() => delete this.#notice.dataset.shown, NOTICE_TIME);
  }

  /** Tells a screen reader. */
  announce(text) {
    setText(this.#announcer, text);
  }

  /** The hints that fit: `look`, `control` or `locked`. */
  hint(mode) {
    if (mode === this.#mode) return;
    this.#mode = mode;
    this.#hints.replaceChildren(...HINTS[mode].map(([keys, words]) => {
      const item = document.createElement('li');
      for (const one of keys.split(' ')) item.append(Object.assign(document.createElement('kbd'), { textContent: one }));
      item.append(` ${words}`);
      return item;
    }));
  }

  set hintsShown(shown) {
    this.#hints.hidden = !shown;
  }

  /** A switch among the buttons: pressed or not. */
  press(id, pressed) {
    setAttribute(document.getElementById(id), 'aria-pressed', pressed);
  }

  /** The headset's state as a button, or as the line that says why there is none. */
  headset({ state, reason }) {
    const button = document.getElementById('enter');
    button.hidden = state === 'absent' || state === 'checking';
    button.disabled = state === 'starting';
    setText(button, state === 'presenting' ? 'Leave VR' : state === 'starting' ? 'Starting' : 'Enter VR');
    const line = document.getElementById('no-headset');
    setText(line, reason);
    line.hidden = reason === '';
  }
}
