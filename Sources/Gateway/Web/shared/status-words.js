/** A guest's status as the hub gives it, as word, tone and icon; the three say the same. */
const table = {
  ready: { word: 'Ready', tone: 'good', icon: 'check' },
  running: { word: 'Running', tone: 'good', icon: 'play' },
  booting: { word: 'Booting', tone: 'wait', icon: 'hourglass' },
  degraded: { word: 'Degraded', tone: 'wait', icon: 'warning' },
  error: { word: 'Error', tone: 'bad', icon: 'cross' },
  unknown: { word: 'Unknown', tone: 'calm', icon: 'question' },
};

export const statusWords = (status) => table[status] ?? table.unknown;

/** What is going on in each leg of a connection that is being made. */
export const legWords = {
  signaling: 'Asking for the stream',
  ice: 'Finding a network path',
  dtls: 'Securing the connection',
  media: 'Waiting for the picture',
};

/** How far a guest is that cannot be watched yet. */
export const bootWords = {
  announcing: 'Guest is known',
  starting: 'Its node is starting',
  booting: 'Guest is starting',
};
