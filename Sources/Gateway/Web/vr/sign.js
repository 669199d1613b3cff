import {
  CanvasTexture, CustomBlending, LinearFilter, LinearMipmapLinearFilter, Mesh, MeshBasicMaterial, OneFactor,
  OneMinusSrcAlphaFactor, PlaneBufferGeometry,
} from '/three/build/three.module.js';

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";

/** A flat piece of the scene that is painted on a canvas; painted again, and uploaded, only when its words change. */
export class Sign {
  #canvas = document.createElement('canvas');
  #texture;
  #said = null;

  mesh;

  /** Sizes in metres; `density` in pixels for each. */
  constructor({ width, height, density }) {
    this.#canvas.width = Math.round(width * density);
    this.#canvas.height = Math.round(height * density);
    this.#texture = new CanvasTexture(this.#canvas);
    this.#texture.minFilter = LinearMipmapLinearFilter;
    this.#texture.magFilter = LinearFilter;
    this.#texture.anisotropy = 8;
    // Text of light on nothing: without this, its edges would turn dark when the picture is made smaller.
    this.#texture.premultiplyAlpha = true;
    const material = new MeshBasicMaterial({
      map: this.#texture, transparent: true, depthWrite: false, blending: CustomBlending, blendSrc: OneFactor,
      blendDst: OneMinusSrcAlphaFactor,
    });
    this.mesh = new Mesh(new PlaneBufferGeometry(width, height), material);
  }

  /** Paints `words` (plain values) by `painter(context, words, {width, height})`; true when they differ from before. */
  say(words, painter) {
    const said = JSON.stringify(words);
    if (said === this.#said) return false;
    this.#said = said;
    const { width, height } = this.#canvas;
    const context = this.#canvas.getContext('2d');
    context.clearRect(0, 0, width, height);
    painter(context, words, { width, height });
    this.#texture.needsUpdate = true;
    return true;
  }

  close() {
    this.#texture.dispose();
    this.mesh.geometry.dispose();
    this.mesh.material.dispose();
  }
}

/** `text`, shortened with an ellipsis to what fits into `width` in the context's font. */
export function fitted(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let end = text.length;
  while (end > 0 && context.measureText(`${text.slice(0, end)}…`).width > width) end -= 1;
  return `${text.slice(0, end).trimEnd()}…`;
}

/** `text` in at most `limit` lines that fit into `width`. */
export function lines(context, text, width, limit) {
  const all = [];
  for (const word of text.split(' ')) {
    const longer = all.length > 0 ? `${all.at(-1)} ${word}` : word;
    if (all.length > 0 && context.measureText(longer).width <= width) all[all.length - 1] = longer;
    else all.push(word);
  }
  if (all.length > limit) all.splice(limit - 1, all.length, fitted(context, all.slice(limit - 1).join(' '), width));
  return all;
}
