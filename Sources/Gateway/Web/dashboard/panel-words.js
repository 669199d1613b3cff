/** Words for what the hub tells of an instance's health, for the panel and the toasts. */

const statuses = {
  healthy: { word: 'Healthy', tone: 'good', icon: 'check' },
  degraded: { word: 'Degraded', tone: 'wait', icon: 'warning' },
  unhealthy: { word: 'Unhealthy', tone: 'bad', icon: 'cross' },
};

/** An `overallStatus` as word, tone and icon; anything else is what nothing is known of. */
export const healthWords = (status) => statuses[status] ?? { word: 'No report', tone: 'calm', icon: 'question' };

const classes = {
  qemu: 'The guest itself or what runs it: QEMU, its display or its sound',
  network: 'The guest’s network, or the way to its host',
  mixed: 'The guest and its network',
  client: 'A viewer’s own connection; guest and media are well',
};

/** What a `failureType` means; null for `none`. */
export const classWords = (kind) => classes[kind] ?? null;

const parts = {
  qemu: 'QEMU', display: 'Display', capture: 'Capture', sound: 'Sound', network: 'Network', viewer: 'Viewer',
  load: 'Load', disk: 'Disk', node: 'Node', xserver: 'X server', pulse: 'Sound server',
};

/** The name of a part that evidence is about, or of a process. */
export const partWords = (part) => parts[part] ?? (/^instance-\d+$/.test(part) ? 'Node' : part);

const doing = {
  network: ['Setting up the network again', 'the network was set up again'],
  sound: ['Moving the sound to a new server', 'the sound was moved to a new server'],
  pipeline: ['Building the capture anew', 'the capture was built anew'],
  display: ['Restarting the display and QEMU', 'display and QEMU were restarted'],
  qemu: ['Restarting QEMU', 'QEMU was restarted'],
  node: ['Starting the node again', 'the node was started again'],
};

/** A recovery's strategy as what is being done, and as what was done. */
export const strategyWords = (strategy) => doing[strategy]?.[0] ?? `Trying ${strategy}`;
export const strategyDone = (strategy) => doing[strategy]?.[1] ?? `${strategy} was tried`;

const outcomes = {
  recovered: { word: 'Recovered', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  aborted: { word: 'Aborted', tone: 'wait' },
};

/** An attempt has 60 s for its actions and 15 s for the proof: one that is older and has no end was cut off. */
const LONGEST_ATTEMPT = 90_000;

export const isUnderWay = ({ outcome, endedAt, startedAt }, now) =>
  !outcome && !endedAt && now - Date.parse(startedAt) < LONGEST_ATTEMPT;

/** A recovery's outcome; without one it is under way, or was cut off. */
export const outcomeWords = (outcome, running) =>
  outcomes[outcome] ?? (running ? { word: 'Under way', tone: 'wait' } : { word: 'Cut off', tone: 'calm' });

const kinds = {
  oom: 'out of memory',
  missing_dependency: 'something it needs is missing',
  guest_image_error: 'the guest’s image is at fault',
};
const signals = { 1: 'SIGHUP', 2: 'SIGINT', 3: 'SIGQUIT', 6: 'SIGABRT', 9: 'SIGKILL', 11: 'SIGSEGV', 15: 'SIGTERM' };

/** How a process ended, in one line. */
export function crashWords({ signal, exitCode, uptime, class: kind }) {
  const how = signal === null || signal === undefined ? `exit code ${exitCode}` : (signals[signal] ?? `signal ${signal}`);
  return [`${how} after ${span(uptime)}`, kinds[kind]].filter(Boolean).join(' · ');
}

/** Seconds as a short span: `4 s`, `3 min`, `2.5 h`. */
export function span(seconds) {
  if (seconds === null || seconds === undefined) return '–';
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 360) / 10} h`;
  return `${Math.round(seconds / 86_400)} days`;
}

/** How long ago a moment was, or how far ahead it is; both are times in ms on the same clock. */
export function ago(time, now) {
  const seconds = (now - time) / 1000;
  if (Math.abs(seconds) < 2) return 'now';
  return seconds > 0 ? `${span(Math.floor(seconds))} ago` : `in ${span(Math.ceil(-seconds))}`;
}

const exactly = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A moment in full, in the reader's own time zone. */
export const exact = (time) => exactly.format(time);
