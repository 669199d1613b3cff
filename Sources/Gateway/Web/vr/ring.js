import { BufferGeometry, Color, DoubleSide, Float32BufferAttribute, Mesh, ShaderMaterial } from '/three/build/three.module.js';
import { Glide } from './glide.js';
import { PLANE } from './layout.js';

const GAP = 0.006;
const THICKNESS = 0.017;
const CORNER = 0.03;
const CORNER_STEPS = 6;

const VERTEX = `
attribute float along;
varying float part;
void main() {
  part = along;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`;

/** Lit from the middle below up both sides: green, then amber from 40 %, red from 75 %. */
const FRAGMENT = `
uniform float level;
uniform vec3 base;
varying float part;
void main() {
  vec3 tone = part < 0.4 ? vec3(0.20, 0.72, 0.47) : part < 0.75 ? vec3(0.90, 0.70, 0.28) : vec3(0.95, 0.42, 0.42);
  float lit = level > 0.0 ? 1.0 - smoothstep(level - 0.006, level + 0.006, part) : 0.0;
  gl_FragColor = vec4(mix(base, tone, lit), 1.0);
}`;

const RESTING = new Color(0x23272f);
const CHOSEN = new Color(0x8ba0ff);
const HELD = new Color(0xf2f0ea);

/** The frame around a guest's picture, which shows how loud the guest is: the level its node measured. */
export class Ring {
  #level = new Glide(0);
  #uniforms = { level: { value: 0 }, base: { value: RESTING } };

  mesh;

  constructor() {
    const material = new ShaderMaterial({
      uniforms: this.#uniforms, vertexShader: VERTEX, fragmentShader: FRAGMENT, side: DoubleSide,
    });
    this.mesh = new Mesh(geometry, material);
  }

  /** The part that is lit now or soon, 0..1. */
  get level() {
    return this.#level.target;
  }

  set level(value) {
    this.#level.target = value;
  }

  /** Whether the guest is focused, and whether this page controls it. */
  mark({ focused, controlled }) {
    this.#uniforms.base.value = controlled ? HELD : focused ? CHOSEN : RESTING;
  }

  step(seconds) {
    const moves = this.#level.step(seconds);
    this.#uniforms.level.value = this.#level.value;
    return moves;
  }

  close() {
    this.mesh.material.dispose();
  }
}

/** Points of the frame's outline, from the middle below, with the outward direction at each. */
function outline() {
  const width = PLANE.width / 2 + GAP - CORNER;
  const height = PLANE.height / 2 + GAP - CORNER;
  const points = [{ x: 0, y: -height - CORNER, nx: 0, ny: -1 }];
  const corners = [[width, -height, -90], [width, height, 0], [-width, height, 90], [-width, -height, 180]];
  for (const [x, y, from] of corners) {
    for (let step = 0; step <= CORNER_STEPS; step += 1) {
      const angle = ((from + (90 * step) / CORNER_STEPS) * Math.PI) / 180;
      const [nx, ny] = [Math.cos(angle), Math.sin(angle)];
      points.push({ x: x + nx * CORNER, y: y + ny * CORNER, nx, ny });
    }
    // The middle above, where both sides meet, is a point of its own.
    if (from === 0) points.push({ x: 0, y: height + CORNER, nx: 0, ny: 1 });
  }
  points.push(points[0]);
  return points;
}

const geometry = (() => {
  const points = outline();
  const way = [0];
  for (let i = 1; i < points.length; i += 1) {
    way.push(way[i - 1] + Math.hypot(points[i].x - points[i - 1].x, points[i].y - points[i - 1].y));
  }
  const positions = [];
  const along = [];
  const index = [];
  points.forEach(({ x, y, nx, ny }, i) => {
    positions.push(x, y, 0, x + nx * THICKNESS, y + ny * THICKNESS, 0);
    const part = 1 - Math.abs(1 - (2 * way[i]) / way.at(-1));
    along.push(part, part);
    if (i > 0) index.push(2 * i - 2, 2 * i - 1, 2 * i, 2 * i, 2 * i - 1, 2 * i + 1);
  });
  const shape = new BufferGeometry();
  shape.setAttribute('position', new Float32BufferAttribute(positions, 3));
  shape.setAttribute('along', new Float32BufferAttribute(along, 1));
  shape.setIndex(index);
  return shape;
})();
