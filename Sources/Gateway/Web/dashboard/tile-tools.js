import { h, setAttribute } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';
import { SoftKeyboard } from '/shared/soft-keyboard.js';
import { KeysMenu } from './keys-menu.js';
import { Popup } from './popup.js';
import { RecordMenu } from './record-menu.js';

/**
 * The buttons of a tile: sound with its volume, focus, full screen, a panel with the rest; while in control the special
 * keys, and on a touch screen the keyboard.
 */
export class TileTools {
  #player;
  #soundIcon = icon('silent');
  #sound;
  #volume;
  #focus;
  #screenIcon = icon('expand');
  #screen;
  #soft;
  #softButton;
  #keys;
  #capture;
  #moreButton = h('button', { class: 'tool more', type: 'button' }, icon('more'));
  #more;
  #guest = '';

  element;
  /** Recordings and pictures of the guest. */
  recording;

  constructor({ player, input, onFocus, onCapture, onScreen, onError }) {
    this.#player = player;
    const tool = (name, sign, onclick) => h('button', { class: `tool ${name}`, type: 'button', onclick }, sign);
    this.#sound = tool('sound', this.#soundIcon, () => this.toggleSound());
    this.#volume = h('input', {
      class: 'volume', type: 'range', min: '0', max: '1', step: '0.05', value: String(player.sound.volume), hidden: true,
      oninput: () => player.sound.setVolume(Number(this.#volume.value)),
    });
    this.#focus = tool('focus', icon('focus'), onFocus);
    this.#screen = tool('screen', this.#screenIcon, onScreen);
    this.#soft = new SoftKeyboard({ send: (message, options) => player.send(message, options) });
    this.#softButton = tool('keys', icon('keyboard'), () => this.#soft.open());
    this.#keys = new KeysMenu({ input, send: (message) => player.send(message) });
    this.#capture = h('button', { class: 'item capture', type: 'button', onclick: () => {
      this.#more.close();
      onCapture();
    } }, icon('mouse'), 'Control with captured mouse');
    this.recording = new RecordMenu({ id: player.id, onError, onResize: () => this.#more.place() });
    this.#more = new Popup({ button: this.#moreButton, className: 'more-popup' }, this.#capture, ...this.recording.elements);
    this.#more.addEventListener('open', () => this.recording.load());
    this.element = h(
      'div', { class: 'tools' },
      this.#keys.button, this.#softButton,
      h('span', { class: 'sound-box' }, this.#volume, this.#sound),
      this.#focus, this.#screen, this.#moreButton,
      this.#soft.element, this.#keys.popup.element, this.#more.element,
    );
    player.sound.addEventListener('change', () => this.#showSound());
    this.showControl(false);
  }

  name(guest) {
    if (guest === this.#guest) return;
    this.#guest = guest;
    setAttribute(this.#volume, 'aria-label', `Volume of ${guest}`);
    setAttribute(this.#softButton, 'aria-label', `Keyboard for ${guest}`);
    setAttribute(this.#softButton, 'title', 'Keyboard');
    setAttribute(this.#focus, 'aria-label', `Focus on ${guest}`);
    setAttribute(this.#moreButton, 'aria-label', `More for ${guest}`);
    setAttribute(this.#moreButton, 'title', 'More');
    this.#keys.name(guest);
    this.recording.name(guest);
    this.#more.name(`More for ${guest}`);
    this.#showSound();
    this.showScreen(false);
  }

  async toggleSound() {
    const { sound } = this.#player;
    await sound.turn(!sound.on);
  }

  /** Shows whether the guest is in the active set. */
  showFocus(active) {
    setAttribute(this.#focus, 'aria-pressed', active);
    setAttribute(this.#focus, 'title', active ? 'In focus: full picture and sound. Press to end' : 'Focus: full picture and sound, here and elsewhere (Shift+click)');
  }

  showControl(active) {
    this.#softButton.hidden = !active;
    this.#soft.element.disabled = !active;
  }

  /** Takes away what a page that may only watch cannot do. */
  showAccess(viewOnly) {
    this.#capture.hidden = viewOnly;
    this.recording.showAccess(viewOnly);
  }

  showScreen(full) {
    changeIcon(this.#screenIcon, full ? 'shrink' : 'expand');
    setAttribute(this.#screen, 'aria-label', `${full ? 'Leave full screen' : 'Full screen'}: ${this.#guest}`);
    setAttribute(this.#screen, 'title', full ? 'Leave full screen' : 'Full screen (double click)');
  }

  close() {
    this.recording.close();
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
