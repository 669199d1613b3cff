/** Between press and release: a keyboard that is polled sees the keys down together. */
const HOLD = 60;

/** Keys that a browser or its system would keep for itself, with the codes to press, in this order. */
export const specialKeys = [
  { name: 'Ctrl+Alt+Del', codes: ['ControlLeft', 'AltLeft', 'Delete'] },
  { name: 'Alt+Tab', codes: ['AltLeft', 'Tab'] },
  { name: 'Alt+F4', codes: ['AltLeft', 'F4'] },
  { name: 'Ctrl+Esc', codes: ['ControlLeft', 'Escape'] },
  { name: 'Esc', codes: ['Escape'] },
  { name: 'Print Screen', codes: ['PrintScreen'] },
  ...Array.from({ length: 12 }, (_, index) => ({ name: `F${index + 1}`, codes: [`F${index + 1}`] })),
];

/**
 * Presses `codes` one after the other, holds them together for a moment and releases them in reverse order. What went
 * down comes up again, also when the guest stops listening between.
 * `send(message)` gives false when nothing can be sent; then this gives false as well.
 */
export async function pressTogether(codes, send, hold = HOLD) {
  const down = [];
  try {
    for (const code of codes) {
      if (!send({ type: 'key', code, action: 'press' })) return false;
      down.push(code);
    }
    await new Promise((done) => setTimeout(done, hold));
    return true;
  } finally {
    let released = true;
    for (const code of down.reverse()) released = send({ type: 'key', code, action: 'release' }) && released;
    // A node that was away for a moment may have kept them; it lets go of everything when asked, or when we leave.
    if (!released) send({ type: 'release-all' });
  }
}
