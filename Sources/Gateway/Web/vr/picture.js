import {
  ClampToEdgeWrapping, LinearFilter, Mesh, PlaneBufferGeometry, RGBAFormat, ShaderMaterial, Texture, Vector2,
} from '/three/build/three.module.js';
import { pictureShape } from '/shared/geometry.js';
import { Glide } from './glide.js';
import { PLANE } from './layout.js';

const VERTEX = `
varying vec2 at;
void main() {
  at = uv;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`;

/** The picture in its own shape on a dark screen; beyond its edges the screen stays dark. */
const FRAGMENT = `
uniform sampler2D map;
uniform vec2 fit;
uniform float light;
varying vec2 at;
const vec3 screen = vec3(0.027, 0.031, 0.039);
void main() {
  vec2 place = (at - 0.5) / fit + 0.5;
  vec2 inside = step(vec2(0.0), place) * step(place, vec2(1.0));
  vec3 colour = texture2D(map, clamp(place, 0.0, 1.0)).rgb;
  gl_FragColor = vec4(mix(screen, colour, light * inside.x * inside.y), 1.0);
}`;

const geometry = new PlaneBufferGeometry(PLANE.width, PLANE.height);

/**
 * A guest's picture as a surface of the scene, from its player's `<video>`. A frame is uploaded when it is new and the
 * surface is drawn: a guest that stands still, or hangs outside the view, costs no upload.
 */
export class Picture {
  #player;
  #fresh = false;
  #onFresh;
  #handle = 0;
  #light = new Glide(0);
  #shape = 0;
  #uniforms;
  #texture;

  /** Frames uploaded to the graphics card since the page was opened. */
  uploads = 0;
  mesh;

  /** `onFresh` is called for each frame that waits to be drawn. */
  constructor({ player, onFresh }) {
    this.#player = player;
    this.#onFresh = onFresh;
    this.#texture = new Texture(
      player.video, undefined, ClampToEdgeWrapping, ClampToEdgeWrapping, LinearFilter, LinearFilter, RGBAFormat);
    this.#texture.generateMipmaps = false;
    this.#texture.onUpdate = () => (this.uploads += 1);
    this.#uniforms = { map: { value: this.#texture }, fit: { value: new Vector2(1, 1) }, light: { value: 0 } };
    const material = new ShaderMaterial({ uniforms: this.#uniforms, vertexShader: VERTEX, fragmentShader: FRAGMENT });
    this.mesh = new Mesh(geometry, material);
    this.mesh.onBeforeRender = () => this.#upload();
    this.#await();
  }

  get texture() {
    return this.#texture;
  }

  /** How bright it shall be, from 0 (dark) to 1. */
  set light(value) {
    this.#light.target = value;
  }

  /** Goes on for `seconds`; true while something changes. */
  step(seconds) {
    const { video, size } = this.#player;
    const shape = pictureShape(video, size) ?? this.#shape;
    if (shape !== this.#shape) {
      this.#shape = shape;
      const own = PLANE.width / PLANE.height;
      this.#uniforms.fit.value.set(Math.min(1, shape / own), Math.min(1, own / shape));
      this.#onFresh();
    }
    const moves = this.#light.step(seconds);
    this.#uniforms.light.value = this.#texture.version > 0 ? this.#light.value : 0;
    return moves;
  }

  /** The guest's own place, 0..1 from the top left, at a place of the surface; held to the picture's edges. */
  placeAt({ x, y }) {
    const fit = this.#uniforms.fit.value;
    const part = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1e5) / 1e5;
    return { x: part((x - 0.5) / fit.x + 0.5), y: part(0.5 - (y - 0.5) / fit.y) };
  }

  close() {
    this.#player.video.cancelVideoFrameCallback?.(this.#handle);
    this.#onFresh = null;
    this.#texture.dispose();
    this.mesh.material.dispose();
  }

  #await() {
    const { video } = this.#player;
    const take = () => {
      if (!this.#onFresh) return;
      this.#fresh = true;
      this.#onFresh();
      this.#await();
    };
    if (video.requestVideoFrameCallback) this.#handle = video.requestVideoFrameCallback(take);
    else video.addEventListener('timeupdate', take, { once: true });
  }

  #upload() {
    const { video } = this.#player;
    if (!this.#fresh || video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA || !video.videoWidth) return;
    this.#fresh = false;
    this.#texture.needsUpdate = true;
  }
}
