import { failure } from './failure.js';

const DEADLINES = { signaling: 5000, ice: 10_000, dtls: 5000, media: 5000 };
const DISCONNECTED_GRACE = 3000;
const HEARTBEAT = 2000;
/** Moves wait, and are joined, while this many bytes are still unsent; a slow path must not queue old motion. */
const SEND_BACKLOG = 16 * 1024;

/**
 * One attempt to watch one guest: an RTCPeerConnection from the offer to its end. It passes the legs
 * `signaling`, `ice`, `dtls`, `media` in this order, each within its deadline, until the first frame.
 * A session that failed or was closed is never used again.
 *
 * Events: `leg`, `track` (detail: the RTCRtpReceiver), `message` (detail: the data channel's message),
 * `quiet` (the data channel closed under a running stream), `failed` (detail: the failure).
 */
export class Session extends EventTarget {
  #target;
  #socket;
  #unroute = null;
  #request = null;
  #early = [];
  #access;
  #sent = false;
  #deadline = 0;
  #grace = 0;
  #heart = 0;
  #over = false;

  /** The rendition the node was last asked for, by the offer when set before the start; null leaves it to the node. */
  rendition = null;
  leg = 'signaling';
  connection;
  channel;
  /** What the picture will come on; there from the beginning, and silent until then. */
  videoTrack;
  /** Times on the `performance.now()` clock, null until measured. */
  times = { offerAt: null, answerAt: null, connectedAt: null, firstFrameAt: null };
  /** Round trip of the heartbeat through the node's data channel, in ms; null until measured. */
  heartbeatMs = null;

  /** `access`: `view` asks for a session that can never control; null leaves it to the node. */
  constructor({ target, socket, codec = null, access = null, iceServers = [] }) {
    super();
    this.#access = access;
    this.#target = target;
    this.#socket = socket;
    this.connection = new RTCPeerConnection({ iceServers, bundlePolicy: 'max-bundle' });
    this.channel = this.connection.createDataChannel('input', { ordered: true });
    const video = this.connection.addTransceiver('video', { direction: 'recvonly' });
    const audio = this.connection.addTransceiver('audio', { direction: 'recvonly' });
    if (codec) prefer(video, codec);
    for (const { receiver } of [video, audio]) playAtOnce(receiver);
    this.videoTrack = video.receiver.track;
    this.#listen();
  }

  /** Sends the offer. Failures arrive as the `failed` event. */
  async start() {
    this.#watch('signaling');
    this.#unroute = this.#socket.route(this.#target, (message) => this.#receive(message));
    try {
      await this.connection.setLocalDescription();
    } catch (error) {
      return this.#fail('signaling', 'bad-sdp', error.message);
    }
    if (this.#over) return;
    this.times.offerAt = performance.now();
    const { type, sdp } = this.connection.localDescription;
    const wish = {
      ...(this.rendition === null ? {} : { rendition: this.rendition }),
      ...(this.#access === null ? {} : { access: this.#access }),
    };
    this.#request = this.#socket.send(this.#target, { type, sdp, ...wish });
    if (this.#request === null) return this.#fail('signaling', 'hub-away');
    this.#sent = true;
    for (const candidate of this.#early.splice(0)) this.#socket.send(this.#target, candidate);
  }

  /** Tells that a frame was shown; ends the legs. */
  frameShown(at = performance.now()) {
    if (this.#over || this.times.firstFrameAt !== null) return;
    this.times.firstFrameAt = at;
    this.#arrive();
  }

  /** Tells that frames are decoded although none could be shown, as in a hidden page. */
  frameDecoded() {
    if (!this.#over && this.leg === 'media') this.#arrive();
  }

  /** Sends a message on the data channel; false when there is none, or when `mayWait` and the path is slow. */
  send(message, { mayWait = false } = {}) {
    if (this.channel.readyState !== 'open') return false;
    if (mayWait && this.channel.bufferedAmount > SEND_BACKLOG) return false;
    this.channel.send(JSON.stringify(message));
    return true;
  }

  /** Ends the session and tells the node. */
  close() {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#grace);
    clearInterval(this.#heart);
    this.#unroute?.();
    if (this.#sent) this.#socket.send(this.#target, { type: 'bye' });
    this.connection.close();
  }

  #listen() {
    const { connection, channel } = this;
    connection.onicecandidate = ({ candidate }) => {
      // An empty candidate says that there are no more.
      const data = candidate
        ? { candidate: candidate.candidate, sdpMid: candidate.sdpMid, sdpMLineIndex: candidate.sdpMLineIndex }
        : { candidate: '', sdpMid: '0', sdpMLineIndex: 0 };
      if (this.#over) return;
      if (this.#sent) this.#socket.send(this.#target, data);
      else this.#early.push(data);
    };
    connection.ontrack = ({ receiver }) => this.#tell('track', receiver);
    connection.oniceconnectionstatechange = () => {
      const state = connection.iceConnectionState;
      if (this.leg === 'ice' && (state === 'connected' || state === 'completed')) this.#watch('dtls');
      if (state === 'failed') this.#fail('ice', this.leg === 'ice' ? null : 'path-lost');
    };
    connection.onconnectionstatechange = () => {
      clearTimeout(this.#grace);
      const state = connection.connectionState;
      if (state === 'connected') {
        this.times.connectedAt ??= performance.now();
        if (this.leg === 'ice' || this.leg === 'dtls') this.#watch('media');
      } else if (state === 'failed') {
        if (this.leg === 'dtls') this.#fail('dtls');
        else this.#fail('ice', this.leg === 'ice' ? null : 'path-lost');
      } else if (state === 'disconnected' && this.leg !== 'ice') {
        this.#grace = setTimeout(() => this.#fail('ice', 'path-lost'), DISCONNECTED_GRACE);
      }
    };
    channel.onopen = () => {
      const beat = () => this.send({ type: 'ping', ts: performance.now() });
      beat();
      this.#heart = setInterval(beat, HEARTBEAT);
    };
    channel.onclose = () => {
      clearInterval(this.#heart);
      if (!this.#over) this.#tell('quiet');
    };
    channel.onmessage = ({ data }) => {
      let message;
      try {
        message = JSON.parse(data);
      } catch {
        return;
      }
      if (message?.type === 'pong') this.heartbeatMs = performance.now() - message.ts;
      else this.#tell('message', message);
    };
  }

  async #receive({ data, error, request }) {
    if (this.#over) return;
    // An answer to an offer before this one, late: its ICE credentials are not ours.
    if (request !== null && request !== this.#request && !('candidate' in (data ?? {}))) return;
    if (error) {
      if (this.leg === 'signaling') this.#fail('signaling', error.code, error.message);
      return;
    }
    if (data.type === 'answer' && this.leg === 'signaling' && this.connection.signalingState === 'have-local-offer') {
      this.times.answerAt = performance.now();
      this.#watch('ice');
      try {
        await this.connection.setRemoteDescription({ type: 'answer', sdp: data.sdp });
      } catch (error) {
        this.#fail('signaling', 'bad-answer', error.message);
      }
    } else if (data.type === 'bye') {
      this.#fail('media', 'session-ended');
    } else if (typeof data.candidate === 'string') {
      try {
        await this.connection.addIceCandidate(data.candidate ? data : null);
      } catch {
        // One candidate that this browser cannot use does not spoil the others.
      }
    }
  }

  #watch(leg) {
    clearTimeout(this.#deadline);
    this.leg = leg;
    this.#deadline = setTimeout(() => this.#fail(leg), DEADLINES[leg]);
    this.#tell('leg', leg);
  }

  #arrive() {
    clearTimeout(this.#deadline);
    this.leg = null;
    this.#tell('leg', null);
  }

  #fail(leg, code = null, cause = null) {
    if (this.#over) return;
    this.close();
    this.#tell('failed', failure(leg, code, cause));
  }

  #tell(type, detail = null) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

/** A session's times with the spans from its offer on, in ms; all null without a session. */
export function spans({ offerAt = null, answerAt = null, connectedAt = null, firstFrameAt = null } = {}) {
  const since = (time) => (time === null || offerAt === null ? null : time - offerAt);
  return {
    offerAt, answerAt, connectedAt, firstFrameAt,
    answerMs: since(answerAt), connectedMs: since(connectedAt), firstFrameMs: since(firstFrameAt),
  };
}

/** Moves the wanted codec to the front and leaves the others out, so that the choice is certain. */
function prefer(transceiver, codec) {
  const all = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  const wanted = all.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${codec.toLowerCase()}`);
  const repair = all.filter(({ mimeType }) => /\/(rtx|red|ulpfec)$/i.test(mimeType));
  if (wanted.length > 0) transceiver.setCodecPreferences?.([...wanted, ...repair]);
}

/** A frame is shown when it is there: no buffer against jitter, in the standard's name and in Chromium's older one. */
function playAtOnce(receiver) {
  if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
  if ('playoutDelayHint' in receiver) receiver.playoutDelayHint = 0;
}
