import { ActiveSet } from '/shared/active-set.js';
import { setText } from '/shared/dom.js';
import { FleetEvents } from '/shared/fleet-events.js';
import { FleetWatch } from '/shared/fleet-watch.js';
import { icon } from '/shared/icons.js';
import { Player } from '/shared/player.js';
import { Banner } from './banner.js';
import { Discovery } from './discovery.js';
import { fillEmpty } from './empty.js';
import { FocusLine } from './focus-line.js';
import { GridLayout } from './grid-layout.js';
import { HealthWatch } from './health-watch.js';
import { PageFocus } from './page-focus.js';
import { Pager } from './pager.js';
import { FleetMemory } from './panel-memory.js';
import { Panel } from './panel.js';
import { Shortcuts } from './shortcuts.js';
import { Slots, slotsFor } from './slots.js';
import { Tile } from './tile.js';
import { Toasts } from './toasts.js';
import { linkWall } from './wall-link.js';
import { Zoom } from './zoom.js';

const SOCKET_PATIENCE = 2500;

const part = (id) => document.getElementById(id);

/** The page: one tile for each guest on the current page, kept in step with what the hub says. */
export class Dashboard {
  #socket;
  #codec;
  #access;
  #watch;
  #health;
  #focus;
  #tiles = new Map();
  #news = new Map();
  #list = [];
  #grid = part('grid');
  #slots = new Slots(this.#grid);
  #layout = new GridLayout({ grid: this.#grid, main: part('main'), head: document.querySelector('.head') });
  #empty = part('empty');
  #announcer = part('announcer');
  #pager = new Pager(part('pager'));
  #zoom = new Zoom(part('zoom'));
  #focusLine;
  #banner;
  #discovery;
  #hubAway = null;
  #socketTimer = 0;

  /** Players of the guests shown now, by id. */
  players = new Map();
  /** What the hub tells, for everybody on this page. */
  events = new FleetEvents();
  /** A guest's details. */
  panel;
  /** The guests in focus, in every client alike. */
  active = new ActiveSet();

  constructor({ socket, codec, access }) {
    this.#socket = socket;
    this.#codec = codec;
    this.#access = access;
    this.#watch = new FleetWatch({ events: this.events });
    this.#health = new HealthWatch({ events: this.events });
    this.#focus = new PageFocus({ active: this.active, mayAsk: () => !access.isViewOnly });
    part('help-close').append(icon('cross'));
    this.#banner = new Banner({ element: part('banner'), onRetry: () => this.#retry() });
    this.#discovery = new Discovery({
      element: part('discovery'),
      onRefresh: () => this.#watch.refresh(),
      onHelp: () => part('help').showModal(),
    });
    this.#focusLine = new FocusLine({ element: part('focus'), onClear: () => this.#focus.select([]) });
    fillEmpty(this.#empty, () => this.#watch.refresh());
    this.#listen();
    this.#attend();
    new ResizeObserver(() => this.#arrange()).observe(part('main'));
    new Shortcuts({
      tiles: () => [...this.#tiles.values()],
      columns: () => this.#layout.columns,
      turn: (by) => this.#pager.turn(by),
      zoom: this.#zoom,
      details: (tile) => this.panel.open(tile),
    });
  }

  start() {
    this.events.start();
    this.active.start();
    this.#watch.start();
    this.#discovery.ask();
    this.#access.ask();
    linkWall(part('wall'));
  }

  /** Ends every stream because the page goes away. */
  suspend() {
    this.events.stop();
    this.active.stop();
    this.#watch.stop();
    for (const { player } of this.#tiles.values()) player.stop();
  }

  resume() {
    this.events.start();
    this.active.start();
    this.#watch.start();
  }

  /** Who attends to what happens: the panel with a guest's details, and notices of news. */
  #attend() {
    const { events } = this;
    const tiles = () => this.#tiles;
    const memory = new FleetMemory(events);
    const mayRecover = () => [null, 'admin'].includes(this.#access.level);
    this.panel = new Panel({ events, tiles, memory, mayRecover });
    new Toasts({ events, tiles, memory, onDetails: (tile, opener) => this.panel.open(tile, opener) });
  }

  #listen() {
    const { events, active } = this;
    this.#pager.addEventListener('turn', () => this.#render());
    this.#zoom.addEventListener('change', () => this.#arrange());
    this.#watch.addEventListener('instances', ({ detail }) => this.#receive(detail));
    this.#watch.addEventListener('unreachable', ({ detail }) => this.#lose(detail));
    this.#health.addEventListener('report', ({ detail }) => this.#tiles.get(detail.id)?.showHealth(detail.report));
    events.addEventListener('instance', ({ detail }) => this.#hear(detail));
    events.addEventListener('recording', ({ detail }) => this.#tiles.get(detail.instance)?.showRecording(detail.recording ?? detail));
    this.#focus.addEventListener('change', () => this.#showFocus());
    active.addEventListener('refused', ({ detail }) => this.#announce(detail.message));
    this.#access.addEventListener('change', () => this.#showAccess());
    this.#discovery.addEventListener('source', ({ detail }) => this.#slots.tell(detail));
    this.#socket.addEventListener('open', () => this.#socketOpened());
    this.#socket.addEventListener('closed', ({ detail }) => this.#socketClosed(detail));
    this.#showAccess();
  }

  #receive(list) {
    this.#list = list;
    const known = new Set(list.map(({ id }) => id));
    for (const id of this.#news.keys()) if (!known.has(id)) this.#news.delete(id);
    if (this.#hubAway) {
      this.#hubAway = null;
      this.#banner.hide();
      this.#socket.hasten();
      this.active.hasten();
      this.#discovery.ask();
    }
    this.#discovery.show(list);
    this.#render();
  }

  #hear({ instance, news }) {
    if (!news) return;
    this.#news.set(instance, news);
    this.#tiles.get(instance)?.showNews(news);
  }

  #render() {
    // Whoever plays a guest goes with it when the guests before it come or go.
    const engaged = [...this.#tiles.values()].find((tile) => tile.engaged);
    if (engaged) this.#pager.follow(this.#list.findIndex(({ id }) => id === engaged.player.id));
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
    tiles.forEach((tile, index) => place(this.#grid, tile.element, this.#grid.children[index]));
    this.#empty.hidden = shown.length > 0;
    this.#grid.hidden = shown.length === 0;
    if (count !== tiles.length) this.#arrange();
    else this.#showSlots();
    shown.forEach((instance, index) => this.#tiles.get(instance.id).update(instance, String(index + 1)));
    this.#showFocus();
  }

  #add(id) {
    const player = new Player({ id, socket: this.#socket, codec: this.#codec, access: this.#access.asked });
    const tile = new Tile({ player });
    this.players.set(id, player);
    this.#tiles.set(id, tile);
    tile.showHealth(this.#health.get(id));
    tile.showNews(this.#news.get(id) ?? null);
    tile.showAccess(this.#access.isViewOnly);
    // Before its stream starts, so that the first rendition is the right one.
    tile.showFocus(this.#focus.of(id));
    tile.addEventListener('wanted', () => {
      for (const other of this.#tiles.values()) if (other !== tile) other.leave();
    });
    tile.addEventListener('select', () => this.#focus.select([id]));
    tile.addEventListener('toggle', () => this.#focus.toggle(id));
    tile.addEventListener('details', () => this.panel.open(tile, tile.healthButton));
    this.panel.follow(player);
    tile.addEventListener('control', () => {
      this.#announce(tile.controls ? `You control ${tile.name}. Escape to release.` : `${tile.name} released.`);
    });
    tile.addEventListener('phase', () => {
      if (player.state === 'failed') this.#announce(`${tile.name}: ${player.failure.title}.`);
    });
    player.addEventListener('hello', () => tile.showAccess(this.#access.isViewOnly || player.hello.access === 'view'));
    return tile;
  }

  #arrange() {
    this.#layout.apply(this.#tiles.size, this.#zoom.value);
    this.#showSlots();
  }

  #showSlots() {
    const { columns, scrolls } = this.#layout;
    const more = this.#pager.pages > 1;
    this.#slots.show(more ? 0 : slotsFor({ count: this.#tiles.size, columns, scrolls }), this.#list.length);
  }

  #showFocus() {
    for (const [id, tile] of this.#tiles) tile.showFocus(this.#focus.of(id));
    const names = new Map(this.#list.map(({ id, name }) => [id, name ?? id]));
    this.#focusLine.show(this.#focus.ids.map((id) => names.get(id) ?? id));
  }

  #showAccess() {
    const { isViewOnly } = this.#access;
    part('access').hidden = !isViewOnly;
    document.documentElement.toggleAttribute('data-view-only', isViewOnly);
    for (const tile of this.#tiles.values()) tile.showAccess(isViewOnly);
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
    this.active.hasten();
  }

  #announce(text) {
    setText(this.#announcer, text);
  }
}

/** Puts `element` before `next` without taking it out of the page where the browser can: a video in it plays on. */
function place(grid, element, next = null) {
  if (next === element) return;
  if (element.isConnected && grid.moveBefore) grid.moveBefore(element, next);
  else grid.insertBefore(element, next);
}
