import { h, setAttribute, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';
import { discovery } from '/shared/api.js';

/** The line that says how many of the known guests are ready and how they were found, with a button to look again. */
export class Discovery {
  #count = h('span', { class: 'count' });
  #source = h('span', { class: 'source' });
  #refresh;

  constructor({ element, onRefresh, onHelp }) {
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
    setText(this.#source, info ? sourceWords(info) : '');
  }

  show(list) {
    const ready = list.filter(({ status, ready }) => ready === true || status === 'ready' || status === 'running').length;
    setText(this.#count, list.length === 0 ? 'No guests' : `${ready} of ${list.length} ready`);
    setAttribute(this.#count, 'data-tone', list.length > 0 && ready === list.length ? 'good' : 'wait');
  }
}

function sourceWords({ source, kubernetesDiscovery: kubernetes, fallbackToStatic }) {
  if (kubernetes?.discoveryEnabled) return kubernetes.namespace ? `Kubernetes · ${kubernetes.namespace}` : 'Kubernetes';
  if (fallbackToStatic || source === 'static') return 'from a list';
  return source === 'local' ? 'this machine' : '';
}
