/**
 * A guest's sound in an `<audio>` of its own; off until asked for, and then only decoded while on.
 * Event: `change` (of on or volume).
 */
export class Sound extends EventTarget {
  #track = null;
  #on = false;
  #volume = 1;
  #dim = 1;

  element = document.createElement('audio');

  get on() {
    return this.#on;
  }

  get volume() {
    return this.#volume;
  }

  /** Gives the track of a new session, or null when it ended. */
  take(track) {
    this.#track = track;
    this.#attach();
    this.#play();
  }

  /** Turns sound on or off. On needs a person's gesture once per page; without it the promise gives false. */
  async turn(on) {
    this.#on = on;
    this.#attach();
    this.dispatchEvent(new Event('change'));
    await this.#play();
    return this.#on;
  }

  /** Volume from 0 (silent) to 1. */
  setVolume(volume) {
    this.#volume = Math.min(1, Math.max(0, volume));
    this.element.volume = this.#volume * this.#dim;
    this.dispatchEvent(new Event('change'));
  }

  /** A second factor, 0 to 1, for a guest that others are preferred to; the volume that was chosen stays. */
  setDim(dim) {
    this.#dim = Math.min(1, Math.max(0, dim));
    this.element.volume = this.#volume * this.#dim;
  }

  async #play() {
    if (!this.element.srcObject) return;
    try {
      await this.element.play();
    } catch (error) {
      // A new session's track that arrives meanwhile aborts this call and plays by itself.
      if (error.name !== 'NotAllowedError') return;
      this.#on = false;
      this.dispatchEvent(new Event('change'));
    }
  }

  #attach() {
    const track = this.#on ? this.#track : null;
    if (!track) this.element.srcObject = null;
    else if (this.element.srcObject?.getTracks()[0] !== track) this.element.srcObject = new MediaStream([track]);
  }
}
