/** Measures of the wall, in metres. */
export const EYE = 1.6;
export const DISTANCE = 3;
export const PITCH = { x: 1.4, y: 1 };
export const PLANE = { width: 1.2, height: 0.9 };
export const ACTIVE_SCALE = 1.4;
export const PER_PAGE = 9;

const COLUMNS = 3;

/**
 * Where tile `index` of `count` hangs, and how far it is turned about the vertical: rows of three, centred on the eyes'
 * height, flat or bent around the place where a person stands.
 */
export function placeOf(index, count, curved) {
  const rows = Math.ceil(count / COLUMNS);
  const row = Math.floor(index / COLUMNS);
  const inRow = Math.min(COLUMNS, count - row * COLUMNS);
  const x = ((index % COLUMNS) - (inRow - 1) / 2) * PITCH.x;
  const y = EYE + ((rows - 1) / 2 - row) * PITCH.y;
  if (!curved) return { x, y, z: -DISTANCE, turn: 0 };
  const angle = x / DISTANCE;
  return { x: Math.sin(angle) * DISTANCE, y, z: -Math.cos(angle) * DISTANCE, turn: -angle };
}
