/** A small rendition is rounded to whole and even pixels, which bends its shape by less than this part. */
const ROUNDING = 0.02;

/**
 * The shape, width by height, in which a guest's picture is drawn: that of the guest's own mode, `size`, so that
 * nothing moves when a rendition with other rounding is sent. While the frames are of another mode than the node's
 * last word, as around a mode switch, it is theirs. Null while the picture's size is unknown.
 */
export function pictureShape({ videoWidth, videoHeight }, size) {
  if (!videoWidth || !videoHeight) return null;
  const sent = videoWidth / videoHeight;
  const own = size?.width && size?.height ? size.width / size.height : sent;
  return Math.abs(own / sent - 1) < ROUNDING ? own : sent;
}

/**
 * The rectangle that the picture itself covers in the box of its `<video>`, in client coordinates; the rest of the
 * box is letterbox. Null while the picture's size is unknown.
 */
export function pictureBox(video, size) {
  const shape = pictureShape(video, size);
  const box = video.getBoundingClientRect();
  if (!shape || !box.width || !box.height) return null;
  const width = Math.min(box.width, box.height * shape);
  const height = width / shape;
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height };
}

/**
 * A client position as 0..1 of the picture, held to its edges; null while the picture's size is unknown. A mouse is
 * at whole pixels, and a picture at parts of them: its outermost pixel on each side counts as the edge itself, which
 * could not be pointed at otherwise, and where guests scroll and hide things.
 */
export function positionInPicture(video, size, clientX, clientY) {
  const box = pictureBox(video, size);
  if (!box) return null;
  const part = (at, length) => {
    const value = length > 2 ? (at - 1) / (length - 2) : 0;
    return Math.round(Math.min(1, Math.max(0, value)) * 1e5) / 1e5;
  };
  return { x: part(clientX - box.left, box.width), y: part(clientY - box.top, box.height) };
}
