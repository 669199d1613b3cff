import { h } from '/shared/dom.js';
import { snapshotURL } from '/shared/api.js';

/** The picture that stands in for a stream: the guest's last frame as the hub has it, or the last one seen here. */
export class Still {
  element = h('canvas', { class: 'still', 'aria-hidden': 'true' });
  #painted = false;

  /** Fetches the guest's last frame; stays empty when there is none. */
  async load(id) {
    try {
      const response = await fetch(snapshotURL(id), { signal: AbortSignal.timeout(5000) });
      if (!response.ok) return;
      const image = await createImageBitmap(await response.blob());
      // A frame of the stream may have come first; it is newer.
      if (!this.#painted) this.#paint(image, image.width, image.height);
      image.close();
    } catch {
      // Without a still the stage is plain; the stream itself tells what is wrong.
    }
  }

  /** Keeps the frame that `video` shows now. */
  keep(video) {
    if (video.videoWidth && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      this.#paint(video, video.videoWidth, video.videoHeight);
    }
  }

  #paint(source, width, height) {
    this.element.width = width;
    this.element.height = height;
    this.element.getContext('2d', { alpha: false }).drawImage(source, 0, 0, width, height);
    this.element.dataset.painted = '';
    this.#painted = true;
  }
}
