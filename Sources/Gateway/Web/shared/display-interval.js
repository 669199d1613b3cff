/** Refreshes that are looked at: a busy page misses some, and the shortest of so many is one that it did not. */
const REFRESHES = 8;

/**
 * Milliseconds between two refreshes of the display, by the page's animation frames. Takes as long as those; a page
 * that is hidden has none, and is waited for.
 */
export function displayInterval() {
  return new Promise((done) => {
    let least = Infinity;
    let last = null;
    let left = REFRESHES;
    const look = (now) => {
      if (last !== null && now > last) {
        least = Math.min(least, now - last);
        left -= 1;
      }
      last = now;
      if (left > 0) requestAnimationFrame(look);
      else done(least);
    };
    requestAnimationFrame(look);
  });
}
