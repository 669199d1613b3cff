/** The buttons of a headset's controllers that can be bound, in the order of the settings. */
export const BUTTONS = {
  trigger: 'Trigger', squeeze: 'Grip', a: 'A', b: 'B', x: 'X', y: 'Y', stick: 'Thumbstick, pressed',
};

export const DEFAULTS = {
  trigger: 'click', squeeze: 'keyboard', a: 'F1', b: 'F2', x: 'F3', y: 'menu', stick: 'release',
};

/** What a button can do besides a key, with words. */
export const ACTIONS = {
  click: 'Click', menu: 'List of guests', keyboard: 'Keyboard', release: 'Give control back', none: 'Nothing',
};

const range = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** Keys that a button can press, as W3C codes with words. */
export const KEYS = Object.fromEntries([
  ...range(12, (i) => [`F${i + 1}`, `F${i + 1}`]),
  ['Enter', 'Enter'], ['Escape', 'Esc'], ['Space', 'Space'], ['Tab', 'Tab'], ['Backspace', 'Backspace'],
  ['ArrowUp', 'Arrow up'], ['ArrowDown', 'Arrow down'], ['ArrowLeft', 'Arrow left'], ['ArrowRight', 'Arrow right'],
  ['ControlLeft', 'Ctrl'], ['AltLeft', 'Alt'], ['ShiftLeft', 'Shift'],
  ...range(26, (i) => [`Key${String.fromCharCode(65 + i)}`, String.fromCharCode(65 + i)]),
  ...range(10, (i) => [`Digit${i}`, `${i}`]),
]);

/** Where the buttons are in a gamepad of the mapping `xr-standard`; the last two differ between the hands. */
const PLACES = { left: ['trigger', 'squeeze', null, 'stick', 'x', 'y'], right: ['trigger', 'squeeze', null, 'stick', 'a', 'b'] };

/** The name of a gamepad's button; null for one that has none. */
export const buttonAt = (handedness, index) => (PLACES[handedness] ?? PLACES.right)[index] ?? null;

/** Bindings as they were kept, with the defaults for what is missing or no longer known. */
export function bindingsFrom(kept) {
  const known = (action) => action in ACTIONS || action in KEYS;
  return Object.fromEntries(Object.keys(BUTTONS).map((button) => [button, known(kept[button]) ? kept[button] : DEFAULTS[button]]));
}
