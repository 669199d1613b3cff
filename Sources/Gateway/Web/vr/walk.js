import { Vector3 } from '/three/build/three.module.js';
import { EYE } from './layout.js';

const SPEED = 1.9;
const SPEED_IN_HEADSET = 1.2;
/** Radians for each pixel that the mouse is dragged. */
const TURN = 0.0032;
const HIGHEST = 1.2;
const ROOM = { x: 5, back: 5, front: -2.2 };

const WAYS = { KeyW: [0, -1], KeyS: [0, 1], KeyA: [-1, 0], KeyD: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** Walking and looking on a screen, and walking by thumbstick in a headset. */
export class Walk {
  #camera;
  #rig;
  #onMove;
  #held = new Set();
  #x = 0;
  #z = 0;
  #yaw = 0;
  #pitch = 0;
  #way = new Vector3();

  constructor({ camera, rig, onMove }) {
    this.#camera = camera;
    this.#rig = rig;
    this.#onMove = onMove;
  }

  /** Takes a key; true when it is one of walking. */
  press(code) {
    if (!(code in WAYS)) return false;
    this.#held.add(code);
    this.#onMove();
    return true;
  }

  lift(code) {
    this.#held.delete(code);
  }

  halt() {
    this.#held.clear();
  }

  /** Turns the head by so many pixels of a mouse; the picture follows the hand where `drag`, the look where not. */
  look(dx, dy, { drag }) {
    const sign = drag ? 1 : -1;
    this.#yaw += dx * TURN * sign;
    this.#pitch = Math.max(-HIGHEST, Math.min(HIGHEST, this.#pitch + dy * TURN * sign));
    this.apply();
  }

  /** Back to the middle, looking ahead. */
  reset() {
    this.#x = this.#z = this.#yaw = this.#pitch = 0;
    this.apply();
  }

  /** Puts the eyes of the page where they were; a headset moved them. */
  apply() {
    this.#rig.position.set(0, 0, 0);
    this.#camera.position.set(this.#x, EYE, this.#z);
    this.#camera.rotation.set(this.#pitch, this.#yaw, 0);
    this.#onMove();
  }

  step(seconds) {
    if (this.#held.size === 0) return false;
    let [x, z] = [0, 0];
    for (const code of this.#held) {
      x += WAYS[code][0];
      z += WAYS[code][1];
    }
    if (x === 0 && z === 0) return false;
    const way = (SPEED * seconds) / Math.hypot(x, z);
    const [sin, cos] = [Math.sin(this.#yaw), Math.cos(this.#yaw)];
    this.#x = within(this.#x + (x * cos + z * sin) * way, -ROOM.x, ROOM.x);
    this.#z = within(this.#z + (z * cos - x * sin) * way, ROOM.front, ROOM.back);
    this.apply();
    return true;
  }

  /** Walks in a headset, in the direction of the head. */
  glide(x, y, seconds) {
    const way = this.#way.set(x, 0, y).applyQuaternion(this.#camera.quaternion);
    way.y = 0;
    const { position } = this.#rig;
    position.addScaledVector(way, SPEED_IN_HEADSET * seconds);
    position.x = within(position.x, -ROOM.x, ROOM.x);
    position.z = within(position.z, ROOM.front, ROOM.back);
  }
}

const within = (value, low, high) => Math.max(low, Math.min(high, value));
