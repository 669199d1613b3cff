const NEEDS = 'immersive-vr';
/** Height of the eyes where the device does not know its floor. */
const EYE = 1.6;

/**
 * The immersive session of a headset, through today's WebXR: one layer, any number of views.
 *
 * `state` is `checking`, `absent` (then `reason` says why in words), `ready`, `starting` or `presenting`.
 * Events: `change` (of the state), `start`, `end` (detail: the XRSession), `failed` (detail: an Error).
 */
export class Headset extends EventTarget {
  #stage;
  #xr;
  #session = null;
  #space = null;
  #onSession;

  state = 'checking';
  reason = '';

  /** `stage` draws; `onSession(session)` may listen to a session before its first frame. */
  constructor({ stage, onSession = () => {}, xr = navigator.xr }) {
    super();
    this.#stage = stage;
    this.#onSession = onSession;
    this.#xr = xr;
    xr?.addEventListener?.('devicechange', () => this.check());
  }

  get session() {
    return this.#session;
  }

  /** The space in which poses are told during a session. */
  get space() {
    return this.#space;
  }

  /** Finds out whether there is a headset. */
  async check() {
    if (this.#session || this.state === 'starting') return;
    if (!window.isSecureContext) return this.#become('absent', 'VR needs https, or localhost: browsers give headsets to secure pages only.');
    if (!this.#xr) return this.#become('absent', 'This browser has no WebXR; the wall works here on the screen.');
    const found = await this.#xr.isSessionSupported(NEEDS).catch(() => false);
    if (this.#session) return;
    if (found) this.#become('ready');
    else this.#become('absent', 'No headset found; the wall works here on the screen.');
  }

  /** Starts a session; to be called from a click. */
  async start() {
    if (this.state !== 'ready') return;
    this.#become('starting');
    let session = null;
    try {
      session = await this.#xr.requestSession(NEEDS, { optionalFeatures: ['local-floor', 'hand-tracking'] });
      await this.#prepare(session);
    } catch (error) {
      this.#space = null;
      await session?.end().catch(() => {});
      this.#become('ready');
      this.dispatchEvent(new CustomEvent('failed', { detail: error }));
      return;
    }
    this.#session = session;
    session.addEventListener('end', () => this.#ended(session), { once: true });
    this.#onSession(session);
    this.#stage.presenting = true;
    this.#become('presenting');
    this.dispatchEvent(new CustomEvent('start', { detail: session }));
    session.requestAnimationFrame((now, frame) => this.#draw(now, frame));
  }

  async end() {
    await this.#session?.end().catch(() => {});
  }

  async #prepare(session) {
    const gl = this.#stage.renderer.getContext();
    // The context asked for it when it was made; a page opened before the headset was plugged in has to ask again.
    await gl.makeXRCompatible?.();
    session.updateRenderState({ baseLayer: new XRWebGLLayer(session, gl), depthNear: 0.05, depthFar: 60 });
    this.#stage.rig.position.set(0, 0, 0);
    try {
      this.#space = await session.requestReferenceSpace('local-floor');
    } catch {
      this.#space = await session.requestReferenceSpace('local');
      this.#stage.rig.position.y = EYE;
    }
  }

  #draw(now, frame) {
    const { session } = frame;
    if (session !== this.#session) return;
    session.requestAnimationFrame((...next) => this.#draw(...next));
    const pose = frame.getViewerPose(this.#space);
    const layer = session.renderState.baseLayer;
    if (pose && layer) this.#stage.drawViews({ pose, layer, frame, now });
  }

  #ended(session) {
    this.#session = null;
    this.#space = null;
    this.#stage.presenting = false;
    this.#become('ready');
    this.dispatchEvent(new CustomEvent('end', { detail: session }));
  }

  #become(state, reason = '') {
    this.state = state;
    this.reason = reason;
    this.dispatchEvent(new Event('change'));
  }
}
