/** The quietest level that a meter shows, in dBFS. */
const FLOOR = -60;

/** Where an RMS in dBFS is on a meter's scale, 0..1 from -60 dB to 0 dB; null is digital silence. */
export function levelPart(rms) {
  if (rms === null || rms === undefined || Number.isNaN(rms)) return 0;
  return Math.min(1, Math.max(0, 1 - rms / FLOOR));
}
