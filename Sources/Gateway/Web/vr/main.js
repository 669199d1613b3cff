import { addressOf, pages } from '/shared/api.js';
import { iceServers } from '/shared/ice-servers.js';
import { icon } from '/shared/icons.js';
import { SignalSocket } from '/shared/signal-socket.js';
import { bindingsFrom, DEFAULTS } from './bindings.js';
import { BindingsForm } from './bindings-form.js';
import { GuestsPanel } from './guests-panel.js';
import { Hud } from './hud.js';
import { Preferences } from './preferences.js';

const find = (id) => document.getElementById(id);
const codec = new URLSearchParams(location.search).get('codec');
const preferences = new Preferences({ curved: false, mono: false, hints: true, volumes: {}, bindings: DEFAULTS });
const hud = new Hud();

/** Says in place of the wall what is missing. */
function explain(title, detail, command = '') {
  find('missing-title').textContent = title;
  find('missing-detail').textContent = detail;
  find('missing-command').textContent = command;
  find('missing-command').hidden = command === '';
  find('missing').hidden = false;
  find('bar').hidden = true;
  find('hints').hidden = true;
}

async function open({ three, dashboard }) {
  if (dashboard?.port) {
    const link = find('dashboard');
    link.href = addressOf(dashboard);
    link.hidden = false;
  }
  const command = 'apt-get install libjs-three';
  if (three === false) {
    return explain('three.js is missing', 'The hub’s machine needs the Debian package libjs-three for this page.', command);
  }
  let Room;
  try {
    ({ Room } = await import('./room.js'));
  } catch (error) {
    return explain('The scene could not be loaded', `${error.message}. If three.js is missing on the hub’s machine, install it there:`, command);
  }
  const socket = new SignalSocket();
  let room;
  try {
    room = new Room({
      canvas: find('scene'), socket, preferences,
      codec: ['vp8', 'vp9', 'h264', 'av1'].includes(codec?.toLowerCase()) ? codec : null,
    });
  } catch (error) {
    return explain('No 3D on this screen', error.message);
  }
  work(room);
  const { diagnose } = await import('./diagnostics.js');
  window.loco = diagnose(room, socket);
  iceServers.fetch();
  socket.start();
  room.start();
  addEventListener('pagehide', () => {
    room.suspend();
    socket.stop();
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    socket.start();
    room.start();
  });
  addEventListener('online', () => socket.hasten());
}

/** Joins the page's controls to the room. */
function work(room) {
  const { sound, control, headset } = room;
  const panel = new GuestsPanel({
    list: find('guests'), onFocus: (id) => room.select([id]), onVolume: (id, volume) => room.setVolume(id, volume),
  });
  new BindingsForm({
    element: find('bindings'), bindings: bindingsFrom(preferences.get('bindings')),
    onChange: (bindings) => preferences.set('bindings', bindings),
  });
  const toggle = (name) => () => preferences.set(name, !preferences.get(name));
  const on = (id, act) => find(id).addEventListener('click', act);
  on('audio', async () => {
    if (sound.enabled) return sound.disable();
    if (!(await sound.enable())) hud.notify('The browser did not start sound. Try again.');
  });
  on('mono', toggle('mono'));
  on('curved', toggle('curved'));
  on('keyboard', () => room.toggleKeyboard());
  on('list', () => {
    find('panel').hidden = !find('panel').hidden;
    show();
  });
  on('settings', () => find('settings-dialog').showModal());
  on('enter', () => (headset.session ? headset.end() : headset.start()));

  let controlled = null;
  const show = () => {
    const { guests } = room;
    panel.show(guests);
    hud.press('mono', preferences.get('mono'));
    hud.press('curved', preferences.get('curved'));
    find('list').setAttribute('aria-expanded', String(!find('panel').hidden));
    hud.press('keyboard', room.keyboard.board.visible);
    hud.press('audio', sound.enabled);
    find('audio-words').textContent = sound.enabled ? 'Sound on' : 'Enable audio';
    hud.hintsShown = preferences.get('hints');
    hud.hint(room.looks ? 'locked' : control.player ? 'control' : 'look');
    find('crosshair').hidden = !room.looks;
    find('none').hidden = guests.length > 0;
    const name = control.player && (guests.find(({ id }) => id === control.player.id)?.name ?? control.player.id);
    if (name === controlled) return;
    const text = name ? `You control ${name} · Esc gives it back` : `${controlled} released`;
    controlled = name;
    hud.notify(text);
    hud.announce(text);
  };
  room.addEventListener('change', show);
  room.addEventListener('notice', ({ detail }) => {
    hud.notify(detail);
    hud.announce(detail);
  });
  room.addEventListener('hub', ({ detail }) => {
    find('hub').hidden = detail === null;
  });
  headset.addEventListener('change', () => hud.headset(headset));
  headset.addEventListener('failed', ({ detail }) => hud.notify(`VR did not start: ${detail.message}`));
  hud.headset(headset);
  show();
}

const ICONS = { audio: 'sound', mono: 'mono', curved: 'wall', list: 'person', keyboard: 'keyboard', settings: 'gamepad' };
for (const [id, name] of Object.entries(ICONS)) find(id).prepend(icon(name));
find('settings-close').append(icon('cross'));
// What a hub that does not answer now would say counts as there.
open(await pages().catch(() => ({})));
