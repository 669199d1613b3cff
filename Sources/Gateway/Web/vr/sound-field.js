import { Vector3, Quaternion } from '/three/build/three.module.js';
import { Voice } from './voice.js';

/**
 * The sound of all guests, each from its place on the wall, heard from where the head is. Nothing sounds before
 * `enable()`, which needs a person's gesture. Event: `change` (enabled, mono).
 */
export class SoundField extends EventTarget {
  #context = null;
  #out = null;
  #voices = new Map();
  #mono;
  #place = new Vector3();
  #turn = new Quaternion();
  #way = new Vector3();

  constructor({ mono }) {
    super();
    this.#mono = mono;
  }

  get enabled() {
    return this.#context?.state === 'running';
  }

  get mono() {
    return this.#mono;
  }

  /** The WebAudio node that all guests play into; null before `enable()`. */
  get out() {
    return this.#out;
  }

  get context() {
    return this.#context;
  }

  /** Falls silent until it is enabled again. */
  async disable() {
    await this.#context?.suspend();
    this.dispatchEvent(new Event('change'));
  }

  /** Starts sound; to be called from a click. False when the browser does not let it. */
  async enable() {
    if (!this.#context) {
      this.#context = new AudioContext({ latencyHint: 'interactive' });
      this.#context.onstatechange = () => this.dispatchEvent(new Event('change'));
      this.#out = this.#context.createGain();
      this.#out.connect(this.#context.destination);
      this.#mix();
      for (const voice of this.#voices.values()) voice.plug(this.#out);
    }
    await this.#context.resume().catch(() => {});
    for (const voice of this.#voices.values()) voice.settle();
    this.dispatchEvent(new Event('change'));
    return this.enabled;
  }

  /** One sound in both ears, still with distance; for one ear, one loudspeaker, or rest. */
  set mono(mono) {
    this.#mono = mono;
    this.#mix();
    this.dispatchEvent(new Event('change'));
  }

  add(player) {
    const voice = new Voice(player);
    this.#voices.set(player.id, voice);
    if (this.#out) voice.plug(this.#out);
    return voice;
  }

  remove(id) {
    this.#voices.get(id)?.close();
    this.#voices.delete(id);
  }

  voice(id) {
    return this.#voices.get(id);
  }

  /** Puts the listener where `camera` is, with its head turned the same way. */
  listen(camera) {
    if (!this.#context) return;
    const { listener } = this.#context;
    camera.matrixWorld.decompose(this.#place, this.#turn, this.#way);
    const set = (names, { x, y, z }) => {
      [x, y, z].forEach((value, index) => {
        const param = listener[names[index]];
        if (Math.abs(param.value - value) > 1e-4) param.value = value;
      });
    };
    if (!listener.positionX) return this.#listenOld(listener);
    set(['positionX', 'positionY', 'positionZ'], this.#place);
    set(['forwardX', 'forwardY', 'forwardZ'], this.#way.set(0, 0, -1).applyQuaternion(this.#turn));
    set(['upX', 'upY', 'upZ'], this.#way.set(0, 1, 0).applyQuaternion(this.#turn));
  }

  /** Firefox has no parameters here. */
  #listenOld(listener) {
    const { x, y, z } = this.#place;
    listener.setPosition(x, y, z);
    const way = this.#way.set(0, 0, -1).applyQuaternion(this.#turn).toArray();
    const up = this.#way.set(0, 1, 0).applyQuaternion(this.#turn).toArray();
    listener.setOrientation(...way, ...up);
  }

  #mix() {
    if (!this.#out) return;
    this.#out.channelCountMode = this.#mono ? 'explicit' : 'max';
    this.#out.channelCount = this.#mono ? 1 : 2;
  }
}
