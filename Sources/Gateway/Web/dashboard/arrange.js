/** A guest's screen is 4:3 unless its mode says otherwise; then it sits in a 4:3 stage. */
const ASPECT = 4 / 3;

/** Measures of a tile that the style sheet uses as well, in CSS pixels. */
export const BAR_HEIGHT = 60;
export const RAIL_WIDTH = 188;

/** Below these widths a guest's text cannot be read, and the page rather scrolls. */
const SMALLEST_PICTURE = 256;
const SMALLEST_PICTURE_WITH_RAIL = 280;
/** Columns that scroll are at least this wide. */
const SCROLLING_PICTURE = 300;
/** Narrower pages are in a hand: there a picture takes the width. */
const HAND_WIDTH = 640;

/**
 * The arrangement that makes the pictures of `count` guests largest in `width` x `height` without scrolling: how
 * many columns, and each guest's plate below its picture (`bar`) or beside it (`rail`), which uses the width of a
 * wide screen. Where pictures would be too small, columns as wide as legible, and the page scrolls.
 */
export function arrange({ count, width, height, gap }) {
  let best = { picture: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    const bar = Math.min(cellWidth, (cellHeight - BAR_HEIGHT) * ASPECT);
    if (bar > best.picture) best = { columns, plate: 'bar', picture: bar };
    const rail = Math.min(cellWidth - RAIL_WIDTH, cellHeight * ASPECT);
    // Beside the picture only when that gains something to be seen.
    if (rail >= SMALLEST_PICTURE_WITH_RAIL && rail > best.picture * 1.03) best = { columns, plate: 'rail', picture: rail };
  }
  const smallest = width < HAND_WIDTH ? width * 0.9 : SMALLEST_PICTURE;
  if (best.picture >= smallest) return { ...best, picture: Math.floor(best.picture), scrolls: false };
  const columns = Math.max(1, Math.min(count, 3, Math.floor((width + gap) / (SCROLLING_PICTURE + gap))));
  const picture = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, plate: 'bar', picture, scrolls: true };
}
