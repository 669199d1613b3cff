import { Raycaster } from '/three/build/three.module.js';

/**
 * What each pointer, a mouse, a laser, a hand or a gaze, points at and has pressed.
 *
 * A target is `{mesh, over(pointer, hit), out(pointer), press(pointer, hit, at, button), lift(pointer, hit, button)}`; a
 * hit is `{x, y, point, distance}` with x and y from 0 to 1 of the surface, y upwards. A target keeps a pointer that pressed it
 * until that is lifted, also beyond its edges, as a drag needs.
 */
export class Pointing {
  #targets;
  #caster = new Raycaster();
  #pointers = new Map();

  /** `targets()` gives what can be pointed at now. */
  constructor(targets) {
    this.#targets = targets;
  }

  /** A pointer points along a ray `{origin, direction}`; gives the hit, or null. */
  aim(id, ray) {
    const pointer = this.#pointer(id);
    const found = this.#cast(ray);
    if (pointer.held) {
      pointer.hit = found?.target === pointer.held ? found.hit : this.#beyond(pointer.held, ray);
      if (pointer.hit) pointer.held.over(id, pointer.hit);
      return pointer.hit;
    }
    if (pointer.target !== found?.target) pointer.target?.out(id);
    pointer.target = found?.target ?? null;
    pointer.hit = found?.hit ?? null;
    pointer.target?.over(id, pointer.hit);
    return pointer.hit;
  }

  /** What a pointer points at; null for nothing. */
  target(id) {
    return this.#pointers.get(id)?.target ?? null;
  }

  /** Presses a button on what the pointer points at; false where that is nothing. */
  press(id, at = performance.now(), button = 0) {
    const pointer = this.#pointer(id);
    pointer.held ??= pointer.target;
    if (!pointer.held || !pointer.hit) return false;
    pointer.buttons.add(button);
    pointer.held.press(id, pointer.hit, at, button);
    return true;
  }

  lift(id, button = 0) {
    const pointer = this.#pointer(id);
    const { held } = pointer;
    if (!pointer.buttons.delete(button)) return;
    if (pointer.buttons.size === 0) pointer.held = null;
    held?.lift(id, pointer.hit, button);
  }

  /** Whether the pointer holds a button down on something. */
  holds(id) {
    return (this.#pointers.get(id)?.held ?? null) !== null;
  }

  /** A pointer is gone; what it held is let go. */
  drop(id) {
    const pointer = this.#pointers.get(id);
    if (!pointer) return;
    for (const button of [...pointer.buttons]) this.lift(id, button);
    pointer.target?.out(id);
    this.#pointers.delete(id);
  }

  /** A target is gone. */
  forget(target) {
    for (const pointer of this.#pointers.values()) {
      if (pointer.target === target) pointer.target = null;
      if (pointer.held === target) {
        pointer.held = null;
        pointer.buttons.clear();
      }
    }
  }

  #pointer(id) {
    if (!this.#pointers.has(id)) this.#pointers.set(id, { target: null, held: null, hit: null, buttons: new Set() });
    return this.#pointers.get(id);
  }

  #cast({ origin, direction }) {
    this.#caster.set(origin, direction);
    let best = null;
    for (const target of this.#targets()) {
      target.mesh.updateWorldMatrix(true, false);
      const [first] = this.#caster.intersectObject(target.mesh);
      if (first && (!best || first.distance < best.hit.distance)) best = { target, hit: hitOf(first) };
    }
    return best;
  }

  /** Where the ray meets the plane of a target, beyond its edges too. */
  #beyond(target, { origin, direction }) {
    const { mesh } = target;
    const inverse = mesh.matrixWorld.clone();
    inverse.getInverse(mesh.matrixWorld);
    const from = origin.clone().applyMatrix4(inverse);
    const to = origin.clone().add(direction).applyMatrix4(inverse).sub(from);
    if (Math.abs(to.z) < 1e-6 || -from.z / to.z < 0) return null;
    const local = from.addScaledVector(to, -from.z / to.z);
    const { width, height } = mesh.geometry.parameters;
    const point = local.clone().applyMatrix4(mesh.matrixWorld);
    return { x: local.x / width + 0.5, y: local.y / height + 0.5, point, distance: point.distanceTo(origin) };
  }
}

const hitOf = ({ uv, point, distance }) => ({ x: uv.x, y: uv.y, point, distance });
