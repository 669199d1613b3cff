import {
  CanvasTexture, CustomBlending, LinearFilter, LinearMipmapLinearFilter, Mesh, MeshBasicMaterial, OneFactor,
  OneMinusSrcAlphaFactor, PlaneBufferGeometry, Vector3,
} from '/three/build/three.module.js';
import { FONT, fitted } from './sign.js';

const COLOURS = {
  ground: '#14171c', line: '#39404b', key: '#232831', over: '#36405a', down: '#8ba0ff', on: '#33406f',
  text: '#f2f0ea', dark: '#0b0e1c', muted: '#a4abb6',
};
const RADIUS = 10;

/**
 * A panel of buttons in the scene, painted on one canvas. A cell is `{x, y, width, height, text}` in pixels, with `note`
 * (muted words at its right), `on` (chosen), `plain` (words only, cannot be pressed), `left` (text at the left),
 * `press(at)` and `lift()`.
 */
export class Board {
  #canvas = document.createElement('canvas');
  #context;
  #texture;
  #cells = [];
  #title = '';
  #over = new Map();
  #held = new Map();
  #cursor = null;
  #onChange;
  #dirty = false;
  #size;

  mesh;

  /** `width` and `height` in pixels; `density` in pixels for each metre. */
  constructor({ width, height, density, onChange }) {
    this.#size = { width, height };
    this.#canvas.width = width;
    this.#canvas.height = height;
    this.#context = this.#canvas.getContext('2d');
    this.#texture = new CanvasTexture(this.#canvas);
    this.#texture.minFilter = LinearMipmapLinearFilter;
    this.#texture.magFilter = LinearFilter;
    this.#texture.anisotropy = 8;
    // As on a sign: corners that are not there must not darken the edge.
    this.#texture.premultiplyAlpha = true;
    this.#onChange = onChange;
    const material = new MeshBasicMaterial({
      map: this.#texture, transparent: true, depthTest: false, blending: CustomBlending, blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
    });
    this.mesh = new Mesh(new PlaneBufferGeometry(width / density, height / density), material);
    this.mesh.renderOrder = 10;
    this.mesh.visible = false;
    this.mesh.onBeforeRender = () => this.#dirty && this.#paint();
  }

  get visible() {
    return this.mesh.visible;
  }

  get cells() {
    return this.#cells;
  }

  /** Shows these cells from now on, on a board of so many pixels in height, at most the one it was made with. */
  fill(title, cells, height = this.#size.height) {
    this.#size.height = height;
    const part = height / this.#canvas.height;
    this.mesh.scale.y = part;
    this.#texture.repeat.y = part;
    this.#texture.offset.y = 1 - part;
    this.#title = title;
    this.#cells = cells;
    if (this.#cursor !== null) this.#cursor = Math.min(this.#cursor, cells.length - 1);
    this.#redraw();
  }

  /** Opens before `camera`: `distance` away, `drop` below its height, turned to it. */
  open(camera, { distance, drop }) {
    const eyes = new Vector3().setFromMatrixPosition(camera.matrixWorld);
    const way = new Vector3(0, 0, -1).transformDirection(camera.matrixWorld);
    way.y = 0;
    if (way.lengthSq() < 1e-4) way.set(0, 0, -1);
    way.normalize();
    this.mesh.position.copy(eyes).addScaledVector(way, distance);
    this.mesh.position.y = eyes.y - drop;
    // Half way turned to the eyes: still upright enough to be read on a screen.
    this.mesh.lookAt(eyes.setY(eyes.y - drop / 2));
    this.mesh.visible = true;
    this.#cursor = null;
    this.#redraw();
  }

  close() {
    for (const cell of this.#held.values()) cell.lift?.();
    this.#held.clear();
    this.#over.clear();
    this.mesh.visible = false;
    this.#onChange();
  }

  /** Moves the keyboard's choice by so many cells that can be pressed. */
  move(by) {
    const able = this.#cells.filter(({ plain }) => !plain);
    const now = able.indexOf(this.#cells[this.#cursor]);
    const next = now < 0 ? (by > 0 ? 0 : able.length - 1) : (now + by + able.length) % able.length;
    this.#cursor = this.#cells.indexOf(able[next]);
    this.#redraw();
  }

  /** Presses the keyboard's choice. */
  choose() {
    const cell = this.#cells[this.#cursor];
    if (!cell) return;
    cell.press?.(performance.now());
    cell.lift?.();
    this.#redraw();
  }

  over(pointer, hit) {
    const cell = this.#at(hit);
    if (this.#over.get(pointer) === cell) return;
    this.#over.set(pointer, cell);
    this.#redraw();
  }

  out(pointer) {
    if (this.#over.delete(pointer)) this.#redraw();
  }

  press(pointer, hit, at) {
    const cell = this.#at(hit);
    if (!cell) return;
    this.#held.set(pointer, cell);
    cell.press?.(at);
    this.#redraw();
  }

  lift(pointer) {
    const cell = this.#held.get(pointer);
    if (!cell) return;
    this.#held.delete(pointer);
    cell.lift?.();
    this.#redraw();
  }

  /** Where a cell lies, as a hit has it. */
  placeOf(cell) {
    const { width, height } = this.#size;
    return { x: (cell.x + cell.width / 2) / width, y: 1 - (cell.y + cell.height / 2) / height };
  }

  #at({ x, y }) {
    const { width, height } = this.#size;
    const [left, top] = [x * width, (1 - y) * height];
    return this.#cells.find((cell) => !cell.plain && left >= cell.x && left < cell.x + cell.width
      && top >= cell.y && top < cell.y + cell.height) ?? null;
  }

  #redraw() {
    this.#dirty = true;
    this.#onChange();
  }

  #paint() {
    this.#dirty = false;
    const context = this.#context;
    const { width, height } = this.#size;
    context.clearRect(0, 0, width, this.#canvas.height);
    block(context, { x: 1, y: 1, width: width - 2, height: height - 2 }, 22, COLOURS.ground, COLOURS.line);
    context.textBaseline = 'middle';
    context.textAlign = 'left';
    context.fillStyle = COLOURS.text;
    context.font = `600 30px ${FONT}`;
    context.fillText(this.#title, 28, 42);
    const over = new Set(this.#over.values());
    const held = new Set(this.#held.values());
    this.#cells.forEach((cell, index) => paintCell(context, cell, {
      down: held.has(cell), over: over.has(cell) || index === this.#cursor,
    }));
    this.#texture.needsUpdate = true;
  }
}

function paintCell(context, cell, { down, over }) {
  const { x, y, width, height, text, note, on, plain, left } = cell;
  if (!plain) {
    const fill = down ? COLOURS.down : over ? COLOURS.over : on ? COLOURS.on : COLOURS.key;
    block(context, { x: x + 3, y: y + 3, width: width - 6, height: height - 6 }, RADIUS, fill, on || over ? COLOURS.down : COLOURS.line);
  }
  const middle = y + height / 2 + 1;
  context.fillStyle = down ? COLOURS.dark : plain ? COLOURS.muted : COLOURS.text;
  let room = width - (left ? 36 : 12);
  if (note) {
    context.font = `400 22px ${FONT}`;
    context.textAlign = 'right';
    context.save();
    if (!down) context.fillStyle = COLOURS.muted;
    context.fillText(note, x + width - 18, middle);
    context.restore();
    room -= context.measureText(note).width + 16;
  }
  context.font = `500 ${text.length === 1 ? 28 : text.length === 3 && width < 70 ? 20 : 23}px ${FONT}`;
  context.textAlign = left ? 'left' : 'center';
  context.fillText(fitted(context, text, room), left ? x + 18 : x + width / 2, middle);
}

function block(context, { x, y, width, height }, radius, fill, stroke) {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fillStyle = fill;
  context.fill();
  context.strokeStyle = stroke;
  context.lineWidth = 2;
  context.stroke();
}
