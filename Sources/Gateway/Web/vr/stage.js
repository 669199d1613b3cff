import {
  BackSide, Color, Group, Mesh, PerspectiveCamera, PlaneBufferGeometry, Scene, ShaderMaterial, SphereBufferGeometry, Vector4,
  WebGLRenderer,
} from '/three/build/three.module.js';
import { FrameTimes } from './frame-times.js';
import { EYE } from './layout.js';

const GROUND = 0x0b0d11;

/**
 * The scene and what draws it: on the page's canvas, or through the views of a headset. On the page a frame is drawn
 * only when something asked for it by `invalidate()`; a headset needs every one.
 *
 * three.js r111 has a WebXR part of its own, which expects exactly two views, one kind of reference space and two
 * controllers, and takes a session that ended for a running one. It is left off; `drawViews` does that work.
 */
export class Stage {
  #canvas;
  #step;
  #wanted = true;
  #loop = 0;
  #before = 0;
  #paused = false;
  #fence = null;
  #eyes = [];
  #viewport = new Vector4();

  renderer;
  scene = new Scene();
  /** The ground that a person stands on; walking moves it. */
  rig = new Group();
  /** The eyes on the page; in a headset it follows the head. */
  camera = new PerspectiveCamera(58, 1, 0.05, 60);
  times = new FrameTimes();
  calls = 0;

  /** `step(seconds, frame)` is called before each possible frame, with the XRFrame in a headset, and says by true that something moves. */
  constructor({ canvas, step }) {
    this.#canvas = canvas;
    this.#step = step;
    const context = contextOf(canvas);
    this.renderer = new WebGLRenderer({ canvas, context });
    this.renderer.vr.enabled = false;
    this.renderer.autoClear = false;
    this.renderer.info.autoReset = false;
    this.renderer.setClearColor(new Color(GROUND), 1);
    this.camera.position.y = EYE;
    this.camera.rotation.order = 'YXZ';
    this.rig.add(this.camera);
    this.scene.add(this.rig, dome(), floor());
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  start() {
    const turn = (now) => {
      this.#loop = requestAnimationFrame(turn);
      if (this.#paused) return;
      const seconds = Math.min(0.1, (now - this.#before) / 1000);
      this.#before = now;
      const began = performance.now();
      if (this.#step(seconds, null)) this.#wanted = true;
      if (!this.#wanted || !this.#drawn) return;
      this.#wanted = false;
      this.renderer.info.reset();
      this.renderer.clear();
      this.renderer.render(this.scene, this.camera);
      const gl = this.renderer.getContext();
      this.#fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
      gl.flush();
      this.#count(now, began);
    };
    this.#loop ||= requestAnimationFrame(turn);
  }

  stop() {
    cancelAnimationFrame(this.#loop);
    this.#loop = 0;
  }

  /** Asks for a frame on the page. */
  invalidate() {
    this.#wanted = true;
  }

  /** Draws one frame of a headset: every view of `pose` into its part of `layer`. */
  drawViews({ pose, layer, frame, now }) {
    const seconds = Math.min(0.1, (now - this.#before) / 1000);
    this.#before = now;
    const began = performance.now();
    this.camera.matrix.fromArray(pose.transform.matrix);
    this.camera.matrix.decompose(this.camera.position, this.camera.quaternion, this.camera.scale);
    this.#step(seconds, frame);
    const { renderer } = this;
    renderer.setFramebuffer(layer.framebuffer);
    renderer.setRenderTarget(null);
    renderer.info.reset();
    renderer.clear();
    pose.views.forEach((view, index) => {
      const part = layer.getViewport(view);
      if (!part || part.width === 0) return;
      const eye = this.#eye(index);
      eye.matrix.fromArray(view.transform.matrix);
      eye.projectionMatrix.fromArray(view.projectionMatrix);
      eye.updateMatrixWorld(true);
      renderer.state.viewport(this.#viewport.set(part.x, part.y, part.width, part.height));
      renderer.render(this.scene, eye);
    });
    this.#count(now, began);
  }

  /** The page's own loop rests while a headset draws. */
  set presenting(presenting) {
    this.#paused = presenting;
    this.times.clear();
    if (presenting) return;
    const { renderer } = this;
    renderer.setFramebuffer(null);
    renderer.setRenderTarget(null);
    for (const eye of this.#eyes.splice(0)) this.rig.remove(eye);
    this.#resize();
  }

  /**
   * Whether the frame before is on the screen. On a slow graphics card frames would else queue up, and everything be
   * shown late, the rest of the page too.
   */
  get #drawn() {
    if (!this.#fence) return true;
    const gl = this.renderer.getContext();
    if (!gl.isContextLost() && gl.getSyncParameter(this.#fence, gl.SYNC_STATUS) !== gl.SIGNALED) return false;
    gl.deleteSync(this.#fence);
    this.#fence = null;
    return true;
  }

  #eye(index) {
    if (!this.#eyes[index]) {
      const eye = new PerspectiveCamera();
      eye.matrixAutoUpdate = false;
      this.rig.add(eye);
      this.#eyes[index] = eye;
    }
    return this.#eyes[index];
  }

  #count(now, began) {
    this.calls = this.renderer.info.render.calls;
    this.times.take(now, performance.now() - began);
  }

  #resize() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (this.#paused || width === 0 || height === 0) return;
    const { antialias } = this.renderer.getContextAttributes();
    this.renderer.setPixelRatio(Math.min(antialias ? 2 : 1, devicePixelRatio));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    // A narrow window sees as much to the sides as a wide one, so that the wall is in it.
    const wide = 1.5;
    const half = Math.tan((29 * Math.PI) / 180);
    this.camera.fov = (2 * Math.atan(half * Math.max(1, wide / this.camera.aspect)) * 180) / Math.PI;
    this.camera.updateProjectionMatrix();
    this.invalidate();
  }
}

/**
 * Smooth edges where a graphics card draws. A processor that draws instead would need several times as long for each
 * frame; there they are left out.
 */
function contextOf(canvas) {
  const attributes = { alpha: false, antialias: !drawsBySoftware(), stencil: false, xrCompatible: true };
  const context = canvas.getContext('webgl2', attributes);
  if (!context) throw new Error('This browser gives no WebGL 2, which the wall needs.');
  return context;
}

/** Browsers do not say so by themselves; the name of what draws does. */
function drawsBySoftware() {
  const probe = document.createElement('canvas').getContext('webgl2');
  const info = probe?.getExtension('WEBGL_debug_renderer_info');
  const name = info ? probe.getParameter(info.UNMASKED_RENDERER_WEBGL) : '';
  probe?.getExtension('WEBGL_lose_context')?.loseContext();
  return /swiftshader|llvmpipe|softpipe|basic render/i.test(name);
}

const VERTEX = `
varying vec3 place;
void main() {
  place = position;
  gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0);
}`;

/** A little noise, for dark gradients show steps. */
const COMMON = `
const vec3 HORIZON = vec3(0.082, 0.094, 0.122);
float noise(vec2 p) { return (fract(sin(dot(p, vec2(12.9898, 78.233))) * 43758.5453) - 0.5) / 255.0; }`;

/** The surroundings: a dim horizon, darker above. */
function dome() {
  const material = new ShaderMaterial({
    side: BackSide, depthWrite: false, vertexShader: VERTEX,
    fragmentShader: `
varying vec3 place;
${COMMON}
void main() {
  float height = clamp(normalize(place).y, -0.2, 1.0);
  vec3 colour = mix(HORIZON, vec3(0.035, 0.041, 0.053), smoothstep(0.0, 0.6, height));
  gl_FragColor = vec4(colour + noise(gl_FragCoord.xy), 1.0);
}`,
  });
  const mesh = new Mesh(new SphereBufferGeometry(40, 32, 16), material);
  // Last of what is opaque: most of it is behind pictures.
  mesh.renderOrder = 2;
  mesh.frustumCulled = false;
  return mesh;
}

/** The floor, with lines, fading into the horizon: something that stands still, to stand on. */
function floor() {
  const material = new ShaderMaterial({
    vertexShader: VERTEX,
    fragmentShader: `
varying vec3 place;
${COMMON}
void main() {
  vec2 cell = abs(fract(place.xy - 0.5) - 0.5) / (1.4 * fwidth(place.xy));
  float line = 1.0 - min(min(cell.x, cell.y), 1.0);
  float away = 1.0 - smoothstep(2.0, 9.0, length(place.xy));
  vec3 colour = mix(vec3(0.047, 0.053, 0.069), vec3(0.17, 0.19, 0.25), line);
  gl_FragColor = vec4(mix(HORIZON, colour, away) + noise(gl_FragCoord.xy), 1.0);
}`,
  });
  // Not a disc: a corner of its triangles right below the eyes lies in the plane of the camera, where some software
  // rendering goes wrong.
  const mesh = new Mesh(new PlaneBufferGeometry(18, 18), material);
  mesh.rotation.x = -Math.PI / 2;
  mesh.renderOrder = 1;
  return mesh;
}
