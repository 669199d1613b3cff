// A headset for tests: WebXR's device side, as the page sees it, drawing into a real framebuffer of the page's context.
// `headset.aim(point)` turns the controller; `headset.select(ms)` pulls its trigger; `headset.button(index, pressed)`.
(() => {
  const [WIDTH, HEIGHT] = [1000, 500];
  const EYE = [0, 1.6, 0];
  const HAND = [0.2, 1.3, -0.3];

  const translation = ([x, y, z]) => new Float32Array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, x, y, z, 1]);
  const transform = (matrix) => ({ matrix });
  const normal = (v) => v.map((one) => one / Math.hypot(...v));
  const cross = ([a, b, c], [d, e, f]) => [b * f - c * e, c * d - a * f, a * e - b * d];

  // A pose at `from` whose -z goes to `to`.
  const pointing = (from, to) => {
    const back = normal(from.map((one, index) => one - to[index]));
    const right = normal(cross([0, 1, 0], back));
    const up = cross(back, right);
    return new Float32Array([...right, 0, ...up, 0, ...back, 0, ...from, 1]);
  };

  const projection = (aspect) => {
    const [near, far, f] = [0.05, 60, 1 / Math.tan(0.8)];
    return new Float32Array([
      f / aspect, 0, 0, 0, 0, f, 0, 0, 0, 0, (far + near) / (near - far), -1, 0, 0, (2 * far * near) / (near - far), 0]);
  };

  class Layer {
    constructor(session, gl) {
      this.gl = gl;
      this.framebuffer = gl.createFramebuffer();
      const colour = gl.createTexture();
      const before = gl.getParameter(gl.TEXTURE_BINDING_2D);
      gl.bindTexture(gl.TEXTURE_2D, colour);
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, WIDTH, HEIGHT, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
      gl.bindTexture(gl.TEXTURE_2D, before);
      const depth = gl.createRenderbuffer();
      gl.bindRenderbuffer(gl.RENDERBUFFER, depth);
      gl.renderbufferStorage(gl.RENDERBUFFER, gl.DEPTH_COMPONENT16, WIDTH, HEIGHT);
      gl.bindFramebuffer(gl.FRAMEBUFFER, this.framebuffer);
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, colour, 0);
      gl.framebufferRenderbuffer(gl.FRAMEBUFFER, gl.DEPTH_ATTACHMENT, gl.RENDERBUFFER, depth);
      gl.bindFramebuffer(gl.FRAMEBUFFER, null);
      window.headset.layer = this;
    }

    getViewport({ eye }) {
      return { x: eye === 'left' ? 0 : WIDTH / 2, y: 0, width: WIDTH / 2, height: HEIGHT };
    }
  }

  class Session extends EventTarget {
    renderState = { baseLayer: null };
    inputSources = [headset.controller];
    frames = 0;
    ended = false;
    #callbacks = [];

    constructor() {
      super();
      const turn = () => {
        if (this.ended) return;
        setTimeout(turn, headset.interval);
        if (!this.renderState.baseLayer) return;
        const callbacks = this.#callbacks.splice(0);
        if (callbacks.length === 0) return;
        this.frames += 1;
        for (const callback of callbacks) callback(performance.now(), this.frame);
      };
      setTimeout(turn, 0);
    }

    get frame() {
      const space = (one) => one?.matrix ?? null;
      return {
        session: this,
        getViewerPose: () => ({
          transform: transform(headset.head),
          views: ['left', 'right'].map((eye) => {
            const matrix = Float32Array.from(headset.head);
            matrix[12] += eye === 'left' ? -0.032 : 0.032;
            return { eye, transform: transform(matrix), projectionMatrix: projection(WIDTH / 2 / HEIGHT) };
          }),
        }),
        getPose: (one) => (space(one) ? { transform: transform(space(one)) } : null),
      };
    }

    updateRenderState(state) {
      Object.assign(this.renderState, state);
    }

    async requestReferenceSpace(type) {
      if (!headset.spaces.includes(type)) throw new DOMException('no such space', 'NotSupportedError');
      return { type };
    }

    requestAnimationFrame(callback) {
      return this.#callbacks.push(callback);
    }

    async end() {
      if (this.ended) throw new DOMException('ended', 'InvalidStateError');
      this.ended = true;
      this.dispatchEvent(new Event('end'));
    }
  }

  const headset = {
    spaces: ['local-floor', 'local'],
    interval: 16,
    sessions: [],
    layer: null,
    head: translation(EYE),
    controller: {
      handedness: 'right',
      targetRayMode: 'tracked-pointer',
      targetRaySpace: { matrix: pointing(HAND, [0, 1.6, -3]) },
      profiles: ['generic-trigger-squeeze-thumbstick'],
      gamepad: { mapping: 'xr-standard', axes: [0, 0, 0, 0], buttons: Array.from({ length: 6 }, () => ({ pressed: false })) },
    },
    get session() {
      return headset.sessions.at(-1);
    },
    aim(point) {
      headset.controller.targetRaySpace.matrix = pointing(HAND, point);
    },
    tell(type, inputSource = headset.controller) {
      const { session } = headset;
      session.dispatchEvent(Object.assign(new Event(type), { inputSource, frame: session.frame }));
    },
    async select(ms = 60) {
      headset.tell('selectstart');
      await new Promise((done) => setTimeout(done, ms));
      headset.tell('select');
      headset.tell('selectend');
    },
    button(index, pressed) {
      headset.controller.gamepad.buttons[index].pressed = pressed;
    },
    // What both eyes see, as a data URL.
    picture() {
      const { gl, framebuffer } = headset.layer;
      const before = gl.getParameter(gl.FRAMEBUFFER_BINDING);
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      const pixels = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
      gl.readPixels(0, 0, WIDTH, HEIGHT, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      gl.bindFramebuffer(gl.FRAMEBUFFER, before);
      const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
      const context = canvas.getContext('2d');
      context.putImageData(new ImageData(pixels, WIDTH, HEIGHT), 0, 0);
      context.globalCompositeOperation = 'copy';
      context.setTransform(1, 0, 0, -1, 0, HEIGHT);
      context.drawImage(canvas, 0, 0);
      return canvas.toDataURL();
    },
    // How far the picture of an eye is from one colour: the greatest difference of a channel in it.
    contrast(eye) {
      const { gl, framebuffer } = headset.layer;
      const before = gl.getParameter(gl.FRAMEBUFFER_BINDING);
      gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
      const pixels = new Uint8Array((WIDTH / 2) * HEIGHT * 4);
      gl.readPixels(eye === 'left' ? 0 : WIDTH / 2, 0, WIDTH / 2, HEIGHT, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
      gl.bindFramebuffer(gl.FRAMEBUFFER, before);
      let [low, high] = [255, 0];
      for (let i = 0; i < pixels.length; i += 4) {
        low = Math.min(low, pixels[i]);
        high = Math.max(high, pixels[i]);
      }
      return high - low;
    },
  };
  window.headset = headset;
  window.XRWebGLLayer = Layer;
  WebGL2RenderingContext.prototype.makeXRCompatible = async () => {};
  const xr = Object.assign(new EventTarget(), {
    isSessionSupported: async (mode) => mode === 'immersive-vr',
    requestSession: async (mode) => {
      if (headset.refuses) throw new DOMException('the person said no', 'NotAllowedError');
      headset.sessions.push(new Session());
      return headset.session;
    },
  });
  Object.defineProperty(navigator, 'xr', { value: xr, configurable: true });
})();
