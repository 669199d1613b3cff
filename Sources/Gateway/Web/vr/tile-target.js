/**
 * A tile as something to point at: a click focuses it, a click on the focused guest takes control, and from then on the
 * pointer is the guest's mouse.
 */
export class TileTarget {
  #tile;
  #control;
  #lead;
  #onClick;
  #keyOf;
  #down = new Map();

  mesh;

  /**
   * `lead` holds the id of the one pointer that moves the guest's mouse. `onClick(tile, event)` is told of clicks while
   * the guest is not controlled. `keyOf(id)` gives the key that a pointer's main button means; null for the mouse button.
   */
  constructor({ tile, control, lead, onClick, keyOf }) {
    this.#tile = tile;
    this.#control = control;
    this.#lead = lead;
    this.#onClick = onClick;
    this.#keyOf = keyOf;
    this.mesh = tile.picture.mesh;
  }

  get id() {
    return this.#tile.player.id;
  }

  /** Whether the pointer is the guest's mouse here. */
  get controlled() {
    return this.#control.has(this.#tile.player);
  }

  over(id, hit) {
    if (this.controlled && this.#lead.id === id) this.#control.pointTo(this.#tile.picture.placeAt(hit));
  }

  out() {}

  press(id, hit, at, button) {
    this.#lead.id = id;
    if (!this.controlled) {
      if (button === 0) this.#down.set(id, 'click');
      return;
    }
    const key = this.#keyOf(id);
    if (key) {
      this.#down.set(id, key);
      this.#control.keyDown(key, at);
      return;
    }
    this.#control.pointTo(this.#tile.picture.placeAt(hit), at);
    this.#control.press(button, at);
  }

  lift(id, hit, button) {
    const down = this.#down.get(id);
    this.#down.delete(id);
    if (down === 'click') {
      const inside = hit && hit.x >= 0 && hit.x <= 1 && hit.y >= 0 && hit.y <= 1;
      if (inside) this.#onClick(this.#tile, hit);
    } else if (down) this.#control.keyUp(down);
    else this.#control.lift(button);
  }
}
