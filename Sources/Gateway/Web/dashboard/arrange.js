/** A guest's screen is 4:3 unless its mode says otherwise; then it sits in a 4:3 stage. */
const ASPECT = 4 / 3;


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
 * wide screen. `bar` is a plate's height, `rail` its width. Where pictures would be too small, columns as wide as
 * legible, and the page scrolls.
 */
export function arrange({ count, width, height, gap, bar: barHeight, rail: railWidth }) {
  let best = { picture: 0 };
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (width - gap * (columns - 1)) / columns;
    const cellHeight = (height - gap * (rows - 1)) / rows;
    const bar = Math.min(cellWidth, (cellHeight - barHeight) * ASPECT);
    if (bar > best.picture) best = { columns, plate: 'bar', picture: bar };
    const rail = Math.min(cellWidth - railWidth, cellHeight * ASPECT);
    // Beside the picture only when that gains something to be seen.
    if (rail >= SMALLEST_PICTURE_WITH_RAIL && rail > best.picture * 1.03) best = { columns, plate: 'rail', picture: rail };
  }
  const smallest = width < HAND_WIDTH ? width * 0.9 : SMALLEST_PICTURE;
  if (best.picture >= smallest) return { ...best, picture: Math.floor(best.picture), scrolls: false };
  const columns = Math.max(1, Math.min(count, 3, Math.floor((width + gap) / (SCROLLING_PICTURE + gap))));
  const picture = Math.floor((width - gap * (columns - 1)) / columns);
  return { columns, plate: 'bar', picture, scrolls: true };
}

/** Zoomed pictures are never smaller than this, whatever fits. */
const SMALLEST_ZOOMED = 160;

/**
 * What `arrange` gives, with pictures `zoom` times as large: as many columns as have room, and the page scrolls where
 * the rows have none.
 */
export function arrangeZoomed({ zoom, ...space }) {
  const plan = arrange(space);
  if (zoom === 1) return plan;
  const { count, width, height, gap, bar, rail: railWidth } = space;
  const picture = Math.floor(Math.min(width, Math.max(SMALLEST_ZOOMED, plan.picture * zoom)));
  const rail = plan.plate === 'rail' && picture >= SMALLEST_PICTURE_WITH_RAIL && picture + railWidth <= width;
  const cell = picture + (rail ? railWidth : 0);
  const columns = Math.max(1, Math.min(count, Math.max(3, plan.columns), Math.floor((width + gap) / (cell + gap))));
  const row = picture / ASPECT + (rail ? 0 : bar) + gap;
  const scrolls = Math.ceil(count / columns) * row - gap > height;
  return { columns, plate: rail ? 'rail' : 'bar', picture, scrolls };
}
