/** The quietest level, in dBFS, that a meter shows. */
const FLOOR = -60;

/** How much of a meter a level fills: 0..1 over -60..0 dBFS; 0 for silence (`null`). */
export function levelPart(decibels) {
  if (decibels === null || decibels === undefined) return 0;
  return Math.min(1, Math.max(0, 1 - decibels / FLOOR));
}

/** A linear level, 0..1 of full scale, in dBFS; null for silence and for what is not known. */
export const decibels = (level) => (level > 0 ? 20 * Math.log10(level) : null);
