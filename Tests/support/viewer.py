"""A dashboard page in a real browser, with what tests ask of it."""

import json
import re

from .fleet import ARTIFACTS
from .polling import until

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--allow-loopback-in-peer-connection",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
]

# Pixels of the video inside the page: `picture.grab(id, area)` gives the area's RGBA, `picture.differs` compares.
PIXELS = """
(() => {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const grab = (id, { x, y, width, height }) => {
    const { video } = loco.players.get(id);
    canvas.width = width;
    canvas.height = height;
    context.drawImage(video, x, y, width, height, 0, 0, width, height);
    return context.getImageData(0, 0, width, height).data;
  };
  // Mean difference of a colour value, 0..255; codec noise in a still picture stays well below 1.
  const difference = (a, b) => {
    let sum = 0;
    for (let i = 0; i < a.length; i += 4) {
      sum += Math.abs(a[i] - b[i]) + Math.abs(a[i + 1] - b[i + 1]) + Math.abs(a[i + 2] - b[i + 2]);
    }
    return sum / (a.length * 0.75);
  };
  const nextFrame = (id) => new Promise((done) => loco.players.get(id).video.requestVideoFrameCallback(done));
  // Largest difference to the first frame within `ms` of no input.
  const noise = async (id, area, ms) => {
    const first = grab(id, area);
    const end = performance.now() + ms;
    let largest = 0;
    while (performance.now() < end) {
      await Promise.race([nextFrame(id), new Promise((done) => setTimeout(done, 100))]);
      largest = Math.max(largest, difference(first, grab(id, area)));
    }
    return largest;
  };
  // How much redder than green an area is, on average; smoke, which is white, does not tip it.
  const redness = (id, area) => {
    const data = grab(id, area);
    let sum = 0;
    for (let i = 0; i < data.length; i += 4) sum += data[i] - data[i + 1];
    return sum / (data.length / 4);
  };
  const eachFrame = async (id, limit, probe) => {
    const start = performance.now();
    while (performance.now() - start < limit) {
      await Promise.race([nextFrame(id), new Promise((done) => setTimeout(done, 100))]);
      if (probe()) return performance.now() - start;
    }
    return null;
  };
  const act = (id, messages) => messages.forEach((one) => loco.players.get(id).send(one));
  // Acts, then waits for the first frame that differs by more than `threshold`; gives the milliseconds, or null.
  const react = (id, area, threshold, limit, messages) => {
    const before = grab(id, area);
    act(id, messages);
    return eachFrame(id, limit, () => difference(before, grab(id, area)) > threshold);
  };
  // Acts, then waits for the first frame in which the area has gone from red to green or back.
  const flip = (id, area, limit, messages) => {
    const red = redness(id, area) > 0;
    act(id, messages);
    return eachFrame(id, limit, () => redness(id, area) > 0 !== red);
  };
  window.picture = { grab, difference, redness, noise, react, flip };
})();
"""

# What goes over the data channels and which connections there are: `traffic.sent`, `traffic.received`, `traffic.peers`.
TRAFFIC = """
(() => {
  const traffic = { sent: [], received: [], peers: [], channels: [] };
  window.traffic = traffic;
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...words) {
      super(...words);
      traffic.peers.push(this);
    }

    createDataChannel(...words) {
      const channel = super.createDataChannel(...words);
      const send = channel.send.bind(channel);
      channel.send = (text) => {
        traffic.sent.push(JSON.parse(text));
        send(text);
      };
      channel.addEventListener('message', ({ data }) => traffic.received.push(JSON.parse(data)));
      traffic.channels.push(channel);
      return channel;
    }
  };
})();
"""


class Viewer:
    """One browser page on a fleet's dashboard."""

    def __init__(self, context, url):
        self.context = context
        self.page = context.new_page()
        self.url = url
        self.errors = []
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.errors.append(f"uncaught: {error}"))

    def _console(self, message):
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text} {message.location.get('url', '')}".strip())

    def open(self, path="/"):
        self.page.goto(self.url + path)
        self.page.evaluate(PIXELS)
        return self

    def note_traffic(self):
        """Notes from the next page on what goes over the data channels; for `sent` and `received`."""
        self.page.add_init_script(TRAFFIC)
        return self

    def sent(self, kind):
        return self.page.evaluate("(kind) => traffic.sent.filter(({ type }) => type === kind)", kind)

    def received(self, kind):
        return self.page.evaluate("(kind) => traffic.received.filter(({ type }) => type === kind)", kind)

    def metrics(self, identifier="instance-0"):
        return self.page.evaluate(
            "async (id) => { const player = loco.players.get(id); return player ? await player.metrics() : null }",
            identifier)

    def state(self, identifier="instance-0"):
        return self.page.evaluate("(id) => loco.players.get(id)?.state ?? null", identifier)

    def wait_playing(self, identifier="instance-0", timeout=20.0):
        until(f"{identifier} plays in the browser", lambda: self.state(identifier) == "playing", timeout, 0.05,
              lambda: json.dumps(self.metrics(identifier), indent=1))
        return self.metrics(identifier)

    def tile(self, identifier="instance-0"):
        return self.page.locator(f'.tile[data-id="{identifier}"]')

    def stage(self, identifier="instance-0"):
        return self.tile(identifier).locator(".stage")

    def controls(self, identifier="instance-0"):
        return self.tile(identifier).get_attribute("data-control") == "you"

    def control(self, identifier="instance-0"):
        self.stage(identifier).click()
        until(f"this page controls {identifier}", lambda: self.controls(identifier), 5)

    def fps_over(self, seconds, identifier="instance-0"):
        """Frames decoded for each second, by the browser's own count and clock."""
        first = self.metrics(identifier)
        self.page.wait_for_timeout(seconds * 1000)
        second = self.metrics(identifier)
        return (second["framesDecoded"] - first["framesDecoded"]) / ((second["at"] - first["at"]) / 1000)

    def screenshot(self, name):
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTIFACTS / (re.sub(r"[^\w.-]+", "-", name) + ".png")
        self.page.screenshot(path=path)
        return path

    def close(self):
        self.context.close()
