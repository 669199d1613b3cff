/** Seconds in which a value goes most of the way. */
const PACE = 0.09;
const NEAR = 1e-3;

const still = matchMedia('(prefers-reduced-motion: reduce)');

/** A number that glides to where it is sent, and arrives exactly; at once for people who want less motion. */
export class Glide {
  value;
  target;

  constructor(value) {
    this.value = value;
    this.target = value;
  }

  jump(value) {
    this.value = value;
    this.target = value;
  }

  /** Goes on for `seconds`; true while it moves. */
  step(seconds) {
    if (this.value === this.target) return false;
    const rest = this.target - this.value;
    if (still.matches || Math.abs(rest) < NEAR) this.value = this.target;
    else this.value += rest * (1 - Math.exp(-seconds / PACE));
    return true;
  }
}
