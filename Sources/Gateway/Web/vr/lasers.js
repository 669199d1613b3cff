import {
  BufferGeometry, Color, Float32BufferAttribute, Group, Line, LineBasicMaterial, Mesh, MeshBasicMaterial, Points, PointsMaterial,
  SphereBufferGeometry, Vector3,
} from '/three/build/three.module.js';
import { buttonAt } from './bindings.js';

const REACH = 6;
/** A thumbstick that rests is not always at 0. */
const REST = 0.2;

/**
 * What points and presses in a headset: controllers, hands, a gaze, a finger on glass; whatever the device calls an
 * input source. Each is a pointer of `pointing`, named `xr-1`, `xr-2` ...
 *
 * `onTrigger(id, pressed, at)` tells of the main button of any of them, `onButton(name, pressed)` of a controller's
 * others (`bindings.js` names them), `onStick(hand, x, y, seconds)` of a thumbstick that is moved.
 */
export class Lasers {
  #pointing;
  #rig;
  #on;
  #sources = new Map();
  #count = 0;
  #session = null;
  #life = null;
  #space;
  #origin = new Vector3();
  #direction = new Vector3();

  constructor({ pointing, rig, space, onTrigger, onButton, onStick }) {
    this.#pointing = pointing;
    this.#rig = rig;
    this.#space = space;
    this.#on = { trigger: onTrigger, button: onButton, stick: onStick };
  }

  /** Listens to a session until it ends. */
  attach(session) {
    this.#session = session;
    this.#life = new AbortController();
    const { signal } = this.#life;
    session.addEventListener('selectstart', (event) => {
      const source = this.#source(event.inputSource);
      // What exists only while it is pressed, as a touch or a pinch, has no ray before this.
      this.#aim(source, event.frame, event.inputSource);
      source.pressed = true;
      this.#on.trigger(source.id, true, performance.now());
    }, { signal });
    session.addEventListener('selectend', (event) => this.#release(this.#source(event.inputSource)), { signal });
    session.addEventListener('inputsourceschange', ({ removed }) => {
      for (const one of removed ?? []) this.#remove(one);
    }, { signal });
  }

  detach() {
    for (const one of [...this.#sources.keys()]) this.#remove(one);
    this.#life?.abort();
    this.#session = null;
  }

  /** Aims all of them by the poses of a frame. */
  step(seconds, frame) {
    if (!this.#session) return;
    for (const input of this.#session.inputSources) {
      const source = this.#source(input);
      this.#aim(source, frame, input);
      this.#showHand(source, frame, input);
      if (input.gamepad) this.#play(source, input, seconds);
    }
  }

  #source(input) {
    let source = this.#sources.get(input);
    if (!source) {
      this.#count += 1;
      source = { id: `xr-${this.#count}`, object: new Group(), buttons: [], pressed: false, joints: null };
      source.line = beam();
      source.dot = new Mesh(dotShape, new MeshBasicMaterial({ color: 0xffffff, depthTest: false, transparent: true }));
      source.dot.renderOrder = 20;
      source.object.add(source.line, source.dot);
      this.#rig.add(source.object);
      this.#sources.set(input, source);
    }
    return source;
  }

  #remove(input) {
    const source = this.#sources.get(input);
    if (!source) return;
    this.#release(source);
    this.#pointing.drop(source.id);
    this.#rig.remove(source.object);
    this.#sources.delete(input);
    for (const one of [source.line, source.joints]) {
      one?.geometry.dispose();
      one?.material.dispose();
    }
    source.dot.material.dispose();
  }

  #release(source) {
    if (!source.pressed) return;
    source.pressed = false;
    this.#on.trigger(source.id, false, performance.now());
  }

  #aim(source, frame, input) {
    const pose = frame.getPose(input.targetRaySpace, this.#space());
    source.object.visible = Boolean(pose);
    if (!pose) return;
    source.line.matrix.fromArray(pose.transform.matrix);
    this.#rig.updateMatrixWorld();
    source.line.updateMatrixWorld(true);
    const { matrixWorld } = source.line;
    this.#origin.setFromMatrixPosition(matrixWorld);
    this.#direction.set(0, 0, -1).transformDirection(matrixWorld);
    const hit = this.#pointing.aim(source.id, { origin: this.#origin, direction: this.#direction });
    // A ray out of the eyes would be a dot before them; only where it ends is shown.
    const fromHand = input.targetRayMode === 'tracked-pointer';
    source.line.visible = fromHand;
    source.line.geometry.attributes.position.setXYZ(1, 0, 0, -(hit?.distance ?? REACH));
    source.line.geometry.attributes.position.needsUpdate = true;
    source.line.material.color.copy(hit ? AT_SOMETHING : AT_NOTHING);
    source.dot.visible = Boolean(hit);
    if (hit) {
      source.dot.position.copy(this.#rig.worldToLocal(hit.point.clone()));
      source.dot.scale.setScalar(Math.max(0.4, hit.distance / 3));
    }
  }

  #showHand(source, frame, { hand }) {
    if (!hand || !frame.fillPoses) return;
    source.joints ??= this.#hand(source, hand.size);
    const spaces = [...hand.values()];
    const poses = new Float32Array(spaces.length * 16);
    source.joints.visible = frame.fillPoses(spaces, this.#space(), poses);
    if (!source.joints.visible) return;
    const { position } = source.joints.geometry.attributes;
    for (let i = 0; i < spaces.length; i += 1) position.setXYZ(i, poses[i * 16 + 12], poses[i * 16 + 13], poses[i * 16 + 14]);
    position.needsUpdate = true;
  }

  #hand(source, count) {
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new Float32BufferAttribute(new Float32Array(count * 3), 3));
    const joints = new Points(geometry, new PointsMaterial({ color: 0xc3c8d0, size: 0.014 }));
    joints.frustumCulled = false;
    source.object.add(joints);
    return joints;
  }

  #play(source, { gamepad, handedness }, seconds) {
    gamepad.buttons.forEach(({ pressed }, index) => {
      const before = source.buttons[index] ?? false;
      source.buttons[index] = pressed;
      const name = buttonAt(handedness, index);
      // The trigger comes as select, which every kind of input has.
      if (pressed !== before && name && name !== 'trigger') this.#on.button(name, pressed);
    });
    const [x = 0, y = 0] = gamepad.axes.slice(2);
    if (Math.hypot(x, y) > REST) this.#on.stick(handedness, x, y, seconds);
  }
}

const AT_SOMETHING = new Color(0xb8c4ff);
const AT_NOTHING = new Color(0x5a6270);
const dotShape = new SphereBufferGeometry(0.012, 12, 8);

function beam() {
  const geometry = new BufferGeometry();
  geometry.setAttribute('position', new Float32BufferAttribute([0, 0, 0, 0, 0, -REACH], 3));
  const line = new Line(geometry, new LineBasicMaterial({ color: AT_NOTHING }));
  line.matrixAutoUpdate = false;
  line.frustumCulled = false;
  return line;
}
