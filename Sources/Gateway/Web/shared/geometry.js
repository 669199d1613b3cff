/**
 * The rectangle that the picture itself covers in a `<video>` with `object-fit: contain`, in client coordinates;
 * the rest of the box is letterbox. Null while the picture's size is unknown.
 */
export function pictureBox(video) {
  const { videoWidth, videoHeight } = video;
  const box = video.getBoundingClientRect();
  if (!videoWidth || !videoHeight || !box.width || !box.height) return null;
  const scale = Math.min(box.width / videoWidth, box.height / videoHeight);
  const width = videoWidth * scale;
  const height = videoHeight * scale;
  return { left: box.left + (box.width - width) / 2, top: box.top + (box.height - height) / 2, width, height };
}

/** A client position as 0..1 of the picture, held to its edges; null while the picture's size is unknown. */
export function positionInPicture(video, clientX, clientY) {
  const box = pictureBox(video);
  if (!box) return null;
  const part = (value) => Math.round(Math.min(1, Math.max(0, value)) * 1e5) / 1e5;
  return { x: part((clientX - box.left) / box.width), y: part((clientY - box.top) / box.height) };
}
