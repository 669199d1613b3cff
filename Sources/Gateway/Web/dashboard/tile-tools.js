import { h, setAttribute } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';
import { SoftKeyboard } from '/shared/soft-keyboard.js';

/**
 * The buttons of a tile: sound with its volume, captured mouse, full screen; while in control Escape, and on a touch
 * screen the keyboard.
 */
export class TileTools {
  #player;
  #soundIcon = icon('silent');
  #sound;
  #volume;
  #capture;
  #screenIcon = icon('expand');
  #screen;
  #escape;
  #soft;
  #keys;
  #guest = '';

  element;

  constructor({ player, onCapture, onScreen, onEscape }) {
    this.#player = player;
    this.#sound = h('button', { class: 'tool sound', type: 'button', onclick: () => this.toggleSound() }, this.#soundIcon);
    this.#volume = h('input', {
      class: 'volume', type: 'range', min: '0', max: '1', step: '0.05', value: String(player.sound.volume), hidden: true,
      oninput: () => player.sound.setVolume(Number(this.#volume.value)),
    });
    this.#capture = h('button', { class: 'tool capture', type: 'button', onclick: onCapture }, icon('mouse'));
    this.#screen = h('button', { class: 'tool screen', type: 'button', onclick: onScreen }, this.#screenIcon);
    this.#escape = h('button', { class: 'tool wide escape', type: 'button', hidden: true, onclick: onEscape }, 'Send Esc');
    this.#soft = new SoftKeyboard({ send: (message, options) => player.send(message, options) });
    this.#keys = h('button', {
      class: 'tool keys', type: 'button', hidden: true, title: 'Keyboard', onclick: () => this.#soft.open(),
    }, icon('keyboard'));
    this.element = h(
      'div', { class: 'tools' },
      this.#escape, this.#volume, this.#keys, this.#sound, this.#capture, this.#screen, this.#soft.element,
    );
    player.sound.addEventListener('change', () => this.#showSound());
  }

  name(guest) {
    this.#guest = guest;
    setAttribute(this.#volume, 'aria-label', `Volume of ${guest}`);
    setAttribute(this.#capture, 'aria-label', `Capture mouse for ${guest}`);
    setAttribute(this.#capture, 'title', 'Capture mouse');
    setAttribute(this.#keys, 'aria-label', `Keyboard for ${guest}`);
    setAttribute(this.#escape, 'title', 'Press Esc in the guest (Ctrl+Alt+Esc)');
    this.#showSound();
    this.showScreen(false);
  }

  async toggleSound() {
    const { sound } = this.#player;
    await sound.turn(!sound.on);
  }

  showControl(active) {
    this.#escape.hidden = !active;
    this.#keys.hidden = !active;
    this.#soft.element.disabled = !active;
  }

  showScreen(full) {
    changeIcon(this.#screenIcon, full ? 'shrink' : 'expand');
    setAttribute(this.#screen, 'aria-label', `${full ? 'Leave full screen' : 'Full screen'}: ${this.#guest}`);
    setAttribute(this.#screen, 'title', full ? 'Leave full screen' : 'Full screen');
  }

  #showSound() {
    const { on, volume } = this.#player.sound;
    changeIcon(this.#soundIcon, on ? 'sound' : 'silent');
    setAttribute(this.#sound, 'aria-pressed', on);
    setAttribute(this.#sound, 'aria-label', `Sound of ${this.#guest}`);
    setAttribute(this.#sound, 'title', on ? 'Sound is on' : 'Sound is off');
    this.#volume.hidden = !on;
    if (document.activeElement !== this.#volume) this.#volume.value = String(volume);
  }
}
