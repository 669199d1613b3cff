/**
 * Nodes report once a second; what is older than this says nothing about now. That a node does not report is the hub's
 * to say: it holds until the hub says something else.
 */
const FRESH = 5000;
const CHECK = 1000;

/**
 * The latest health report of every guest, from what the hub tells; none of an earlier time passes for one of now.
 * Event: `report` (detail `{id, report}`; null when there is none any more).
 */
export class HealthWatch extends EventTarget {
  #reports = new Map();
  #timer = 0;

  constructor({ events }) {
    super();
    events.addEventListener('health', ({ detail }) => detail.health && this.#take(detail.instance, detail.health));
    events.addEventListener('closed', () => {
      for (const id of [...this.#reports.keys()]) this.#drop(id);
    });
  }

  /** The report of now, or null. */
  get(id) {
    return this.#reports.get(id)?.report ?? null;
  }

  #take(id, report) {
    this.#reports.set(id, { report, at: performance.now() });
    this.#timer ||= setInterval(() => this.#check(), CHECK);
    this.#tell(id, report);
  }

  #check() {
    const now = performance.now();
    for (const [id, { report, at }] of [...this.#reports]) if (now - at > FRESH && !isOfHub(report)) this.#drop(id);
    if (this.#reports.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = 0;
  }

  #drop(id) {
    this.#reports.delete(id);
    this.#tell(id, null);
  }

  #tell(id, report) {
    this.dispatchEvent(new CustomEvent('report', { detail: { id, report } }));
  }
}

const isOfHub = ({ evidence }) => evidence?.[0]?.part === 'node';
