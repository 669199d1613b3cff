import { DIM } from '/shared/active-set.js';

/** Seconds of a change of volume: without a step, which clicks. */
const RAMP = 0.03;

/** One guest's sound at a place of the scene. Its volume is its player's; who is not focused while others are, is dimmed. */
export class Voice {
  #player;
  #dimmed = false;
  #place = { x: 0, y: 0, z: 0 };
  #life = new AbortController();

  /** WebAudio nodes; null before sound is enabled. */
  gain = null;
  panner = null;

  constructor(player) {
    this.#player = player;
    player.sound.addEventListener('change', () => this.settle(), { signal: this.#life.signal });
  }

  /** The gain that volume and focus ask for: exactly 0 for a volume of 0. */
  get wanted() {
    return this.#player.sound.volume * (this.#dimmed ? DIM : 1);
  }

  set dimmed(dimmed) {
    this.#dimmed = dimmed;
    this.settle();
  }

  /** Joins the guest to `out` of a running context. */
  plug(out) {
    const { context } = out;
    this.gain = new GainNode(context, { gain: this.wanted });
    this.panner = new PannerNode(context, {
      panningModel: 'HRTF', distanceModel: 'inverse', refDistance: 1, maxDistance: 20, rolloffFactor: 1,
    });
    this.gain.connect(this.panner).connect(out);
    this.moveTo(this.#place);
    this.#player.sound.route(this.gain);
    this.#player.sound.turn(true);
  }

  moveTo({ x, y, z }) {
    this.#place = { x, y, z };
    if (!this.panner) return;
    const { positionX, positionY, positionZ } = this.panner;
    [[positionX, x], [positionY, y], [positionZ, z]].forEach(([param, value]) => {
      if (param.value !== value) param.value = value;
    });
  }

  /** Brings the gain to what is wanted. */
  settle() {
    if (!this.gain) return;
    const { gain, context } = this.gain;
    const { wanted } = this;
    const { currentTime, state } = context;
    gain.cancelScheduledValues(currentTime);
    if (state !== 'running') gain.value = wanted;
    else gain.setValueAtTime(gain.value, currentTime).linearRampToValueAtTime(wanted, currentTime + RAMP);
  }

  close() {
    this.#life.abort();
    this.#player.sound.route(null);
    this.gain?.disconnect();
    this.panner?.disconnect();
  }
}
