"""What the dashboard weighs, and how soon it shows a picture."""

import statistics

import pytest

from support import figures
from support.polling import until

pytestmark = pytest.mark.timeout(60)

GUESTS = 1
LIMIT = 1_500_000
LOADS = 5

# When the first frame of any video was shown, in ms since the navigation began.
FIRST_PICTURE = """
window.firstPicture = null;
const create = Document.prototype.createElement;
Document.prototype.createElement = function (...words) {
  const element = create.apply(this, words);
  if (element instanceof HTMLVideoElement) {
    element.requestVideoFrameCallback((now) => { window.firstPicture ??= now; });
  }
  return element;
};
"""


class Wire:
    """Bytes that came over the network for one page, headers included, by address."""

    def __init__(self, viewer):
        self.bytes = {}
        self._names = {}
        session = viewer.context.new_cdp_session(viewer.page)
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.responseReceived", self._answered)
        session.on("Network.dataReceived", self._received)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def _sent(self, event):
        self._names[event["requestId"]] = event["request"]["url"]

    def _note(self, event, length):
        name = self._names.get(event["requestId"])
        if name is not None:
            self.bytes[name] = length(self.bytes.get(name, 0))

    def _answered(self, event):
        self._note(event, lambda _: event["response"]["encodedDataLength"])

    def _received(self, event):
        self._note(event, lambda before: before + event["encodedDataLength"])

    def _finished(self, event):
        # The sum of what came before, told once more when all is there.
        self._note(event, lambda _: event["encodedDataLength"])

    @property
    def total(self):
        return sum(self.bytes.values())


def test_the_dashboard_weighs_less_than_its_limit(viewer):
    wire = Wire(viewer)
    viewer.open()
    viewer.wait_playing()
    viewer.page.wait_for_load_state("load")
    # What is asked for after the first picture counts as well.
    viewer.page.wait_for_timeout(3000)
    largest = sorted(wire.bytes.items(), key=lambda one: -one[1])[:6]
    print(f"{wire.total} bytes in {len(wire.bytes)} requests; largest: {largest}")
    figures.record("dashboard: bytes over the wire, cold", wire.total / 1000, "kB")
    figures.record("dashboard: requests, cold", len(wire.bytes))
    assert any(name.endswith("/dashboard/main.js") for name in wire.bytes), "the page's own files were counted"
    assert wire.total > 20_000
    assert wire.total < LIMIT


def test_the_first_picture_comes_within_a_second_of_the_navigation(new_viewer, fleet):
    times = []
    for _ in range(LOADS):
        # A new context has an empty cache.
        one = new_viewer(fleet.url, 800, 700)
        one.page.add_init_script(FIRST_PICTURE)
        one.open()
        times.append(until("a first picture", lambda one=one: one.page.evaluate("window.firstPicture"), 10, 0.02))
        one.page.goto("about:blank")
    print("navigation to first picture:", [round(one) for one in times])
    figures.record(f"navigation to first picture, cold, median of {LOADS}", statistics.median(times), "ms")
    figures.record(f"navigation to first picture, cold, slowest of {LOADS}", max(times), "ms")
    # The bar is 1 s, for a release build on a machine of its own; the figure is kept. Here a page that waits for something
    # it should not is told from one that does not.
    assert statistics.median(times) < 3000
