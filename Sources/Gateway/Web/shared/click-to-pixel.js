import { displayInterval } from './display-interval.js';

/** An echo that has not become a frame by then measures something else than the answer to the input. */
const EXPIRY = 2000;
/** Bounds. Frames of the whole expiry at 60 a second fit, so that the first one with the answer is among them. */
const PENDING_LIMIT = 64;
const FRAMES_LIMIT = 128;
const SAMPLES_LIMIT = 200;
const UNREPORTED_LIMIT = 64;
/** Motion comes in floods, and a few echoes a second tell as much about it as all would. */
const MOTION_INTERVAL = 250;

/**
 * The time from a person's input to the frame on the screen that answers it, for one session.
 *
 * An input goes out with an id; the node's echo names the RTP timestamp of the first frame
 * that shows its effect; the sample is the time between the user's event and the display of the first frame with that
 * timestamp or a later one. All times are in milliseconds on the `performance.now()` clock.
 *
 * Frames are looked at only while an input waits for its own: the frame that answers cannot be shown before the input
 * is sent, so none is missed, also when its echo, which travels apart from the media, comes after it.
 */
export class ClickToPixel {
  #video;
  #page;
  #clock;
  /** Milliseconds between two refreshes of the display; null until they were measured. */
  #refresh = null;
  #lastId = 0;
  #motionAt = -Infinity;
  #pending = new Map();
  #frames = [];
  #samples = [];
  #callback = null;
  /** False once a frame came without an RTP timestamp: such a browser cannot measure. */
  #able;
  #onHide;

  /** Samples not yet told to the node, oldest first; the newest 64 at most. Whoever tells them takes them out. */
  unreported = [];

  constructor({ video, page = document, clock = () => performance.now(), refresh = displayInterval() }) {
    this.#video = video;
    this.#page = page;
    this.#clock = clock;
    this.#able = typeof video.requestVideoFrameCallback === 'function';
    // A hidden page draws nothing: what waits then would measure how long it was hidden.
    this.#onHide = () => page.hidden && this.#forget();
    page.addEventListener('visibilitychange', this.#onHide);
    refresh.then((interval) => { this.#refresh = interval; });
  }

  /** Inputs whose frame is awaited. */
  get waiting() {
    return this.#pending.size;
  }

  /**
   * Sends an input by `send(message)`, with an id when it is one to be measured, and gives what `send` gives: false
   * when it did not leave. `at` is the time of the user's event; without it, now.
   */
  send(message, at, send) {
    const now = this.#clock();
    if (!this.#able || this.#page.hidden || !this.#isMeasured(message, now)) return send(message);
    const id = this.#lastId + 1;
    if (!send({ ...message, id })) return false;
    this.#lastId = id;
    if (isMotion(message)) this.#motionAt = now;
    this.#await(id, at, now);
    return true;
  }

  /** Takes the node's echo. */
  echo({ id, rtp }) {
    this.#expire(this.#clock());
    const input = this.#pending.get(id);
    if (!input || input.rtp !== null || !Number.isInteger(rtp)) return;
    input.rtp = rtp;
    const frame = this.#frames.find((one) => reaches(one.rtp, rtp));
    if (frame) this.#settle(id, input, frame.shownAt);
  }

  /** `{p50, p95, p99, count}` of the last 200 samples; null while there is none. */
  summary() {
    const sorted = Float64Array.from(this.#samples).sort();
    const count = sorted.length;
    if (count === 0) return null;
    const rank = (part) => sorted[Math.ceil(part * count) - 1];
    return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), count };
  }

  /** Ends the measuring with the session. */
  close() {
    this.#page.removeEventListener('visibilitychange', this.#onHide);
    this.#able = false;
    this.#forget();
  }

  #isMeasured(message, now) {
    if (isMotion(message)) return now - this.#motionAt >= MOTION_INTERVAL;
    return (message.type === 'key' || message.type === 'button') && message.action !== 'release';
  }

  #await(id, at, now) {
    this.#expire(now);
    if (this.#pending.size >= PENDING_LIMIT) this.#pending.delete(this.#pending.keys().next().value);
    // Some systems stamp events with a clock of their own; an event of the future, or an old one, is not believed.
    const believed = at !== null && at <= now && now - at < EXPIRY;
    this.#pending.set(id, { at: believed ? at : now, since: now, rtp: null });
    this.#watch();
  }

  #watch() {
    if (this.#callback !== null || !this.#able) return;
    this.#callback = this.#video.requestVideoFrameCallback((now, frame) => {
      this.#callback = null;
      this.#see(now, frame);
      if (this.#pending.size > 0) this.#watch();
      else this.#frames.length = 0;
    });
  }

  #see(now, frame) {
    const { rtpTimestamp } = frame;
    if (rtpTimestamp === undefined) {
      this.#able = false;
      return this.#forget();
    }
    const shownAt = this.#shownAt(now, frame);
    this.#frames.push({ rtp: rtpTimestamp, shownAt });
    if (this.#frames.length > FRAMES_LIMIT) this.#frames.shift();
    this.#expire(this.#clock());
    for (const [id, input] of this.#pending) {
      if (input.rtp !== null && reaches(rtpTimestamp, input.rtp)) this.#settle(id, input, shownAt);
    }
  }

  /**
   * When a frame is on the screen. The compositor, which has it from `presentationTime` on, does not wait for this
   * thread: `now`, when this one got round to its callbacks, is a little before, or long after when the page is busy.
   *
   * Frames with a playout delay of 0 are drawn as they come, for the display's next refresh, but `expectedDisplayTime`
   * is then Chromium's of the video's last tick. It may lie before this frame was handed over. Or far behind it: the
   * ticks are as far apart as the last two frames were, on a screen that rests 100 ms or seconds, while a trace of the
   * compositor has every such frame drawn within 10 ms. So it is believed for the two refreshes that Chromium expects
   * where its ticks are the display's.
   */
  #shownAt(now, { expectedDisplayTime, presentationTime }) {
    if (presentationTime === undefined) return expectedDisplayTime ?? now;
    const refresh = this.#refresh;
    if (expectedDisplayTime >= presentationTime) {
      return refresh === null ? expectedDisplayTime : Math.min(expectedDisplayTime, presentationTime + 2 * refresh);
    }
    return refresh === null ? Math.max(now, presentationTime) : presentationTime + refresh;
  }

  #settle(id, input, shownAt) {
    this.#pending.delete(id);
    const sample = shownAt - input.at;
    if (sample < 0) return;
    keep(this.#samples, sample, SAMPLES_LIMIT);
    keep(this.unreported, sample, UNREPORTED_LIMIT);
  }

  #expire(now) {
    // In the order of sending, so the first that is young enough ends the search.
    for (const [id, { since }] of this.#pending) {
      if (now - since < EXPIRY) return;
      this.#pending.delete(id);
    }
  }

  #forget() {
    this.#pending.clear();
    this.#frames.length = 0;
    if (this.#callback !== null) this.#video.cancelVideoFrameCallback(this.#callback);
    this.#callback = null;
  }
}

const isMotion = ({ type }) => type === 'mouse' || type === 'wheel';

/** RTP timestamp `a` is `b` or after it: serial number arithmetic (RFC 1982) of 32 bits. */
const reaches = (a, b) => ((a - b) | 0) >= 0;

function keep(list, value, limit) {
  list.push(value);
  if (list.length > limit) list.shift();
}
