import { Backoff } from '/shared/backoff.js';
import { h } from '/shared/dom.js';
import { pages } from '/shared/api.js';

/** So many attempts in a row that found no way for the media, and the guest is shown another way. */
const ATTEMPTS = 3;
const MEDIA_LEGS = ['ice', 'dtls', 'media'];
const RETRIES = { first: 2000, last: 30_000 };

/**
 * The guest through VNC, for where no media gets through: a WebSocket to the hub, with noVNC drawing. WebRTC is tried on
 * meanwhile, and this ends as soon as it plays. It has no sound, and shows until a click asks for control.
 *
 * Events: `change` (of `shown` or `controls`), `relieved` (the stream came while the guest was controlled here).
 */
export class VncView extends EventTarget {
  #player;
  #path = null;
  #viewOnly = false;
  #failures = 0;
  #wanted = false;
  #rfb = null;
  #retry = 0;
  #backoff = new Backoff(RETRIES);
  #closed = false;

  /** Whether the guest is seen here now. */
  shown = false;
  /** Whether keys and mouse of this page go to the guest through here. */
  controls = false;
  element = h('div', { class: 'vnc', hidden: true });
  /** Says on the plate how the guest is shown. */
  mark = h('span', { class: 'vnc-mark', hidden: true, title: 'Shown through VNC, without sound, until WebRTC connects' }, 'VNC');

  constructor({ player, signal }) {
    super();
    this.#player = player;
    player.addEventListener('state', () => this.#review(), { signal });
    // Before noVNC, which would send Escape to the guest.
    window.addEventListener('keydown', (event) => {
      if (!this.controls || event.code !== 'Escape' || event.ctrlKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.leave();
    }, { signal, capture: true });
    window.addEventListener('blur', (event) => event.target === window && this.leave(), { signal });
  }

  /** Takes the path of the guest's bridge, `/proxy/vnc/...`, or null where there is none. */
  offer(path) {
    if (path === this.#path) return;
    this.#path = path;
    if (this.#wanted) this.#end();
    this.#open();
  }

  showAccess(viewOnly) {
    this.#viewOnly = viewOnly;
    if (viewOnly) this.leave();
  }

  /** Gives the guest this page's keys and mouse. */
  take() {
    if (!this.#rfb || !this.shown || this.#viewOnly || this.controls) return;
    this.controls = true;
    this.#rfb.viewOnly = false;
    this.#rfb.focus();
    this.#tell();
  }

  leave() {
    if (!this.controls) return;
    this.controls = false;
    // noVNC releases held keys when the window loses the focus, but no more once it only watches.
    window.dispatchEvent(new FocusEvent('blur'));
    this.#rfb.blur();
    this.#rfb.viewOnly = true;
    this.#tell();
  }

  close() {
    this.#closed = true;
    this.#end();
  }

  #review() {
    const { state, failure } = this.#player;
    if (state === 'failed' && MEDIA_LEGS.includes(failure.leg)) this.#failures += 1;
    else if (state === 'playing' || state === 'idle') {
      this.#failures = 0;
      const { controls } = this;
      if (this.#wanted) this.#end();
      if (controls && state === 'playing') this.dispatchEvent(new Event('relieved'));
    }
    this.#open();
  }

  async #open() {
    if (this.#wanted || this.#closed || !this.#path || this.#failures < ATTEMPTS) return;
    this.#wanted = true;
    const RFB = await load();
    // Meanwhile WebRTC may have come after all.
    if (!this.#wanted || this.#rfb) return;
    if (RFB) this.#connect(RFB);
  }

  #connect(RFB) {
    const url = new URL(this.#path, location.href);
    url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    if (this.#viewOnly) url.searchParams.set('view', '1');
    // It measures its place when it is made, so that has to be there.
    this.element.hidden = false;
    const rfb = new RFB(this.element, url.href, { shared: true, wsProtocols: ['binary'] });
    this.#rfb = rfb;
    Object.assign(rfb, { viewOnly: true, scaleViewport: true, focusOnClick: false, background: 'transparent' });
    rfb.addEventListener('connect', () => {
      if (rfb !== this.#rfb) return;
      this.#backoff.reset();
      this.shown = true;
      this.#tell();
    });
    rfb.addEventListener('disconnect', () => {
      if (rfb !== this.#rfb) return;
      this.#drop();
      this.#retry = setTimeout(() => this.#wanted && this.#connect(RFB), this.#backoff.next());
    });
    rfb.addEventListener('credentialsrequired', () => rfb.disconnect());
  }

  #end() {
    this.#wanted = false;
    clearTimeout(this.#retry);
    const rfb = this.#rfb;
    this.#drop();
    rfb?.disconnect();
  }

  #drop() {
    const was = this.shown;
    this.#rfb = null;
    this.shown = this.controls = false;
    this.element.hidden = true;
    if (was) this.#tell();
  }

  #tell() {
    this.mark.hidden = !this.shown;
    this.dispatchEvent(new Event('change'));
  }
}

let loading = null;

/** noVNC, when this hub serves it; fetched only when some guest needs it. Null without. */
function load() {
  loading ??= pages()
    .then(({ novnc }) => (novnc ? import('/novnc/core/rfb.js') : null))
    .then((module) => module?.default ?? null)
    .catch(() => {
      loading = null;
      return null;
    });
  return loading;
}
