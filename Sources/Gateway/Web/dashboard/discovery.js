import { h, setAttribute, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';
import { discovery } from '/shared/api.js';

/**
 * The line that says how many of the known guests are ready and how they were found, with a button to look again.
 * Event: `source` (detail: `local`, `static` or `kubernetes`, or null when the hub does not say).
 */
export class Discovery extends EventTarget {
  #count = h('span', { class: 'count' });
  #source = h('span', { class: 'source' });
  #refresh;

  constructor({ element, onRefresh, onHelp }) {
    super();
    this.#refresh = h('button', { class: 'tool', type: 'button', title: 'Look for guests again', 'aria-label': 'Look for guests again' }, icon('refresh'));
    this.#refresh.addEventListener('click', async () => {
      this.#refresh.setAttribute('aria-busy', 'true');
      await Promise.all([onRefresh(), this.ask(), new Promise((done) => setTimeout(done, 500))]);
      this.#refresh.removeAttribute('aria-busy');
    });
    const help = h('button', { class: 'tool help-button', type: 'button', title: 'Keyboard', 'aria-label': 'Keyboard', onclick: onHelp }, icon('keyboard'));
    element.append(h('p', { role: 'status' }, this.#count, this.#source), this.#refresh, help);
  }

  /** Asks the hub how guests are found; the line goes without when the hub does not say. */
  async ask() {
    const info = await discovery().catch(() => null);
    const source = info ? sourceOf(info) : null;
    setText(this.#source, source ? words(source, info) : '');
    this.#source.title = info?.lastError ?? '';
    this.dispatchEvent(new CustomEvent('source', { detail: source }));
  }

  show(list) {
    const ready = list.filter(({ status, ready }) => ready === true || status === 'ready' || status === 'running').length;
    setText(this.#count, list.length === 0 ? 'No guests' : `${ready} of ${list.length} ready`);
    setAttribute(this.#count, 'data-tone', list.length > 0 && ready === list.length ? 'good' : 'wait');
  }
}

function sourceOf({ source, kubernetesDiscovery, fallbackToStatic }) {
  if (fallbackToStatic || source === 'static') return 'static';
  if (kubernetesDiscovery?.discoveryEnabled) return 'kubernetes';
  return source === 'local' ? 'local' : null;
}

function words(source, { kubernetesDiscovery, fallbackToStatic, stale }) {
  if (fallbackToStatic) return 'from a list · the Kubernetes API is away';
  if (source === 'kubernetes' && stale) return 'Kubernetes · last known, the API is away';
  if (source === 'static') return 'from a list';
  if (source === 'local') return 'this machine';
  return kubernetesDiscovery.namespace ? `Kubernetes · ${kubernetesDiscovery.namespace}` : 'Kubernetes';
}
