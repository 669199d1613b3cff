import { ActiveSet } from '/shared/active-set.js';
import { FleetEvents } from '/shared/fleet-events.js';
import { FleetWatch } from '/shared/fleet-watch.js';
import { bindingsFrom, KEYS } from './bindings.js';
import { Control } from './control.js';
import { DeskKeys } from './desk-keys.js';
import { FloorHint } from './floor-hint.js';
import { Headset } from './headset.js';
import { Keyboard } from './keyboard.js';
import { Lasers } from './lasers.js';
import { Menu } from './menu.js';
import { Pointing } from './pointing.js';
import { ScreenPointer } from './screen-pointer.js';
import { shortcuts, switches } from './shortcuts.js';
import { SoundField } from './sound-field.js';
import { Stage } from './stage.js';
import { TileTarget } from './tile-target.js';
import { Walk } from './walk.js';
import { Wall } from './wall.js';

/** Lines a second that a thumbstick scrolls when it is held to its end. */
const SCROLL = 20;

/**
 * Everything in the scene and how it works together. Events: `change` (of guests, focus, control or switches: what is
 * shown elsewhere is to be read anew), `notice` (detail: words for the person), `hub` (detail: null, or the error while
 * the hub is away).
 */
export class Room extends EventTarget {
  #preferences;
  #boards = [];
  #shown = '';
  #hint;
  #targets = new Map();
  #lead = { id: null };
  #keys = new Map();
  #events = new FleetEvents();
  #watch = new FleetWatch({ events: this.#events });
  #walk;
  #lasers;
  #screen;
  #scroll = 0;

  active = new ActiveSet();
  control = new Control();
  sound;
  stage;
  wall;
  headset;
  menu;
  keyboard;

  constructor({ canvas, socket, codec, preferences }) {
    super();
    this.#preferences = preferences;
    this.stage = new Stage({ canvas, step: (seconds, frame) => this.#step(seconds, frame) });
    const { stage, control } = this;
    const onChange = () => stage.invalidate();
    const onBoard = () => {
      stage.invalidate();
      const shown = this.#boards.map(({ visible }) => visible).join();
      if (shown === this.#shown) return;
      this.#shown = shown;
      this.#changed();
    };
    this.#hint = new FloorHint(stage.scene);
    this.sound = new SoundField({ mono: preferences.get('mono') });
    this.wall = new Wall({
      stage, socket, codec, sound: this.sound, curved: preferences.get('curved'),
      volumeOf: (id) => preferences.get('volumes')[id] ?? 1,
    });
    this.menu = new Menu({
      guests: () => this.guests, switches: () => switches(this, preferences), onChange: onBoard,
      onChoose: (id) => this.select([id]), onVolume: (id, volume) => this.setVolume(id, volume),
    });
    this.keyboard = new Keyboard({ control, onChange: onBoard, ensure: () => this.takeControl() });
    this.#boards = [this.menu.board, this.keyboard.board];
    for (const board of this.#boards) stage.scene.add(board.mesh);
    const pointing = new Pointing(() => [...this.#boards.filter(({ visible }) => visible), ...this.#targets.values()]);
    this.#walk = new Walk({ camera: stage.camera, rig: stage.rig, onMove: onChange });
    this.#screen = new ScreenPointer({ canvas, camera: stage.camera, pointing, walk: this.#walk, onWheel: (dy) => control.turn(dy) });
    this.#lasers = new Lasers({
      pointing, rig: stage.rig, space: () => this.headset.space,
      onTrigger: (...words) => this.#trigger(pointing, ...words),
      onButton: (name, pressed) => this.#button(name, pressed),
      onStick: (...words) => this.#stick(...words),
    });
    this.headset = new Headset({ stage, onSession: (session) => this.#enter(session) });
    new DeskKeys({ control, walk: this.#walk, actions: shortcuts(this, preferences) });
    this.#listen(pointing);
  }

  /** `[{id, name, status, focused, volume}]` of the guests on the wall. */
  get guests() {
    return [...this.wall.tiles.values()].map(({ player, name, status, focused }) => (
      { id: player.id, name, status, focused, volume: player.sound.volume }));
  }

  /** Whether the mouse turns the head. */
  get looks() {
    return this.#screen.locked;
  }

  start() {
    this.active.start();
    this.#events.start();
    this.#watch.start();
    this.stage.start();
    this.headset.check();
  }

  /** Ends every stream because the page goes away. */
  suspend() {
    this.control.leave();
    this.active.stop();
    this.#events.stop();
    this.#watch.stop();
    this.stage.stop();
    this.wall.suspend();
  }

  /** Focuses guests because a person here chose them. */
  select(ids) {
    if (this.control.player && !ids.includes(this.control.player.id)) this.control.leave();
    this.active.select(ids);
  }

  setVolume(id, volume) {
    this.wall.players.get(id)?.sound.setVolume(volume);
  }

  /** Asks for control of the focused guest, because a person here wants it; gives whether it came. */
  async takeControl() {
    const id = this.active.ids.find((one) => this.wall.players.has(one));
    if (id !== undefined) return this.control.take(this.wall.players.get(id));
    this.#notify('Choose a guest first.');
    return false;
  }

  /** Back to the middle of the room, looking ahead. */
  recentre() {
    this.#walk.reset();
  }

  /** Has the mouse turn the head, or frees it again. */
  async lockMouse() {
    try {
      await this.#screen.lock();
    } catch {
      this.#notify('The browser did not capture the mouse. Try again.');
    }
  }

  toggleMenu() {
    if (this.menu.board.visible) this.menu.close();
    else this.menu.open(this.stage.camera);
  }

  toggleKeyboard() {
    if (this.keyboard.board.visible) this.keyboard.close();
    else this.keyboard.open(this.stage.camera);
  }

  #listen(pointing) {
    const { wall, active, control, sound } = this;
    wall.addEventListener('added', ({ detail: tile }) => {
      this.#targets.set(tile.player.id, new TileTarget({
        tile, control, lead: this.#lead, onClick: (one) => this.#click(one), keyOf: (id) => this.#keyOf(id),
      }));
      tile.player.addEventListener('refused', ({ detail }) => this.#notify(detail.message || detail.code));
    });
    wall.addEventListener('removed', ({ detail: { player } }) => {
      pointing.forget(this.#targets.get(player.id));
      this.#targets.delete(player.id);
    });
    wall.addEventListener('volume', ({ detail: { id, volume } }) => {
      const volumes = this.#preferences.get('volumes');
      if (volumes[id] === volume) return;
      this.#preferences.set('volumes', { ...volumes, [id]: volume });
      this.#changed();
    });
    active.addEventListener('change', () => this.#applyFocus());
    active.addEventListener('refused', ({ detail }) => this.#notify(detail.message));
    control.addEventListener('change', () => this.#changed());
    control.addEventListener('refused', ({ detail }) => this.#notify(detail.message));
    sound.addEventListener('change', () => this.#changed());
    this.#preferences.addEventListener('change', ({ detail }) => {
      if (detail === 'curved') wall.curved = this.#preferences.get('curved');
      if (detail === 'mono') sound.mono = this.#preferences.get('mono');
      this.#changed();
    });
    this.#watch.addEventListener('instances', ({ detail }) => {
      wall.receive(detail);
      this.dispatchEvent(new CustomEvent('hub', { detail: null }));
      this.#changed();
    });
    this.#watch.addEventListener('unreachable', ({ detail }) => {
      this.dispatchEvent(new CustomEvent('hub', { detail: detail.error }));
    });
    this.#screen.addEventListener('change', () => {
      if (!this.#screen.locked) control.leave();
      this.#changed();
    });
    this.headset.addEventListener('end', () => {
      this.#lasers.detach();
      this.#hint.hide();
      control.leave();
      for (const board of this.#boards) board.close();
      this.#walk.apply();
    });
  }

  #click({ player, focused }) {
    if (focused) this.control.take(player);
    else this.select([player.id]);
  }

  #applyFocus() {
    this.wall.focus(this.active.ids);
    this.#changed();
  }

  #enter(session) {
    this.#screen.release();
    this.#lasers.attach(session);
    this.#hint.show(bindingsFrom(this.#preferences.get('bindings')));
  }

  /** The main button of a headset's pointer. Pointing at nothing, it is Enter for the guest that is controlled. */
  #trigger(pointing, id, pressed, at) {
    if (pressed && pointing.press(id, at)) return;
    if (!pressed && pointing.holds(id)) return pointing.lift(id);
    if (pressed && this.control.player) {
      this.#keys.set(id, 'Enter');
      this.control.keyDown('Enter', at);
    } else if (!pressed && this.#keys.has(id)) {
      this.control.keyUp(this.#keys.get(id));
      this.#keys.delete(id);
    }
  }

  /** The key that a pointer's main button is bound to; null for a click. */
  #keyOf(id) {
    if (id === 'mouse') return null;
    const { trigger } = bindingsFrom(this.#preferences.get('bindings'));
    return trigger in KEYS ? trigger : null;
  }

  #button(name, pressed) {
    const action = bindingsFrom(this.#preferences.get('bindings'))[name];
    const acts = { menu: () => this.toggleMenu(), keyboard: () => this.toggleKeyboard(), release: () => this.control.leave() };
    if (action in KEYS) this.#pressKey(action, pressed);
    else if (pressed) acts[action]?.();
  }

  /** A key that a controller's button means; the first one asks for control. */
  async #pressKey(code, pressed) {
    if (!pressed) return this.control.keyUp(code);
    if (this.control.player) return this.control.keyDown(code);
    if (await this.takeControl()) this.control.tap(code);
  }

  /** The right thumbstick turns the wheel of the guest that is controlled; else both walk. */
  #stick(hand, x, y, seconds) {
    if (hand !== 'right' || !this.control.player) return this.#walk.glide(x, y, seconds);
    this.#scroll += y * SCROLL * seconds;
    const dy = Math.trunc(this.#scroll);
    this.#scroll -= dy;
    if (dy !== 0) this.control.turn(dy);
  }

  #step(seconds, frame) {
    const moved = this.wall.step(seconds);
    if (frame) this.#lasers.step(seconds, frame);
    else if (this.#walk.step(seconds) || moved) this.#screen.aim();
    this.control.flush();
    this.stage.camera.updateWorldMatrix(true, false);
    this.sound.listen(this.stage.camera);
    return moved;
  }

  #changed() {
    const { player } = this.control;
    const tile = player && this.wall.tiles.get(player.id);
    this.keyboard.guest = tile?.name ?? '';
    if (this.menu.board.visible) this.menu.fill();
    this.dispatchEvent(new Event('change'));
  }

  #notify(text) {
    this.dispatchEvent(new CustomEvent('notice', { detail: text }));
  }
}
