import { ToastStack } from './toast-stack.js';
import { StuckWatch } from './toast-stuck.js';
import { Trouble } from './toast-trouble.js';

const GOOD_NEWS = 8000;
const CHECK = 1000;
/** What happened longer ago is history, also for who comes back to a page that could not listen. */
const RECENT = 30_000;
/** Times are told in whole seconds, and a page's clock is not the node's. */
const BLUR = 2000;
/** Events known by their ids: a stream that is opened anew tells some again. */
const KNOWN = 2000;

/**
 * Tells what happens to the guests while this page is open, as notices. What was so before is not news: a stream of
 * events begins with what is true, and with what happened last.
 *
 * `tiles()` gives the tiles of the page by id; `memory` knows the nodes' clocks; `onDetails(tile, button)` shows a guest's details.
 */
export class Toasts {
  #tiles;
  #onDetails;
  #stack = new ToastStack();
  #stuck = new StuckWatch();
  #memory;
  #troubles = new Map();
  /** Troubles that a person has taken away, by instance; not told again before they are over. */
  #dismissed = new Set();
  #names = new Map();
  #guests = new Set();
  #known = new Set();
  #opened = null;
  #isHeard = false;
  #gathered = { came: [], went: [] };

  constructor({ events, tiles, memory, onDetails }) {
    this.#tiles = tiles;
    this.#onDetails = onDetails;
    this.#memory = memory;
    document.body.append(this.#stack.element);
    events.addEventListener('open', () => {
      this.#opened ??= Date.now();
      this.#isHeard = true;
    });
    events.addEventListener('closed', () => { this.#isHeard = false; });
    const on = (kind, act) => events.addEventListener(kind, ({ detail }) => act(detail, this.#isNews(detail)));
    on('health', ({ instance, health }) => this.#takeHealth(instance, health));
    on('crash', ({ instance, crash }, isNews) => isNews && this.#tell(instance, this.#trouble(instance).crash(crash)));
    on('recovery', ({ instance, recovery }, isNews) => isNews && this.#tell(instance, this.#trouble(instance).recovery(recovery)));
    on('instance', ({ instance, news }, isNews) => this.#takeNews(instance, news, isNews));
    on('recording', (detail, isNews) => isNews && this.#takeRecording(detail));
    setInterval(() => this.#checkSessions(), CHECK);
  }

  /** Whether an event happened while this page was there, and was not told before. */
  #isNews({ instance, id, kind, time }) {
    if (kind === 'health' || kind === 'viewer' || kind === 'service') return true;
    const key = `${kind} ${id}`;
    if (this.#known.has(key)) return false;
    this.#known.add(key);
    if (this.#known.size > KNOWN) this.#known.delete(this.#known.values().next().value);
    const memory = this.#memory.of(instance);
    const age = memory.now - Date.parse(time);
    return age < RECENT && age < Date.now() - (this.#opened ?? Date.now()) + BLUR;
  }

  #trouble(id) {
    if (!this.#troubles.has(id)) this.#troubles.set(id, new Trouble());
    return this.#troubles.get(id);
  }

  #name(id) {
    const name = this.#tiles().get(id)?.name;
    if (name) this.#names.set(id, name);
    return this.#names.get(id) ?? id;
  }

  #takeHealth(id, health) {
    this.#name(id);
    if (health) this.#tell(id, this.#trouble(id).health(health));
  }

  #tell(id, step) {
    if (step === null) return;
    const trouble = this.#trouble(id);
    const key = `trouble ${id}`;
    if (step === 'over') {
      const content = trouble.describeEnd();
      trouble.forget();
      if (this.#dismissed.delete(id)) return;
      return this.#show(key, { title: this.#name(id), life: GOOD_NEWS, ...content });
    }
    if (step === 'began') this.#stack.remove(`stuck ${id}`);
    if (this.#dismissed.has(id)) return;
    this.#show(key, {
      title: this.#name(id), life: null, ...trouble.describe(), onMore: this.#more(id), onDismiss: () => this.#dismissed.add(id),
    });
  }

  #more(id) {
    const tile = this.#tiles().get(id);
    return tile ? (button) => this.#onDetails(tile, button) : null;
  }

  #takeNews(id, { phase }, isNews) {
    const name = this.#name(id);
    if (phase === 'gone') {
      this.#stack.remove(`trouble ${id}`);
      this.#stack.remove(`stuck ${id}`);
      this.#troubles.delete(id);
      this.#dismissed.delete(id);
      if (this.#guests.delete(id)) this.#gather('went', name, 'Guest went away', (count) => `${count} guests went away`);
      this.#names.delete(id);
      return;
    }
    const isNew = !this.#guests.has(id);
    this.#guests.add(id);
    if (isNew && isNews && phase === 'announcing') this.#gather('came', id, 'New guest', (count) => `${count} new guests`);
  }

  /** Guests that come or go together are one notice. */
  #gather(key, name, one, many) {
    const list = this.#stack.has(key) ? [...this.#gathered[key], name] : [name];
    this.#gathered[key] = list;
    this.#show(key, {
      tone: 'calm', title: list.length === 1 ? one : many(list.length), life: GOOD_NEWS,
      lines: [list.length > 4 ? `${list.slice(0, 3).join(', ')} and ${list.length - 3} more` : list.join(', ')],
    });
  }

  #takeRecording(detail) {
    const { id, state, error } = detail.recording ?? detail;
    if (state !== 'failed') return;
    this.#show(`recording ${id}`, {
      tone: 'bad', title: this.#name(detail.instance), life: null, lines: ['The recording failed.', error?.message],
    });
  }

  #checkSessions() {
    for (const [id, { player }] of this.#tiles()) {
      const key = `stuck ${id}`;
      const stuck = this.#stuck.check(player);
      // What the hub tells of the guest explains it, and so does a hub that is away.
      if (!stuck || !this.#isHeard || this.#troubles.get(id)?.isOn) {
        this.#unstick(id, key, player);
      } else if (!this.#dismissed.has(key)) {
        this.#show(key, {
          tone: 'bad', title: this.#name(id), life: null, lines: stuck, onMore: this.#more(id),
          onDismiss: () => this.#dismissed.add(key),
        });
      }
    }
  }

  #unstick(id, key, player) {
    if (player.state === 'connecting' || player.state === 'failed') return this.#stack.remove(key);
    this.#dismissed.delete(key);
    if (!this.#stack.has(key)) return;
    this.#stack.remove(key);
    if (player.state === 'playing') {
      this.#show(`connected ${id}`, { tone: 'good', title: this.#name(id), life: GOOD_NEWS, lines: ['Connected.'] });
    }
  }

  #show(key, content) {
    this.#stack.show(key, content);
  }
}
