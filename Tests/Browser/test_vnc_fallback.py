"""A guest whose media finds no way is shown through VNC, until it does."""

import pytest

from support.polling import until

from test_dashboard import INTERCEPT

pytestmark = pytest.mark.timeout(120)

ID = "instance-0"


@pytest.fixture
def fallen(viewer):
    """A page whose WebRTC fails at the handshake, three times, quickly."""
    viewer.page.add_init_script(INTERCEPT + f"breakLeg('dtls', '{ID}')")
    viewer.open()
    until("the guest is shown through VNC", lambda: viewer.tile(ID).get_attribute("data-vnc") is not None, 60,
          explain=lambda: viewer.metrics(ID))
    return viewer


def colours(viewer):
    return viewer.tile(ID).locator(".vnc canvas").evaluate(
        """(canvas) => new Set(new Uint32Array(canvas.getContext('2d')
          .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size""")


def test_three_failed_attempts_bring_vnc_which_is_marked(fallen):
    assert fallen.metrics(ID)["attempts"] >= 3
    assert fallen.tile(ID).locator(".vnc-mark").inner_text() == "VNC"
    assert not fallen.tile(ID).locator(".veil").is_visible()
    until("a picture", lambda: colours(fallen) > 10, 10)
    # noVNC writes an informative line or two; a strict policy that it broke would be an error.
    assert [one for one in fallen.errors if "Content Security" in one or "uncaught" in one] == []
    fallen.screenshot("vnc-fallback")


def test_it_shows_only_until_a_click_asks_for_control(fallen, fleet):
    assert not fallen.controls(ID)
    fallen.stage(ID).click()
    until("a click takes control", lambda: fallen.controls(ID), 5)
    assert "VNC · Esc to release" in fallen.tile(ID).locator(".notice").inner_text()
    fallen.page.keyboard.press("Escape")
    until("Escape gives it back", lambda: not fallen.controls(ID), 3)


def test_the_stream_takes_over_when_it_plays(fallen):
    attempts = fallen.metrics(ID)["attempts"]
    until("WebRTC is tried on", lambda: fallen.metrics(ID)["attempts"] > attempts, 20)
    fallen.page.evaluate("window.fault = null")
    fallen.wait_playing(ID, 30)
    until("VNC is gone", lambda: fallen.tile(ID).get_attribute("data-vnc") is None, 3)
    assert fallen.tile(ID).locator(".vnc-mark").is_hidden()
    assert fallen.tile(ID).locator(".vnc").is_hidden()


def test_noVNC_is_not_fetched_while_streams_play(viewer):
    fetched = []
    viewer.page.on("request", lambda one: fetched.append(one.url) if "/novnc/" in one.url else None)
    viewer.open()
    viewer.wait_playing(ID)
    viewer.page.wait_for_timeout(1000)
    assert fetched == []
