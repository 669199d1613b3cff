import { legWords } from '/shared/status-words.js';

const PATIENCE = 10_000;

/**
 * Finds sessions of this page that try to connect and do not get there. Attempts that fail and begin anew count as one
 * wait, for that is what a person sees.
 */
export class StuckWatch {
  #since = new WeakMap();

  /** What to show of a player now: null, or lines of text once it has waited for too long. */
  check(player, now = performance.now()) {
    const { state } = player;
    // The banner tells of a hub that is away, once for all guests.
    const isTrying = (state === 'connecting' || state === 'failed') && player.failure?.code !== 'hub-away';
    if (!isTrying) {
      this.#since.delete(player);
      return null;
    }
    if (!this.#since.has(player)) this.#since.set(player, now);
    if (now - this.#since.get(player) < PATIENCE) return null;
    const doing = (legWords[player.leg] ?? 'Asking for the stream').toLowerCase();
    if (!player.failure) return [`Not connected yet, stuck at ${player.leg ?? 'signaling'}: ${doing}.`];
    const { title, leg } = player.failure;
    return [`${title} (${leg}).`, state === 'failed' ? 'It is tried again.' : `Trying again: ${doing}.`];
  }
}
