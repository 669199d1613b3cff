/** Crashes and attempts kept of each instance. */
const LIMIT = 50;
/** Clocks that differ by less are taken for one: times are told in whole seconds. */
const SAME_CLOCK = 3000;

const crashKey = ({ service, time, pid }) => `${service} ${time} ${pid}`;

/** What is known of one instance from the hub's events, and from what the panel asked. */
class InstanceMemory {
  /** The last report; null before the first. */
  health = null;
  /** When it came, on the `performance.now()` clock. */
  healthAt = -Infinity;
  /** What to add to a time of its node, in ms, to have it on this page's clock. */
  skew = null;
  #crashes = new Map();
  #recoveries = new Map();

  /** The newest first. */
  get crashes() {
    return newest(this.#crashes, ({ time }) => time);
  }

  /** The newest first. */
  get recoveries() {
    return newest(this.#recoveries, ({ startedAt }) => startedAt);
  }

  noteCrash(crash) {
    this.#crashes.set(crashKey(crash), crash);
    bound(this.#crashes);
  }

  /** An attempt is told at its beginning and at its end, and the end stays. */
  noteRecovery(recovery) {
    if (this.#recoveries.get(recovery.id)?.outcome && !recovery.outcome) return;
    this.#recoveries.set(recovery.id, recovery);
    bound(this.#recoveries);
  }

  noteTime(time) {
    const skew = Date.now() - Date.parse(time);
    this.skew = Math.min(this.skew ?? Infinity, skew);
  }

  /** This moment on the clock of the times that are told. */
  get now() {
    return Date.now() - (Math.abs(this.skew ?? 0) < SAME_CLOCK ? 0 : this.skew);
  }
}

const newest = (map, time) => [...map.values()].sort((a, b) => Date.parse(time(b)) - Date.parse(time(a)));

function bound(map) {
  for (const key of map.keys()) {
    if (map.size <= 2 * LIMIT) return;
    map.delete(key);
  }
}

/** Remembers of every instance what a panel shows at once when it is opened; forgets instances that are gone. */
export class FleetMemory {
  #instances = new Map();

  constructor(events) {
    const note = (kind, take) => events.addEventListener(kind, ({ detail }) => take(this.of(detail.instance), detail));
    note('health', (memory, { time, health }) => {
      memory.noteTime(time);
      memory.health = health;
      memory.healthAt = performance.now();
    });
    note('crash', (memory, { crash }) => memory.noteCrash(crash));
    note('recovery', (memory, { recovery }) => memory.noteRecovery(recovery));
    note('instance', (memory, { instance, news }) => news.phase === 'gone' && this.#instances.delete(instance));
  }

  /** What is known of an instance; nothing of one that is gone or new. */
  of(id) {
    if (!this.#instances.has(id)) this.#instances.set(id, new InstanceMemory());
    return this.#instances.get(id);
  }
}
