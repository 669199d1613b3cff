"""Nine guests on the VR wall: every one moves, hangs and sounds at its own place, and is paid for only when it changes."""

import pytest

from support import figures
from support.polling import until
from support.vr_viewer import active, gl_chromium, new_wall  # noqa: F401 fixtures

pytestmark = pytest.mark.timeout(120)

GUESTS = 9
IDS = [f"instance-{index}" for index in range(GUESTS)]
PLACES = [(x, y) for y in (2.6, 1.6, 0.6) for x in (-1.4, 0, 1.4)]


@pytest.fixture
def wall(new_wall):
    """A small window: without a graphics card every pixel is drawn by the processor that decodes the pictures."""
    return new_wall(720, 450)


def test_nine_pictures_change_on_the_wall(wall):
    wall.open().wait_all(IDS)
    before = wall.page.evaluate("textures()")
    assert sorted(before) == IDS
    changed = set()

    def all_changed():
        now = wall.page.evaluate("textures()")
        changed.update(one for one in IDS if now[one] != before[one])
        return len(changed) == GUESTS
    until("every texture is another one", all_changed, 15, 0.3, lambda: sorted(set(IDS) - changed))
    assert all(one["rendition"] == "tile" for one in wall.tiles())
    # A frame that is new is uploaded once: not more uploads than frames decoded.
    counts = """async () => {
      const all = {};
      for (const [id, player] of loco.players) {
        all[id] = [loco.room.wall.tiles.get(id).picture.uploads, (await player.metrics()).framesDecoded];
      }
      return all;
    }"""
    first = wall.page.evaluate(counts)
    wall.page.wait_for_timeout(5000)
    second = wall.page.evaluate(counts)
    for one in IDS:
        uploads = second[one][0] - first[one][0]
        decoded = second[one][1] - first[one][1]
        assert 0 < uploads <= decoded + 3, (one, uploads, decoded)
    scene = wall.page.evaluate("({ calls: loco.scene.calls, times: loco.scene.times })")
    figures.record("VR wall of nine: draw calls of a frame", scene["calls"])
    figures.record("VR wall of nine: work of a frame on the main thread, median", scene["times"]["workMs"]["p50"], "ms")
    figures.record("VR wall of nine: work of a frame on the main thread, 95 %", scene["times"]["workMs"]["p95"], "ms")
    figures.record("VR wall of nine: uploads a second", sum(second[one][0] - first[one][0] for one in IDS) / 5)
    assert scene["calls"] <= 45
    assert wall.errors == []
    assert wall.hosts == {"127.0.0.1"}


def test_guests_hang_and_sound_at_their_places(wall):
    wall.open().wait_all(IDS)
    wall.page.click("#audio")
    until("sound is on", lambda: wall.page.evaluate("loco.room.sound.enabled"), 5)
    places = """() => [...loco.room.wall.tiles].map(([id, { object: { position } }]) => {
      const { positionX, positionY, positionZ, panningModel, distanceModel, refDistance, maxDistance } =
        loco.room.sound.voice(id).panner;
      return { id, tile: position.toArray(), panner: [positionX.value, positionY.value, positionZ.value],
        panningModel, distanceModel, refDistance, maxDistance };
    })"""

    def sounds_match():
        return all(one["panner"] == pytest.approx(one["tile"], abs=1e-5) for one in wall.page.evaluate(places))
    until("panners are where the tiles are", sounds_match, 5, 0.1, lambda: wall.page.evaluate(places))
    for one, (x, y) in zip(wall.page.evaluate(places), PLACES):
        assert one["tile"] == pytest.approx([x, y, -3], abs=1e-6)
        assert (one["panningModel"], one["distanceModel"], one["refDistance"], one["maxDistance"]) == ("HRTF", "inverse", 1, 20)
    wall.page.click("#curved")
    until("the wall is bent, 3 m away everywhere", lambda: all(
        (one["tile"][0] ** 2 + one["tile"][2] ** 2) ** 0.5 == pytest.approx(3, abs=1e-6)
        for one in wall.page.evaluate(places)), 5, 0.1, lambda: wall.page.evaluate(places))
    until("the sound went with it", sounds_match, 5, 0.1, lambda: wall.page.evaluate(places))
    wall.screenshot("vr-curved")
    wall.page.reload()
    until("the bend is kept", lambda: wall.page.evaluate("window.loco?.scene.tiles[0]?.turn ?? 0") > 0.4, 15)
    assert wall.errors == []


def test_keys_one_to_nine_focus_a_guest(wall):
    wall.open().wait_all(IDS)
    for number in (9, 1, 5):
        wall.page.keyboard.press(str(number))
        wall.wait_focus(IDS[number - 1])
    until("the focused guest comes in full", lambda: wall.metrics(IDS[4])["shown"] == "full", 6, 0.1,
          lambda: wall.metrics(IDS[4]))
    assert [one["rendition"] for one in wall.tiles()] == ["full" if one == IDS[4] else "tile" for one in IDS]
    wall.screenshot("vr-focus")
    wall.page.keyboard.press("0")
    wall.wait_focus()
    assert wall.controlled() is None
    assert wall.errors == []
