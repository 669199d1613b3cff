"""One guest in a real browser: its picture moves, it sounds, and it answers keyboard and mouse at once."""

import statistics

import pytest

from support import figures
from support.polling import until

pytestmark = pytest.mark.timeout(90)

CODECS = ["h264", "vp8"]

# Parts of the demo guest's 640x480 picture: the lamps of the signal beside the track, of which every key lights the
# other, and the place of the mouse in the panel, which stands still by itself.
SIGNAL = {"x": 508, "y": 192, "width": 29, "height": 60}
MOUSE = {"x": 344, "y": 424, "width": 136, "height": 18}
CONNECTS = 7
REACTIONS = 11


@pytest.fixture
def viewer(new_viewer, fleet):
    # Small, for a browser without a graphics card composes its page on the same cores.
    return new_viewer(fleet.url, 720, 640)


def quiet(viewer, area):
    """The difference that counts as a reaction: well above the codec's own noise in that area."""
    noise = viewer.page.evaluate("(area) => picture.noise('instance-0', area, 1200)", area)
    assert noise < 6, f"the area is not still without input: {noise}"
    return max(0.8, noise * 3)


@pytest.mark.parametrize("codec", CODECS)
def test_a_guest_of_30_frames_a_second_is_decoded_with_at_least_25(viewer, codec):
    viewer.open(f"/?codec={codec}")
    metrics = viewer.wait_playing()
    viewer.page.wait_for_timeout(1500)
    rate = viewer.fps_over(5)
    metrics = viewer.metrics()
    figures.record(f"{codec}: frames decoded a second, over 5 s", rate, "fps")
    figures.record(f"{codec}: jitter buffer per frame", metrics["bufferMs"], "ms")
    assert metrics["codec"].lower() == codec
    assert metrics["attempts"] == 1
    assert (metrics["width"], metrics["height"]) == (640, 480)
    assert rate >= 25
    assert viewer.errors == []


def test_the_element_is_ready_before_frames_can_come(viewer):
    """Frames that are decoded before the element is there to show them are lost, on a still screen for seconds."""
    viewer.page.add_init_script("""
      window.RTCPeerConnection = class extends RTCPeerConnection {
        setRemoteDescription(...words) {
          const track = document.querySelector('.tile video').srcObject?.getVideoTracks()[0];
          window.awaited = track?.id === this.getReceivers()[0].track.id;
          return super.setRemoteDescription(...words);
        }
      };
    """)
    viewer.open()
    viewer.wait_playing()
    assert viewer.page.evaluate("awaited") is True
    assert viewer.errors == []


@pytest.mark.parametrize("codec", CODECS)
def test_from_offer_to_answer_and_first_frame(viewer, codec):
    answers, frames = [], []
    for _ in range(CONNECTS):
        viewer.open(f"/?codec={codec}")
        metrics = viewer.wait_playing()
        answers.append(metrics["answerMs"])
        frames.append(metrics["firstFrameMs"])
    print(f"{codec}: answers {answers}, first frames {frames}")
    figures.record(f"{codec}: offer to answer, median of {CONNECTS}", statistics.median(answers), "ms")
    figures.record(f"{codec}: offer to first frame, median of {CONNECTS}", statistics.median(frames), "ms")
    # Generous for a loaded machine; what is measured stands in the figures.
    assert statistics.median(frames) < 2000


def test_no_frame_waits_in_a_jitter_buffer_longer_than_it_must(viewer):
    viewer.note_traffic().open()
    viewer.wait_playing()
    assert viewer.page.evaluate(
        "traffic.peers[0].getReceivers().map((one) => [one.jitterBufferTarget, one.playoutDelayHint ?? 0])",
    ) == [[0, 0], [0, 0]]


def test_sound_is_off_until_asked_for_and_the_horn_is_heard(viewer):
    viewer.open()
    viewer.wait_playing()
    button = viewer.tile().locator(".sound")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    until("the button says that sound is on", lambda: button.get_attribute("aria-pressed") == "true", 3)
    viewer.control()
    until("the browser counts sound", lambda: viewer.metrics()["audioEnergy"] is not None, 8, explain=viewer.metrics)
    energy = viewer.metrics()["audioEnergy"]
    viewer.page.keyboard.down("Space")
    viewer.page.wait_for_timeout(1200)
    viewer.page.keyboard.up("Space")
    until("audio energy grows with the horn", lambda: viewer.metrics()["audioEnergy"] > energy + 0.001, 8,
          explain=lambda: f"was {energy}, is {viewer.metrics()['audioEnergy']}")
    figures.record("audio energy of one horn", viewer.metrics()["audioEnergy"] - energy)


@pytest.mark.parametrize("codec", CODECS)
def test_a_key_changes_the_picture_at_once(viewer, codec):
    viewer.open(f"/?codec={codec}")
    viewer.wait_playing()
    viewer.control()
    times = []
    for _ in range(REACTIONS):
        time = viewer.page.evaluate(
            """(area) => picture.flip('instance-0', area, 3000, [{ type: 'key', code: 'KeyH', action: 'tap' }])""", SIGNAL)
        assert time is not None, "the signal did not change within 3 s of the key"
        times.append(time)
        viewer.page.wait_for_timeout(150)
    print(f"{codec}: key to changed frame {times}")
    figures.record(f"{codec}: key sent to changed frame in the page, median of {REACTIONS}", statistics.median(times), "ms")
    assert statistics.median(times) < 400


def test_the_real_keyboard_reaches_the_guest(viewer):
    viewer.open()
    viewer.wait_playing()
    viewer.control()
    viewer.page.evaluate("(area) => { window.reaction = picture.flip('instance-0', area, 3000, []); return null; }", SIGNAL)
    viewer.page.keyboard.press("KeyK")
    assert viewer.page.evaluate("window.reaction") is not None, "the signal did not change within 3 s of the key"


def test_the_mouse_moves_in_the_picture(viewer):
    viewer.open()
    viewer.wait_playing()
    viewer.control()
    box = viewer.stage().bounding_box()
    viewer.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * 0.3)
    viewer.page.wait_for_timeout(1500)
    threshold = quiet(viewer, MOUSE)
    viewer.page.evaluate(
        """([area, threshold]) => {
          window.reaction = picture.react('instance-0', area, threshold, 3000, []);
          return null;
        }""", [MOUSE, threshold])
    viewer.page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.4, steps=8)
    assert viewer.page.evaluate("window.reaction") is not None


def test_relative_motion_changes_the_picture_at_once(viewer):
    viewer.open()
    viewer.wait_playing()
    viewer.control()
    viewer.page.wait_for_timeout(800)
    threshold = quiet(viewer, MOUSE)
    times = []
    for index in range(REACTIONS):
        time = viewer.page.evaluate(
            """([area, threshold, dx]) => picture.react('instance-0', area, threshold, 3000,
              [{ type: 'mouse', mode: 'relative', dx, dy: 0 }])""", [MOUSE, threshold, 23 if index % 2 else -23])
        assert time is not None, "no frame changed within 3 s of the motion"
        times.append(time)
        viewer.page.wait_for_timeout(150)
    print(f"motion to changed frame {times}")
    figures.record(f"mouse motion sent to changed frame, median of {REACTIONS}", statistics.median(times), "ms")
    assert statistics.median(times) < 400


def test_a_guest_that_stands_still_is_not_taken_for_a_broken_one(viewer):
    viewer.open()
    viewer.wait_playing()
    viewer.control()
    try:
        for _ in range(3):
            viewer.page.keyboard.press("ArrowLeft")
        # The demo guest draws nothing any more two seconds after it has stopped.
        viewer.page.wait_for_timeout(4000)
        first = viewer.metrics()
        viewer.page.wait_for_timeout(12_000)
        second = viewer.metrics()
        figures.record("a still guest: frames decoded a second", (second["framesDecoded"] - first["framesDecoded"]) / 12, "fps")
        figures.record("a still guest: received", second["kbps"], "kbit/s")
        assert second["state"] == "playing" and second["attempts"] == 1
        # It still answers at once.
        time = viewer.page.evaluate(
            """(area) => picture.flip('instance-0', area, 3000, [{ type: 'key', code: 'KeyH', action: 'tap' }])""", SIGNAL)
        assert time is not None
        figures.record("a still guest: key sent to changed frame", time, "ms")
    finally:
        for _ in range(3):
            viewer.page.keyboard.press("ArrowRight")
