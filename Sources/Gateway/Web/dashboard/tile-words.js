import { nameOf } from '/shared/input.js';
import { statusWords } from '/shared/status-words.js';

/** Without a keyboard there is no Esc; there the line that says who controls is the button. */
const touch = () => matchMedia('(hover: none)').matches;

/** In place of figures, while there are none. */
export function stateWords({ phase, failure, vnc }) {
  if (vnc) return 'Through VNC, no sound';
  if (phase === 'failed') return `No picture · ${failure.leg}`;
  return phase === 'connecting' ? 'Connecting' : phase === 'booting' ? 'Starting' : '';
}

/** Who controls, for the plate; null for nobody. */
export function controlWords(whose, holder) {
  if (whose === 'you') return `You control · ${touch() ? 'tap here' : 'Esc'} to release`;
  return whose === 'other' ? `${nameOf(holder)} controls` : null;
}

/** What is said when control came. */
export function takenWords({ captured, vnc }) {
  const how = captured ? 'Mouse captured' : vnc ? 'You control through VNC' : 'You control';
  return touch() ? how : `${how} · Esc to release`;
}

/** All that a tile shows, in one line for who does not see it. */
export function stageLabel({ name, status, active, failure, shown, controls, holder, viewOnly }) {
  const parts = [name, statusWords(status).word.toLowerCase()];
  if (active) parts.push('in focus');
  if (!shown && failure) parts.push(failure.title.toLowerCase());
  if (controls) parts.push('you control, Escape to release');
  else if (holder) parts.push(`${nameOf(holder)} controls`);
  if (shown && !controls) parts.push(viewOnly ? 'Enter to focus' : 'Enter to control');
  return parts.join(', ');
}
