/** The hub's HTTP API, as far as pages need it. Every call has a deadline and fails with an `ApiError`. */

/** An answer that is not a success, or no answer: `code` is the hub's, or `unreachable`, `timeout`, `bad-answer`. */
export class ApiError extends Error {
  constructor(code, message, status = null) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
  }
}

async function request(path, { method = 'GET', body: sent = null, timeout = 5000 } = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: { Accept: 'application/json', ...(sent ? { 'Content-Type': 'application/json' } : {}) },
      body: sent && JSON.stringify(sent),
      cache: 'no-store',
      signal: AbortSignal.timeout(timeout),
    });
  } catch (error) {
    if (error.name === 'TimeoutError') throw new ApiError('timeout', `The hub gave no answer within ${timeout / 1000} s.`);
    throw new ApiError('unreachable', 'The hub cannot be reached.');
  }
  if (response.status === 204) return null;
  let body;
  try {
    body = await response.json();
  } catch {
    throw new ApiError('bad-answer', `The hub answered ${response.status} without JSON.`, response.status);
  }
  if (!response.ok) {
    const { code = 'unknown', message = `The hub answered ${response.status}.` } = body?.error ?? {};
    throw new ApiError(code, message, response.status);
  }
  return body;
}

const ordinal = (id) => Number(/(\d+)$/.exec(id)?.[1] ?? Number.MAX_SAFE_INTEGER);

function sorted(body) {
  const list = Array.isArray(body) ? body : (body.instances ?? []);
  return list
    .filter((item) => typeof item?.id === 'string')
    .sort((a, b) => ordinal(a.id) - ordinal(b.id) || a.id.localeCompare(b.id));
}

/** All instances the hub knows, in the order of their numbers. */
export const instances = async () => sorted(await request('/api/instances'));

/** Has the hub look for instances again; gives the new list. */
export const refresh = async () => sorted(await request('/api/instances/refresh', { method: 'POST', timeout: 10_000 }));

/** How instances are found: `{kubernetesDiscovery, usingAutoDiscovery, fallbackToStatic}`. */
export const discovery = () => request('/api/instances/discovery-info');

/** The hub itself, and what it lets whoever asks do: `{access}` is `view`, `control` or `admin`. */
export const status = () => request('/api/status');

/** What this hub serves besides: `{dashboard, vr, three, novnc, charts}`; the first two are `{port, url}`. */
export const pages = () => request('/api/config/pages');

/** Where one of these pages is: at its public address, else at its port of this page's host. */
export const addressOf = ({ port, url }) => url ?? `${location.protocol}//${location.hostname}:${port}/`;

/** Makes these the active set, for every client; gives `{active, ...}`. */
export const activate = (ids) => request('/api/active', { method: 'POST', body: { ids } });

/** How to connect: `{iceServers, iceTransportPolicy, ttl}`; `ttl`: seconds that the credentials in it live, if any. */
export const webrtc = () => request('/api/config/webrtc');

/** An instance's last ten minutes, in columns: `{intervalMs, from, fps, grabbedFps, kbps, level, encodeMs, viewers}`. */
export const trend = (id) => request(`/api/quality/trend/${encodeURIComponent(id)}`);

/** What was tried to mend an instance: `{attempts, maxAttempts, canRecover, obstacle, isRecovering, nextAttemptAt, history}`. */
export const recoveryStatus = (id) => request(`/api/quality/recovery-status/${encodeURIComponent(id)}`);

/** Has an instance mended; `force` also beyond the attempts that are left. Gives `{recovery}`. */
export const recover = (id, { force = false } = {}) =>
  request(`/api/quality/recover/${encodeURIComponent(id)}`, { method: 'POST', timeout: 10_000, body: { forceRecovery: force } });

/** Ends of a process that nobody asked for, by a name of `GET /services`: `{service, crashes}`, the newest first. */
export const crashes = (service, limit = 20) =>
  request(`/services/${service.split('/').map(encodeURIComponent).join('/')}/crashes?limit=${limit}`);

/** Address of the guest's last frame as JPEG. */
export const snapshotURL = (id) => `/api/instances/${encodeURIComponent(id)}/snapshot.jpg`;

const recordingsPath = (id, rest = '') => `/api/instances/${encodeURIComponent(id)}/recordings${rest}`;

/** A guest's recordings: `{recordings: [...]}`. */
export const recordings = (id) => request(recordingsPath(id));

/** Starts to record a guest; gives the recording. */
export const startRecording = (id) => request(recordingsPath(id), {
  method: 'POST', body: { rendition: 'full', format: null, maxSeconds: null },
});

/** Ends a recording; its file takes a moment to be closed. */
export const stopRecording = (id, recording) => request(recordingsPath(id, `/${encodeURIComponent(recording)}/stop`), {
  method: 'POST', timeout: 15_000,
});

export const deleteRecording = (id, recording) => request(recordingsPath(id, `/${encodeURIComponent(recording)}`), {
  method: 'DELETE',
});
