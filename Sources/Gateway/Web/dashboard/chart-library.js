import { pages } from '/shared/api.js';

/** What helps where there are no charts. */
export const REMEDY = 'Charts need the hub’s Debian package libjs-chart.js.';

let loading = null;

/**
 * Chart.js as Debian ships it, loaded when the first chart is wanted; null where the hub has none.
 * After a failure the next caller tries anew.
 */
export function chartLibrary() {
  loading ??= load().catch(() => {
    loading = null;
    return null;
  });
  return loading;
}

async function load() {
  if ((await pages()).charts !== true) return null;
  // The small file: a script of the older kind, which leaves its name with the page.
  await import('/chart.js/chart.min.js');
  return globalThis.Chart;
}
