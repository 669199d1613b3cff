import { Backoff } from './backoff.js';
import { failure } from './failure.js';
import { iceServers as hubServers } from './ice-servers.js';
import { Renditions } from './renditions.js';
import { Session, spans } from './session.js';
import { Sound } from './sound.js';
import { StallWatch } from './stall-watch.js';
import { StreamStats } from './stream-stats.js';
import { ViewerReport } from './viewer-report.js';

const SAMPLE_INTERVAL = 2000;
/** The first figures come sooner: a person looks when a picture appears. */
const FIRST_SAMPLE = 1000;
const STEADY = 10_000;
const HUB_PATIENCE = 5000;

/**
 * One guest as this page sees and hears it: keeps one `<video>` and one `Sound` fed through sessions that come and go,
 * and tries again until stopped. Picture and sound are in separate streams, so that neither waits for the other.
 *
 * `state` is `idle`, `connecting`, `playing` or `failed`; `failure` says why it is not playing and stays while the
 * next attempt runs.
 *
 * Events: `state`, `stats` (detail: the sample), `control` (detail `{holder, you}`), `size` (detail
 * `{width, height}`), `rendition` (another one is sent), `hello` (the node told what it is), `refused` (detail
 * `{code, message}`: the node turned an input down), `level` (detail `{rms, peak}` in dBFS, or null for silence).
 */
export class Player extends EventTarget {
  #socket;
  #codec;
  #access;
  #iceServers;
  #session = null;
  #stats = null;
  #report = null;
  #renditions = new Renditions();
  #backoff = new Backoff();
  #retry = 0;
  #sampler = 0;
  #steady = 0;
  #first = 0;
  #stall = null;
  #waitsForHub = false;
  #onOpen;

  id;
  state = 'idle';
  failure = null;
  /** When the next attempt starts, on the `performance.now()` clock; null when none waits. */
  retryAt = null;
  /** Sessions started since the page was opened. */
  attempts = 0;
  video;
  sound = new Sound();
  /** Who controls the guest: the viewer's id or null, and whether that is this page. */
  control = { holder: null, you: false };
  /** How loud the guest is, as its node measures it: `{rms, peak}` in dBFS; null for silence, or while nothing is known. */
  level = null;
  /** The guest's own mode, as the node tells it; null until known. */
  size = null;
  /** What the node said at the start of the session: `{viewer, instance, codec, renditions, clock, access}`. */
  hello = null;

  /** `access`: what to ask nodes for, `view` or null for whatever they grant. */
  constructor({ id, socket, codec = null, access = null, iceServers = hubServers }) {
    super();
    this.id = id;
    this.#socket = socket;
    this.#codec = codec;
    this.#access = access;
    this.#iceServers = iceServers;
    this.video = Object.assign(document.createElement('video'), { muted: true, autoplay: true, playsInline: true });
    this.video.disablePictureInPicture = true;
    this.#renditions.addEventListener('change', () => this.dispatchEvent(new Event('rendition')));
    this.#onOpen = () => this.#waitsForHub && this.#connect();
  }

  /** The leg the current attempt is in; the failed one after a failure; null while playing. */
  get leg() {
    return this.state === 'failed' ? this.failure.leg : (this.#session?.leg ?? null);
  }

  /** The last sample of statistics, with what is measured and known here; null before the first. */
  get stats() {
    const latest = this.#stats?.latest;
    return latest ? { ...latest, ...this.#own } : null;
  }

  /** The rendition that this page wants; null leaves it to the node. */
  get rendition() {
    return this.#renditions.wanted;
  }

  /** The rendition that the node says it sends; null when it said nothing. */
  get shown() {
    return this.#renditions.shown;
  }

  get heartbeatMs() {
    return this.#session?.heartbeatMs ?? null;
  }

  start() {
    if (this.state !== 'idle') return;
    this.#socket.addEventListener('open', this.#onOpen);
    this.#connect();
  }

  stop() {
    this.#socket.removeEventListener('open', this.#onOpen);
    clearTimeout(this.#retry);
    this.#waitsForHub = false;
    this.#end();
    this.failure = null;
    this.retryAt = null;
    this.video.srcObject = null;
    this.#become('idle');
  }

  /** Tries again now, for a person who does not want to wait. */
  retry() {
    if (this.state === 'failed') this.#connect();
  }

  /** Sends an input to the guest, whose event was at `at` (`event.timeStamp`); false when it cannot be sent now. */
  send(message, { at = null, ...options } = {}) {
    const session = this.#session;
    if (!session) return false;
    if (!this.#report) return session.send(message, options);
    return this.#report.clicks.send(message, at, (one) => session.send(one, options));
  }

  /** Wants a rendition from now on, also in sessions to come. A running stream is switched, not started anew. */
  want(name) {
    this.#renditions.want(name);
  }

  /** Measures now and gives all that is known of the stream, for tests and for people in a console; times in ms. */
  async metrics() {
    const session = this.#session;
    if (session && this.state !== 'idle') await this.#stats.sample(session.connection);
    return {
      id: this.id,
      state: this.state,
      leg: this.leg,
      failure: this.failure,
      attempts: this.attempts,
      ...spans(session?.times),
      heartbeatMs: this.heartbeatMs,
      control: this.control,
      hello: this.hello,
      size: this.size,
      ...(this.#stats?.latest ?? { framesDecoded: 0, fps: null, codec: null, audioEnergy: null }),
      ...this.#own,
    };
  }

  get #own() {
    const { wanted: rendition, shown, lowered } = this.#renditions;
    return { rendition, shown, lowered, clickToPixel: this.#report?.clicks.summary() ?? null };
  }

  async #connect() {
    clearTimeout(this.#retry);
    this.retryAt = null;
    if (!this.#socket.isOpen) return this.#awaitHub();
    this.#waitsForHub = false;
    const attempt = (this.attempts += 1);
    let iceServers = this.#iceServers.current;
    if (iceServers === null) {
      this.#become('connecting');
      iceServers = await this.#iceServers.fetch();
      // Stopped meanwhile, or started once more.
      if (attempt !== this.attempts || this.state !== 'connecting') return;
    }
    const session = new Session({
      target: this.id,
      socket: this.#socket,
      codec: this.#codec,
      access: this.#access,
      iceServers,
    });
    this.#session = session;
    this.#renditions.open(session);
    this.#stats = new StreamStats();
    this.#stall = new StallWatch();
    session.addEventListener('leg', () => this.#passLeg(session));
    session.addEventListener('track', ({ detail }) => this.#show(session, detail.track));
    session.addEventListener('message', ({ detail }) => this.#receive(detail));
    session.addEventListener('quiet', () => {
      this.#stall.hasten();
      this.#setControl({ holder: null, you: false });
    });
    session.addEventListener('failed', ({ detail }) => this.#fail(detail));
    // Not with the answer: an element takes some time to get ready, and frames that are decoded meanwhile are not shown.
    // One that still holds the last session's picture keeps it until then.
    if (this.video.srcObject === null) this.#show(session, session.videoTrack);
    this.#sampler = setInterval(() => this.#sample(session), SAMPLE_INTERVAL);
    this.#become('connecting');
    session.start();
  }

  /** The socket reconnects by itself, and its `open` brings us back at once. */
  #awaitHub() {
    const lose = () => {
      this.failure = failure('signaling', 'hub-away');
      this.#become('failed');
    };
    // On a page that just opened the socket is only a moment behind: that is no failure yet.
    if (this.failure || this.#waitsForHub) lose();
    else {
      this.#retry = setTimeout(lose, HUB_PATIENCE);
      this.#become('connecting');
    }
    this.#waitsForHub = true;
  }

  #show(session, track) {
    if (track.kind === 'audio') return this.sound.take(track);
    if (this.video.srcObject?.getVideoTracks()[0] === track) return;
    this.video.srcObject = new MediaStream([track]);
    this.video.play().catch(() => {});
    const shown = (now) => session === this.#session && session.frameShown(now);
    if (this.video.requestVideoFrameCallback) this.video.requestVideoFrameCallback(() => shown(performance.now()));
    else this.video.addEventListener('loadeddata', () => shown(performance.now()), { once: true });
  }

  #passLeg(session) {
    if (session !== this.#session) return;
    if (session.leg !== null) return this.#become('connecting');
    this.failure = null;
    this.#steady = setTimeout(() => this.#backoff.reset(), STEADY);
    this.#become('playing');
    this.#stats.sample(session.connection).catch(() => {});
    this.#first = setTimeout(() => this.#sample(session), FIRST_SAMPLE);
  }

  async #sample(session) {
    const due = performance.now();
    const stats = await this.#stats.sample(session.connection).catch(() => null);
    if (!stats || session !== this.#session) return;
    // In a hidden page or out of view no frame callback comes, but the element has its frame.
    if (stats.framesDecoded > 0 && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) session.frameDecoded();
    const code = this.state === 'playing' ? this.#stall.check(stats, due) : null;
    if (code) return this.#fail(failure('media', code));
    this.#report?.tell(stats);
    this.dispatchEvent(new CustomEvent('stats', { detail: this.stats }));
  }

  #receive(message) {
    switch (message?.type) {
      case 'hello':
        this.#greet(message);
        break;
      case 'echo':
        this.#report?.clicks.echo(message);
        break;
      case 'rendition':
        this.#renditions.receive(message);
        break;
      case 'control':
        this.#setControl({ holder: message.holder ?? null, you: message.you === true });
        break;
      case 'size':
        this.size = { width: message.width, height: message.height };
        this.dispatchEvent(new CustomEvent('size', { detail: this.size }));
        break;
      case 'level':
        this.#setLevel(Number.isFinite(message.rms) ? { rms: message.rms, peak: message.peak } : null);
        break;
      case 'error':
        this.dispatchEvent(new CustomEvent('refused', { detail: { code: message.code, message: message.message } }));
        break;
    }
  }

  #greet({ viewer, instance, codec, rendition, renditions, clock = null, access = null }) {
    this.hello = { viewer, instance, codec, renditions, clock, access };
    this.#renditions.greet({ rendition, renditions });
    // A node that tells its clock echoes inputs and takes reports; another would call a report an error.
    if (clock) this.#report ??= new ViewerReport({ session: this.#session, video: this.video });
    this.dispatchEvent(new Event('hello'));
  }

  #setControl(control) {
    this.control = control;
    this.dispatchEvent(new CustomEvent('control', { detail: control }));
  }

  #setLevel(level) {
    this.level = level;
    this.dispatchEvent(new CustomEvent('level', { detail: level }));
  }

  #fail(reason) {
    this.#end();
    // The next attempt leaves the choice to the node.
    if (reason.code === 'unknown-rendition') this.#renditions.want(null);
    this.failure = reason;
    const wait = this.#backoff.next();
    this.retryAt = performance.now() + wait;
    this.#retry = setTimeout(() => this.#connect(), wait);
    this.#become('failed');
  }

  #end() {
    clearInterval(this.#sampler);
    clearTimeout(this.#steady);
    clearTimeout(this.#first);
    const session = this.#session;
    this.#session = null;
    session?.close();
    this.sound.take(null);
    this.hello = null;
    this.#report?.close();
    this.#report = null;
    this.#renditions.close();
    if (this.level) this.#setLevel(null);
    if (this.control.holder !== null || this.control.you) this.#setControl({ holder: null, you: false });
  }

  #become(state) {
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}
