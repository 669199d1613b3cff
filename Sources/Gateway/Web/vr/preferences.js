const KEY = 'loco.vr';

/** What a person chose on this page, kept in the browser. Event: `change` (detail: the name). */
export class Preferences extends EventTarget {
  #values;

  constructor(defaults) {
    super();
    this.#values = { ...defaults };
    try {
      const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}');
      for (const name of Object.keys(defaults)) {
        if (typeof kept[name] === typeof defaults[name] && kept[name] !== null) this.#values[name] = kept[name];
      }
    } catch {
      // A browser that keeps nothing, or something else under this name: the defaults stand.
    }
  }

  get(name) {
    return this.#values[name];
  }

  set(name, value) {
    this.#values[name] = value;
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#values));
    } catch {
      // Then it lasts as long as the page.
    }
    this.dispatchEvent(new CustomEvent('change', { detail: name }));
  }
}
