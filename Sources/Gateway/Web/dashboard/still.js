import { h } from '/shared/dom.js';
import { snapshotURL } from '/shared/api.js';
import { Backoff } from '/shared/backoff.js';

const INTERVAL = 3000;
const RETRIES = { first: 3000, last: 30_000 };
const DEADLINE = 5000;
/** A picture of this age no longer passes for what the guest shows now. */
const FRESH = 8000;

/**
 * The picture that stands in for a stream: the last one seen here, and while it is followed what the hub has every few
 * seconds. One request at a time, and none for a tile that nobody sees.
 */
export class Still {
  #id;
  #followed = false;
  #inView = false;
  #observer;
  #timer = 0;
  #request = null;
  #backoff = new Backoff(RETRIES);
  #stale = 0;
  #tag = null;
  #seen = () => this.#schedule(0);

  element = h('canvas', { class: 'still', 'aria-hidden': 'true' });

  constructor({ id }) {
    this.#id = id;
    this.#observer = new IntersectionObserver((entries) => {
      this.#inView = entries.at(-1).isIntersecting;
      this.#schedule(0);
    });
    this.#observer.observe(this.element);
    document.addEventListener('visibilitychange', this.#seen);
  }

  /** Follows the guest by pictures of the hub's, or no longer because there is a stream. */
  follow(on) {
    if (on === this.#followed) return;
    this.#followed = on;
    this.#backoff.reset();
    if (on) return this.#schedule(0);
    this.#stop();
  }

  /** Keeps the frame that `video` shows now. */
  keep(video) {
    if (video.videoWidth && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      this.#paint(video, video.videoWidth, video.videoHeight);
    }
  }

  close() {
    this.#stop();
    this.#observer.disconnect();
    document.removeEventListener('visibilitychange', this.#seen);
  }

  get #wanted() {
    return this.#followed && this.#inView && !document.hidden;
  }

  #schedule(wait) {
    clearTimeout(this.#timer);
    if (this.#wanted && !this.#request) this.#timer = setTimeout(() => this.#load(), wait);
  }

  #stop() {
    this.#followed = false;
    clearTimeout(this.#timer);
    clearTimeout(this.#stale);
    this.#request?.abort();
    this.#request = null;
    delete this.element.dataset.live;
  }

  async #load() {
    const request = new AbortController();
    this.#request = request;
    let wait = INTERVAL;
    try {
      const signal = AbortSignal.any([request.signal, AbortSignal.timeout(DEADLINE)]);
      const headers = { Accept: 'image/jpeg', ...(this.#tag ? { 'If-None-Match': this.#tag } : {}) };
      const response = await fetch(snapshotURL(this.#id), { signal, headers, cache: 'no-store' });
      if (!response.ok && response.status !== 304) throw new Error(`answered ${response.status}`);
      if (response.status !== 304) {
        const image = await createImageBitmap(await response.blob());
        // A stream that came meanwhile is newer.
        if (!request.signal.aborted) this.#paint(image, image.width, image.height);
        image.close();
        this.#tag = response.headers.get('ETag');
      }
      this.#backoff.reset();
      if (!request.signal.aborted) this.#freshen();
    } catch {
      // Without a picture the stage is plain; the veil says what is wrong.
      wait = this.#backoff.next();
    }
    if (this.#request !== request) return;
    this.#request = null;
    this.#schedule(wait);
  }

  #freshen() {
    clearTimeout(this.#stale);
    this.element.dataset.live = '';
    this.#stale = setTimeout(() => delete this.element.dataset.live, FRESH);
  }

  #paint(source, width, height) {
    if (this.element.width !== width || this.element.height !== height) Object.assign(this.element, { width, height });
    this.element.getContext('2d', { alpha: false }).drawImage(source, 0, 0, width, height);
    this.element.dataset.painted = '';
  }
}
