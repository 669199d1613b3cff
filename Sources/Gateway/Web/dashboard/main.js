import { iceServers } from '/shared/ice-servers.js';
import { SignalSocket } from '/shared/signal-socket.js';
import { Access } from './access.js';
import { Dashboard } from './dashboard.js';

const page = new URLSearchParams(location.search);
const codec = page.get('codec');

const socket = new SignalSocket();
const dashboard = new Dashboard({
  socket,
  access: new Access({ viewOnly: page.get('view') === '1' }),
  codec: ['vp8', 'vp9', 'h264', 'av1'].includes(codec?.toLowerCase()) ? codec : null,
});

/**
 * Diagnostics for tests and for people in a console: `loco.players` maps a guest's id to its `Player`, whose
 * `await metrics()` measures the stream at that moment. `loco.socket` is the page's signaling, `loco.active`
 * the guests in focus, `loco.events` what the hub tells, `loco.panel` a guest's details.
 */
window.loco = { players: dashboard.players, socket, active: dashboard.active, events: dashboard.events, panel: dashboard.panel };

// While the socket opens, so that the first session does not wait for it.
iceServers.fetch();
socket.start();
dashboard.start();

// A page that is left tells the nodes; one that comes back out of the browser's memory starts again.
addEventListener('pagehide', () => {
  dashboard.suspend();
  socket.stop();
});
addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  socket.start();
  dashboard.resume();
});
addEventListener('online', () => {
  socket.hasten();
  dashboard.active.hasten();
});
