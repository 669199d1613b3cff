import { Player } from '/shared/player.js';
import { PER_PAGE, placeOf } from './layout.js';
import { Tile } from './tile.js';

/**
 * The guests of one page of the fleet on their places: tiles with players and voices, kept in step with the hub's list,
 * the layout and the focus. Events: `added` and `removed` (detail: the tile), `volume` (detail `{id, volume}`).
 */
export class Wall extends EventTarget {
  #stage;
  #socket;
  #codec;
  #sound;
  #curved;
  #list = [];
  #page = 0;
  #active = [];
  #volumeOf;

  /** Tiles by id, in the order of the wall. */
  tiles = new Map();
  /** Players of the guests shown now, by id. */
  players = new Map();

  constructor({ stage, socket, codec, sound, curved, volumeOf }) {
    super();
    this.#stage = stage;
    this.#socket = socket;
    this.#codec = codec;
    this.#sound = sound;
    this.#curved = curved;
    this.#volumeOf = volumeOf;
  }

  get pages() {
    return Math.max(1, Math.ceil(this.#list.length / PER_PAGE));
  }

  get page() {
    return this.#page;
  }

  set curved(curved) {
    this.#curved = curved;
    this.#arrange();
  }

  /** The tile of key `number`, from 1. */
  at(number) {
    return [...this.tiles.values()][number - 1] ?? null;
  }

  /** Takes the hub's list of instances. */
  receive(list) {
    this.#list = list;
    this.#render();
  }

  /** Shows another page of a fleet of more than nine. */
  turn(by) {
    this.#page = (this.#page + by + this.pages) % this.pages;
    this.#render();
  }

  /** Focuses these guests, in the scene, in the sound and in what their nodes send. */
  focus(active) {
    this.#active = active;
    this.#apply();
  }

  suspend() {
    for (const player of this.players.values()) player.stop();
  }

  /** Goes on for `seconds`; true while something moves. */
  step(seconds) {
    let moves = false;
    for (const tile of this.tiles.values()) {
      moves = tile.step(seconds) || moves;
      this.#sound.voice(tile.player.id)?.moveTo(tile.object.position);
    }
    return moves;
  }

  #render() {
    this.#page = Math.min(this.#page, this.pages - 1);
    const shown = this.#list.slice(this.#page * PER_PAGE, (this.#page + 1) * PER_PAGE);
    const ids = new Set(shown.map(({ id }) => id));
    for (const [id, tile] of this.tiles) if (!ids.has(id)) this.#remove(id, tile);
    this.tiles = new Map(shown.map(({ id }) => [id, this.tiles.get(id) ?? this.#add(id)]));
    shown.forEach((instance, index) => this.#update(instance, index));
    this.#arrange();
    this.#apply();
  }

  #update(instance, index) {
    const { id, status, ready } = instance;
    this.tiles.get(id).update(instance, index + 1);
    const player = this.players.get(id);
    const booting = status === 'booting' && ready !== true;
    if (booting || player.state !== 'idle') return;
    player.want(this.#active.includes(id) ? 'full' : 'tile');
    player.start();
  }

  #add(id) {
    const player = new Player({ id, socket: this.#socket, codec: this.#codec });
    player.sound.setVolume(this.#volumeOf(id));
    player.sound.addEventListener('change', () => {
      this.dispatchEvent(new CustomEvent('volume', { detail: { id, volume: player.sound.volume } }));
    });
    const tile = new Tile({ player, onChange: () => this.#stage.invalidate() });
    this.players.set(id, player);
    this.#sound.add(player);
    this.#stage.scene.add(tile.object);
    this.dispatchEvent(new CustomEvent('added', { detail: tile }));
    return tile;
  }

  #remove(id, tile) {
    this.dispatchEvent(new CustomEvent('removed', { detail: tile }));
    this.#stage.scene.remove(tile.object);
    this.#sound.remove(id);
    tile.player.stop();
    tile.close();
    this.players.delete(id);
  }

  #arrange() {
    [...this.tiles.values()].forEach((tile, index) => tile.place(placeOf(index, this.tiles.size, this.#curved)));
  }

  #apply() {
    for (const [id, tile] of this.tiles) {
      const focused = this.#active.includes(id);
      if (tile.focused !== focused) tile.focus = focused;
      const rendition = focused ? 'full' : 'tile';
      if (tile.player.rendition !== rendition) tile.player.want(rendition);
      const voice = this.#sound.voice(id);
      if (voice) voice.dimmed = this.#active.length > 0 && !focused;
    }
  }
}
