/** The keys of a US keyboard by their W3C codes, with what they show alone and with Shift; widths in keys. */
const key = (code, text, shifted = text, width = 1) => ({ code, text, shifted, width });
const letters = (text) => [...text].map((one) => key(`Key${one}`, one.toLowerCase(), one));
const digits = [...'1234567890'].map((one, index) => key(`Digit${one}`, one, '!@#$%^&*()'[index]));
const wide = (code, text, width) => key(code, text, text, width);

export const ROWS = [
  [wide('Escape', 'Esc', 1.5), ...Array.from({ length: 12 }, (_, i) => wide(`F${i + 1}`, `F${i + 1}`, 1)), wide('Delete', 'Del', 1.5)],
  [key('Backquote', '`', '~'), ...digits, key('Minus', '-', '_'), key('Equal', '=', '+'), wide('Backspace', '⌫', 2)],
  [wide('Tab', 'Tab', 1.5), ...letters('QWERTYUIOP'), key('BracketLeft', '[', '{'), key('BracketRight', ']', '}'),
    key('Backslash', '\\', '|', 1.5)],
  [wide('CapsLock', 'Caps', 1.75), ...letters('ASDFGHJKL'), key('Semicolon', ';', ':'), key('Quote', "'", '"'),
    wide('Enter', 'Enter', 2.25)],
  [wide('ShiftLeft', 'Shift', 2.25), ...letters('ZXCVBNM'), key('Comma', ',', '<'), key('Period', '.', '>'),
    key('Slash', '/', '?'), wide('ArrowUp', '↑', 1), wide('ShiftRight', 'Shift', 1.75)],
  [wide('ControlLeft', 'Ctrl', 1.5), wide('MetaLeft', 'Win', 1.25), wide('AltLeft', 'Alt', 1.25), wide('Space', '␣', 6),
    wide('AltRight', 'Alt', 1.25), wide('ArrowLeft', '←', 1), wide('ArrowDown', '↓', 1), wide('ArrowRight', '→', 1),
    wide('ContextMenu', '☰', 0.75)],
];

export const MODIFIERS = new Set(['ShiftLeft', 'ShiftRight', 'ControlLeft', 'AltLeft', 'AltRight', 'MetaLeft']);
