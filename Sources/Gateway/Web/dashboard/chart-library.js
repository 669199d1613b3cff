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
  const { Chart, LineController, LineElement, PointElement, LinearScale } = await import('/chart.js/chart.esm.js');
  Chart.register(LineController, LineElement, PointElement, LinearScale);
  return Chart;
}
