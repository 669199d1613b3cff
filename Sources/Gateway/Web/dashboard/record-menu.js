import { h, setAttribute, setText } from '/shared/dom.js';
import { changeIcon, icon } from '/shared/icons.js';
import * as api from '/shared/api.js';

/** So many recordings are listed; older ones stay at the node. */
const LISTED = 20;
/** A recording is deleted only by pressing twice within this time. */
const SURE_TIME = 3000;

/**
 * Recordings and pictures of one guest: what starts and stops a recording, the list of finished ones, a picture to
 * keep, and a mark for the plate while one runs. How long it runs is the node's figure, counted on from when it came.
 */
export class RecordMenu {
  #id;
  #onError;
  #onResize;
  #running = null;
  #runningAt = 0;
  #timer = 0;
  #busy = false;
  #sign = icon('record');
  #word = h('span', {}, 'Record');
  #button;
  #picture;
  #list = h('ul', { class: 'recordings', 'aria-label': 'Recordings' });
  #time = h('span');

  /** The lines for the tile's panel. */
  elements;
  /** The mark for the plate; pressing it stops the recording. */
  mark;

  constructor({ id, onError, onResize }) {
    this.#id = id;
    this.#onError = onError;
    this.#onResize = onResize;
    this.#button = h('button', { class: 'item record', type: 'button', onclick: () => this.toggle() }, this.#sign, this.#word);
    this.#picture = h('a', { class: 'item picture', href: api.snapshotURL(id), download: `${id}.jpg`, onclick: () => {
      this.#picture.download = `${id} ${stamp(new Date())}.jpg`;
    } }, icon('camera'), 'Save a picture');
    this.mark = h(
      'button', { class: 'recording-mark', type: 'button', hidden: true, title: 'Stop recording', onclick: () => this.toggle() },
      h('span', { class: 'recording-dot', 'aria-hidden': 'true' }), this.#time,
    );
    this.elements = [this.#button, this.#picture, this.#list];
    this.#show();
  }

  name(guest) {
    setAttribute(this.mark, 'aria-label', `Stop recording ${guest}`);
  }

  showAccess(viewOnly) {
    this.#button.hidden = viewOnly;
    this.mark.disabled = viewOnly;
  }

  /** Takes a recording as the hub's events tell it. */
  take(recording) {
    if (recording.state === 'recording') this.#run(recording);
    else {
      if (this.#running?.id === recording.id) this.#run(null);
      if (recording.state === 'failed') this.#onError(`Recording failed: ${recording.error?.message ?? 'no reason told'}`);
    }
    if (this.#list.isConnected && this.#list.checkVisibility()) this.load();
  }

  /** Asks for the recordings there are, for when the panel opens. */
  async load() {
    try {
      const { recordings } = await api.recordings(this.#id);
      this.#run(recordings.find(({ state }) => state === 'recording') ?? null);
      const done = recordings.filter(({ state }) => state === 'finished');
      done.sort((a, b) => b.startedAt.localeCompare(a.startedAt));
      this.#list.replaceChildren(...done.slice(0, LISTED).map((one) => this.#row(one)));
    } catch (error) {
      this.#list.replaceChildren(h('li', { class: 'none' }, error.message));
    }
    this.#onResize();
  }

  async toggle() {
    if (this.#busy) return;
    this.#busy = true;
    this.#button.disabled = true;
    try {
      if (this.#running) {
        await api.stopRecording(this.#id, this.#running.id);
        this.#run(null);
        await this.load();
      } else this.#run(await api.startRecording(this.#id));
    } catch (error) {
      this.#onError(error.message);
    } finally {
      this.#busy = false;
      this.#button.disabled = false;
    }
  }

  close() {
    clearInterval(this.#timer);
  }

  #row(recording) {
    const { id, fileUrl, seconds, bytes, format, startedAt } = recording;
    const when = new Date(startedAt);
    const words = [
      when.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }), duration(seconds), size(bytes), format?.toUpperCase(),
    ].filter(Boolean).join(' · ');
    const name = `recording of ${when.toLocaleString()}`;
    const remove = h('button', { class: 'tool', type: 'button', title: 'Delete', 'aria-label': `Delete ${name}` }, icon('trash'));
    let sureAt = -SURE_TIME;
    remove.addEventListener('click', async () => {
      if (performance.now() - sureAt > SURE_TIME) {
        sureAt = performance.now();
        remove.dataset.sure = '';
        remove.title = 'Press again to delete';
        setTimeout(() => delete remove.dataset.sure, SURE_TIME);
        return;
      }
      remove.disabled = true;
      await api.deleteRecording(this.#id, id).catch((error) => this.#onError(error.message));
      await this.load();
    });
    const title = `Download ${name}`;
    const link = h('a', { class: 'item', href: fileUrl, download: '', title, 'aria-label': `${title}, ${words}` }, icon('download'), words);
    return h('li', {}, link, remove);
  }

  #run(recording) {
    this.#running = recording;
    this.#runningAt = performance.now();
    clearInterval(this.#timer);
    if (recording) this.#timer = setInterval(() => this.#show(), 1000);
    this.#show();
  }

  #show() {
    const running = this.#running;
    this.mark.hidden = running === null;
    changeIcon(this.#sign, running ? 'stop' : 'record');
    const time = running ? duration((running.seconds ?? 0) + (performance.now() - this.#runningAt) / 1000) : '';
    setText(this.#time, time);
    setText(this.#word, running ? `Stop recording · ${time}` : 'Record');
    setAttribute(this.#button, 'data-running', running ? '' : null);
  }
}

/** Seconds as people write them: 1:05, 1:00:05. */
function duration(seconds) {
  if (seconds === null || seconds === undefined) return null;
  const whole = Math.floor(seconds);
  const two = (value) => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  return minutes < 60 ? `${minutes}:${two(whole % 60)}` : `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)}`;
}

function size(bytes) {
  if (bytes === null || bytes === undefined) return null;
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A time in a file's name. */
function stamp(time) {
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
}
