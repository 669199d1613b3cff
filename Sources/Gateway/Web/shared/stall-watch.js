const LIMIT = 5000;
/**
 * With the data channel gone the node has most likely gone too: wait less before saying so, but longer than the two
 * seconds between the frames of a screen that stands still.
 */
const HASTENED_LIMIT = 3000;
/** Samples farther apart mean that the page or the machine slept, not that the stream stood still. */
const SLEEP = 5000;
/** More packets than this without a picture: data arrives, but it cannot be decoded. */
const MANY_PACKETS = 50;

/** Tells from samples of one stream's statistics that its picture has stopped. Times in milliseconds. */
export class StallWatch {
  #frames = 0;
  #packets = 0;
  #progressAt = null;
  #sampledAt = null;
  #limit = LIMIT;

  /** Makes the watch less patient. */
  hasten() {
    this.#limit = HASTENED_LIMIT;
  }

  /** Takes a sample; gives null, or the code of what is wrong: `stalled` or `undecodable`. */
  check({ framesDecoded, packetsReceived }, now) {
    const slept = this.#sampledAt === null || now - this.#sampledAt > SLEEP;
    this.#sampledAt = now;
    if (framesDecoded !== this.#frames || slept) {
      this.#frames = framesDecoded;
      this.#packets = packetsReceived;
      this.#progressAt = now;
    }
    if (now - this.#progressAt < this.#limit) return null;
    return packetsReceived - this.#packets > MANY_PACKETS ? 'undecodable' : 'stalled';
  }
}
