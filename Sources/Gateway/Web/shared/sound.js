/**
 * A guest's sound in an `<audio>` of its own, or through a WebAudio node; off until asked for, and then only decoded
 * while on. Event: `change` (of on or volume).
 */
export class Sound extends EventTarget {
  #track = null;
  #on = false;
  #volume = 1;
  #dim = 1;
  #node = null;
  #source = null;

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

  /** Volume from 0 (silent) to 1. Of a routed sound it is only kept here; whoever owns the node applies it. */
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

  /** Plays into a node of a WebAudio context from now on instead of by the element; null for the element again. */
  route(node) {
    this.#source?.disconnect();
    this.#source = null;
    this.#node = node;
    this.element.muted = node !== null;
    this.#connect();
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
    if (track && this.element.srcObject?.getTracks()[0] === track) return;
    this.#source?.disconnect();
    this.#source = null;
    this.element.srcObject = track ? new MediaStream([track]) : null;
    this.#connect();
  }

  /** Chromium gives WebAudio a remote track's sound only while an element plays it as well, muted here. */
  #connect() {
    const stream = this.element.srcObject;
    if (!this.#node || !stream) return;
    this.#source = this.#node.context.createMediaStreamSource(stream);
    this.#source.connect(this.#node);
  }
}
