import { h, setText } from '/shared/dom.js';
import { icon } from '/shared/icons.js';
import { Player } from '/shared/player.js';
import { arrange } from './arrange.js';
import { Banner } from './banner.js';
import { Discovery } from './discovery.js';
import { FleetWatch } from '/shared/fleet-watch.js';
import { Pager } from './pager.js';
import { Shortcuts } from './shortcuts.js';
import { Tile } from './tile.js';

const SOCKET_PATIENCE = 2500;

/** The page: one tile for each guest on the current page, kept in step with what the hub says. */
export class Dashboard {
  #socket;
  #codec;
  #watch = new FleetWatch();
  #tiles = new Map();
  #list = [];
  #columns = 1;
  #grid = document.getElementById('grid');
  #empty = document.getElementById('empty');
  #announcer = document.getElementById('announcer');
  #pager = new Pager(document.getElementById('pager'));
  #banner;
  #discovery;
  #hubAway = null;
  #socketTimer = 0;

  /** Players of the guests shown now, by id. */
  players = new Map();

  constructor({ socket, codec }) {
    this.#socket = socket;
    this.#codec = codec;
    const help = document.getElementById('help');
    document.getElementById('help-close').append(icon('cross'));
    this.#banner = new Banner({ element: document.getElementById('banner'), onRetry: () => this.#retry() });
    this.#discovery = new Discovery({
      element: document.getElementById('discovery'),
      onRefresh: () => this.#watch.refresh(),
      onHelp: () => help.showModal(),
    });
    this.#fillEmpty();
    this.#pager.addEventListener('turn', () => this.#render());
    this.#watch.addEventListener('instances', ({ detail }) => this.#receive(detail));
    this.#watch.addEventListener('unreachable', ({ detail }) => this.#lose(detail));
    socket.addEventListener('open', () => this.#socketOpened());
    socket.addEventListener('closed', ({ detail }) => this.#socketClosed(detail));
    new ResizeObserver(() => this.#arrange()).observe(document.getElementById('main'));
    new Shortcuts({
      tiles: () => [...this.#tiles.values()],
      columns: () => this.#columns,
      turn: (by) => this.#pager.turn(by),
    });
  }

  start() {
    this.#watch.start();
    this.#discovery.ask();
  }

  /** Ends every stream because the page goes away. */
  suspend() {
    this.#watch.stop();
    for (const { player } of this.#tiles.values()) player.stop();
  }

  resume() {
    this.#watch.start();
  }

  #receive(list) {
    this.#list = list;
    if (this.#hubAway) {
      this.#hubAway = null;
      this.#banner.hide();
      this.#socket.hasten();
      this.#discovery.ask();
    }
    this.#discovery.show(list);
    this.#render();
  }

  #render() {
    const shown = this.#pager.slice(this.#list);
    const count = this.#tiles.size;
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, tile] of this.#tiles) {
      if (ids.has(id)) continue;
      tile.close();
      this.#tiles.delete(id);
      this.players.delete(id);
    }
    const tiles = shown.map(({ id }) => this.#tiles.get(id) ?? this.#add(id));
    // The map's order is the order on the page, also when a guest came back between two others.
    this.#tiles = new Map(tiles.map((tile) => [tile.player.id, tile]));
    tiles.forEach((tile, index) => {
      const place = this.#grid.children[index];
      if (place !== tile.element) this.#grid.insertBefore(tile.element, place ?? null);
    });
    this.#empty.hidden = shown.length > 0;
    this.#grid.hidden = shown.length === 0;
    if (count !== tiles.length) this.#arrange();
    shown.forEach((instance, index) => this.#tiles.get(instance.id).update(instance, String(index + 1)));
  }

  #add(id) {
    const player = new Player({ id, socket: this.#socket, codec: this.#codec });
    const tile = new Tile({ player });
    this.players.set(id, player);
    this.#tiles.set(id, tile);
    tile.addEventListener('wanted', () => {
      for (const other of this.#tiles.values()) if (other !== tile) other.input.leave();
    });
    tile.addEventListener('control', () => {
      this.#announce(tile.input.active ? `You control ${tile.name}. Escape to release.` : `${tile.name} released.`);
    });
    tile.addEventListener('phase', () => {
      if (player.state === 'failed') this.#announce(`${tile.name}: ${player.failure.title}.`);
    });
    return tile;
  }

  #arrange() {
    const count = this.#tiles.size;
    if (count === 0) return;
    const main = document.getElementById('main');
    const style = getComputedStyle(main);
    const gap = parseFloat(getComputedStyle(this.#grid).columnGap) || 12;
    const width = main.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const head = document.querySelector('.head').offsetHeight;
    const height = innerHeight - head - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const plan = arrange({ count, width, height, gap });
    this.#columns = plan.columns;
    this.#grid.dataset.plate = plan.plate;
    this.#grid.toggleAttribute('data-scrolls', plan.scrolls);
    this.#grid.style.setProperty('--columns', plan.columns);
    this.#grid.style.setProperty('--picture', `${plan.picture}px`);
  }

  #lose({ error, retryAt }) {
    this.#hubAway = error;
    const text = this.#tiles.size > 0 ? 'Hub unreachable, streams go on' : 'Hub unreachable';
    this.#banner.show(text, retryAt);
  }

  #socketOpened() {
    clearTimeout(this.#socketTimer);
    if (!this.#hubAway) this.#banner.hide();
  }

  #socketClosed({ retryIn }) {
    const retryAt = performance.now() + retryIn;
    clearTimeout(this.#socketTimer);
    // A short gap is nobody's concern; the list of guests says by itself when the whole hub is away.
    this.#socketTimer = setTimeout(() => {
      if (!this.#hubAway) this.#banner.show('Signaling lost, streams go on', retryAt);
    }, SOCKET_PATIENCE);
  }

  #retry() {
    this.#watch.now();
    this.#socket.hasten();
  }

  #announce(text) {
    setText(this.#announcer, text);
  }

  #fillEmpty() {
    this.#empty.append(
      icon('screen'),
      h('h2', {}, 'No guests yet'),
      h('p', {}, 'Guests appear here as soon as they are found. To start three demo guests on this machine:'),
      h('code', {}, 'loco up --guests 3'),
      h('button', { class: 'plain-button', type: 'button', onclick: () => this.#watch.refresh() }, 'Look again'),
    );
  }
}
