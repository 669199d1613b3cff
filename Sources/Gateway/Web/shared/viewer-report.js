import { ClickToPixel } from './click-to-pixel.js';
import { spans } from './session.js';

/**
 * What this viewer measured in one session, for the node's histograms: each figure once, and none that was not
 * measured. Times are in milliseconds.
 */
export class ViewerReport {
  #session;
  #firstFrameTold = false;

  /** From input to picture; inputs are sent through it. */
  clicks;

  constructor({ session, video }) {
    this.#session = session;
    this.clicks = new ClickToPixel({ video });
  }

  /** Tells what has come since the last time, with `stats` for how the stream is now. */
  tell(stats) {
    const { unreported } = this.clicks;
    const firstFrame = this.#firstFrameTold ? null : spans(this.#session.times).firstFrameMs;
    const figures = {
      clickToPixel: unreported.length > 0 ? unreported.map(rounded) : null,
      firstFrame: rounded(firstFrame),
      jitterBuffer: rounded(stats?.bufferMs),
      fps: rounded(stats?.fps),
    };
    const measured = Object.entries(figures).filter(([, value]) => value !== null);
    if (measured.length === 0) return;
    // On a slow path a report waits for the next time rather than for the inputs behind it.
    if (!this.#session.send({ type: 'report', ...Object.fromEntries(measured) }, { mayWait: true })) return;
    unreported.length = 0;
    this.#firstFrameTold ||= firstFrame !== null;
  }

  close() {
    this.clicks.close();
  }
}

function rounded(value) {
  return Number.isFinite(value) ? Math.round(value * 10) / 10 : null;
}
