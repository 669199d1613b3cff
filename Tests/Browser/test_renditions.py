"""The rendition that a tile is worth: small ones get a small picture, the one a person looks at gets all of it."""

import pytest

from support import figures
from support.polling import until

pytestmark = pytest.mark.timeout(90)

SMALL = (360, 640)
LARGE = (1000, 800)

# From now on: the longest time in which no further frame was decoded, in ms, and every place the picture had.
WATCH = """
() => {
  const [peer] = traffic.peers;
  const { video } = loco.players.get('instance-0');
  const watch = { longest: 0, places: [], over: false };
  window.watch = watch;
  let decoded = 0;
  let since = performance.now();
  (async () => {
    while (!watch.over) {
      const now = performance.now();
      for (const stat of (await peer.getStats()).values()) {
        if (stat.type !== 'inbound-rtp' || stat.kind !== 'video' || stat.framesDecoded === decoded) continue;
        decoded = stat.framesDecoded;
        since = now;
      }
      watch.longest = Math.max(watch.longest, now - since);
      await new Promise((done) => setTimeout(done, 20));
    }
  })();
  const look = () => {
    const { left, top, width, height } = video.getBoundingClientRect();
    const place = [left, top, width, height].join(' ');
    if (!watch.places.includes(place)) watch.places.push(place);
    if (!watch.over) video.requestVideoFrameCallback(look);
  };
  look();
}
"""


@pytest.fixture
def viewer(new_viewer, fleet):
    return new_viewer(fleet.url, *SMALL).note_traffic().open()


def shows(viewer, name, width, timeout=6):
    """Waits until the node says that it sends `name`, and a frame as wide has been drawn."""
    until(f"{name} is shown", lambda: viewer.metrics()["shown"] == name, timeout, 0.05, viewer.metrics)
    until(f"frames are {width} wide", lambda: video_width(viewer) == width, 3, 0.05, viewer.metrics)


def video_width(viewer):
    return viewer.page.evaluate("loco.players.get('instance-0').video.videoWidth")


def panel(viewer):
    return viewer.tile().locator(".stats-list").text_content()


def test_a_small_tile_gets_the_small_picture_from_its_first_frame(viewer):
    viewer.wait_playing()
    assert viewer.stage().bounding_box()["width"] <= 384
    assert viewer.received("hello")[0]["rendition"] == "tile"
    assert viewer.sent("rendition") == []
    metrics = viewer.metrics()
    assert (metrics["rendition"], metrics["shown"], metrics["lowered"]) == ("tile", "tile", False)
    assert video_width(viewer) == 384
    until("the plate says so", lambda: "Renditiontile" in panel(viewer), 3, 0.1, lambda: panel(viewer))
    figures.record("tile: offer to first frame", metrics["firstFrameMs"], "ms")
    figures.record("tile: frames decoded a second", viewer.fps_over(3), "fps")
    figures.record("tile: received", viewer.metrics()["kbps"], "kbit/s")
    assert viewer.errors == []


def test_focus_brings_the_full_picture_without_a_new_session(viewer):
    viewer.wait_playing()
    shows(viewer, "tile", 384)
    viewer.page.wait_for_timeout(1000)
    viewer.page.evaluate(WATCH)
    for _ in range(3):
        viewer.stage().focus()
        shows(viewer, "full", 640)
        viewer.page.evaluate("document.activeElement.blur()")
        shows(viewer, "tile", 384)
    watch = viewer.page.evaluate("watch.over = true, watch")
    figures.record("switches of rendition: longest time without a decoded frame", watch["longest"], "ms")
    assert watch["longest"] <= 300
    assert len(watch["places"]) == 1, watch["places"]
    assert viewer.page.evaluate("traffic.peers.length") == 1
    assert viewer.metrics()["attempts"] == 1
    assert [one["name"] for one in viewer.sent("rendition")] == ["full", "tile"] * 3
    assert [(one["name"], one["reason"]) for one in viewer.received("rendition")] == [
        ("full", "requested"), ("tile", "requested")] * 3
    assert viewer.errors == []


def test_a_window_that_grows_brings_the_full_picture(viewer):
    viewer.wait_playing()
    shows(viewer, "tile", 384)
    viewer.page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
    shows(viewer, "full", 640)
    viewer.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    shows(viewer, "tile", 384)
    assert viewer.page.evaluate("traffic.peers.length") == 1


def test_what_one_viewer_wants_is_nothing_to_another(viewer, new_viewer, fleet):
    large = new_viewer(fleet.url, *LARGE).note_traffic().open()
    for one in (viewer, large):
        one.wait_playing()
    shows(large, "full", 640)
    shows(viewer, "tile", 384)
    viewer.control()
    shows(viewer, "full", 640)
    viewer.page.keyboard.press("Escape")
    viewer.page.evaluate("document.activeElement.blur()")
    # The click put the guest in focus, for everybody.
    viewer.page.request.post(fleet.url + "/api/active", data={"ids": []})
    shows(viewer, "tile", 384)
    assert [one["name"] for one in large.received("rendition")] == []


def test_the_mouse_points_at_the_same_place_in_either_picture(viewer):
    viewer.wait_playing()
    viewer.control()
    box = viewer.stage().bounding_box()
    spot = (box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.75)
    places = []
    for name, width in (("full", 640), ("tile", 384)):
        viewer.page.evaluate("(name) => loco.players.get('instance-0').want(name)", name)
        shows(viewer, name, width)
        # Away and back, so that there is a motion to be sent.
        viewer.page.mouse.move(spot[0] + 40, spot[1])
        viewer.page.wait_for_timeout(100)
        viewer.page.mouse.move(*spot)
        viewer.page.wait_for_timeout(300)
        last = viewer.sent("mouse")[-1]
        places.append((last["x"], last["y"]))
    assert places[0] == places[1]
    assert places[0] == pytest.approx((0.25, 0.75), abs=0.01)


def test_a_link_too_slow_for_the_picture_is_named(viewer):
    viewer.wait_playing()
    viewer.control()
    shows(viewer, "full", 640)
    # What the node says when congestion makes it send less; a real slow link is the end-to-end tests' matter.
    viewer.page.evaluate(
        """() => {
          const message = { type: 'rendition', name: 'tile', wanted: 'full', reason: 'congestion' };
          traffic.channels[0].onmessage({ data: JSON.stringify(message) });
        }""")
    until("the plate says why", lambda: "tile, the link is slow" in panel(viewer), 3, 0.1, lambda: panel(viewer))
    assert "the link is slow" in viewer.tile().locator(".stats-line").text_content()
    assert viewer.metrics()["lowered"] is True
