/**
 * Why a guest cannot be seen, in words for people. A failure is `{leg, code, title, detail, cause}`; `leg` is the part of
 * the way that broke: `signaling` (hub, node, the answer), `ice` (a path for media), `dtls` (its encryption) or
 * `media` (the picture itself).
 */

const legs = {
  signaling: ['No answer from the guest', 'Its node did not answer the request for a stream.'],
  ice: ['No network path to the guest', 'Browser and node found no route for media. A firewall may block UDP.'],
  dtls: ['Secure handshake failed', 'A path exists, but the encrypted connection was not completed.'],
  media: ['Connected, but no picture', 'The connection is up, but no frame arrives.'],
};

const codes = {
  'hub-away': ['Hub not reachable', 'A new stream needs the hub. Running streams go on.'],
  'unknown-target': ['Guest not known', 'The hub has no guest by this name.'],
  'target-gone': ['Taken away', 'This guest was taken away: the fleet has fewer now.'],
  'target-unreachable': ['Node not reachable', 'The hub cannot reach the node of this guest.'],
  'node-unavailable': ['Node not available', 'The node of this guest is not running, or is being restarted.'],
  'no-common-codec': ['No common video codec', 'This browser and the node share no video codec.'],
  'unknown-rendition': ['Picture size refused', 'The node does not send the size of picture that was asked for.'],
  'bad-sdp': ['Stream request refused', 'The node did not understand this browser’s offer.'],
  'too-many-viewers': ['Guest is full', 'This guest already has all the viewers it can serve.'],
  'rate-limited': ['Too many requests', 'The hub asks this page to slow down.'],
  'bad-answer': ['Answer not usable', 'The browser did not accept the node’s answer.'],
  'path-lost': ['Connection lost', 'The network path to the guest went away.'],
  'session-ended': ['Stream ended', 'The node ended this stream.'],
  stalled: ['Picture stopped', 'The connection is up, but no new frame arrives.'],
  undecodable: ['Picture cannot be decoded', 'Data arrives, but the browser cannot turn it into a picture.'],
};

/** A failure of `leg`; `code` makes it more exact where the cause is known, `cause` keeps what the other side said. */
export function failure(leg, code = null, cause = null) {
  const [title, detail] = codes[code] ?? legs[leg];
  return { leg, code, title, detail, cause };
}
