/** The widths in device pixels between which a picture keeps the rendition it has; below both the small one will do. */
const TILE_WIDTH = 384;
const FULL_WIDTH = 448;
/** So many guests on a page are too many for the full picture of each, however large: browser and nodes would choke. */
const CROWD = 5;
/** A switch costs a keyframe. Who passes over tiles with the arrow keys, or drags the window's edge, wants none yet. */
const UP_DELAY = 150;
const DOWN_DELAY = 1500;

/** The rendition that serves a picture of `width` device pixels, where `wanted` has been asked for so far. */
export function renditionFor(width, wanted) {
  if (width >= FULL_WIDTH) return 'full';
  return width <= TILE_WIDTH ? 'tile' : (wanted ?? 'full');
}

/**
 * Keeps a guest's player asking for the rendition that its place on the page is worth: `full` where a person looks
 * (`isForemost()`) or the picture is large among few, `tile` elsewhere. The active set goes before both: `standing()` is
 * `active` for full, `dimmed` for tile, or `none` where the set says nothing.
 */
export class RenditionWish {
  #stage;
  #player;
  #isForemost;
  #standing;
  #observer;
  #timer = 0;
  #next = null;

  constructor({ stage, player, isForemost, standing = () => 'none' }) {
    this.#stage = stage;
    this.#player = player;
    this.#isForemost = isForemost;
    this.#standing = standing;
    this.#observer = new ResizeObserver(() => this.review());
    this.#observer.observe(stage);
  }

  /** Decides now, for a session that is about to start. */
  settle() {
    this.#cancel();
    const name = this.#decide();
    if (name !== null && name !== this.#player.rendition) this.#player.want(name);
  }

  /** Looks again, and asks for another rendition once that has been right for a while. */
  review() {
    const name = this.#decide();
    if (name === this.#next) return;
    this.#cancel();
    if (name === null || name === this.#player.rendition) return;
    this.#next = name;
    this.#timer = setTimeout(() => this.settle(), name === 'full' ? UP_DELAY : DOWN_DELAY);
  }

  close() {
    this.#cancel();
    this.#observer.disconnect();
  }

  #decide() {
    const width = this.#stage.clientWidth * devicePixelRatio;
    // Out of the page a stage has no width, which says nothing about the next one.
    if (width === 0) return null;
    const standing = this.#standing();
    if (standing !== 'none') return standing === 'active' ? 'full' : 'tile';
    if (this.#isForemost()) return 'full';
    const guests = this.#stage.closest('.grid')?.querySelectorAll('.tile').length ?? 1;
    return guests >= CROWD ? 'tile' : renditionFor(width, this.#player.rendition);
  }

  #cancel() {
    clearTimeout(this.#timer);
    this.#next = null;
  }
}
