"""The dashboard as a person meets it: tiles, words, control, failures, and how it looks."""

import re

import pytest

from support.polling import until

pytestmark = pytest.mark.timeout(90)

GUESTS = 3
IDS = [f"instance-{index}" for index in range(GUESTS)]


def wait_all(viewer):
    for identifier in IDS:
        viewer.wait_playing(identifier)


def test_every_guest_is_a_live_tile_with_its_name_and_state(viewer, fleet):
    viewer.open()
    wait_all(viewer)
    assert viewer.page.locator(".tile").count() == GUESTS
    names = [one["name"] for one in fleet.instances()]
    assert viewer.page.locator(".tile h2").all_inner_texts() == names
    for identifier in IDS:
        word = viewer.tile(identifier).locator(".status").inner_text().strip()
        assert word in ("Ready", "Running")
    assert f"{GUESTS} of {GUESTS} ready" in viewer.page.locator("#discovery").inner_text()
    viewer.page.wait_for_timeout(2500)
    facts = viewer.tile(IDS[0]).locator(".facts").text_content()
    assert re.search(r"\d+ fps", facts) and re.search(r"640.?[×x].?480", facts)
    assert viewer.errors == []


def test_a_video_is_shown_only_once_a_frame_is_decoded(viewer):
    # Every change of a tile's phase, with what had been decoded by then.
    viewer.page.add_init_script(
        """window.early = [];
        document.addEventListener('DOMContentLoaded', () => new MutationObserver((list) => {
          for (const { target } of list) {
            if (target.dataset.phase !== 'playing') continue;
            const video = target.querySelector('video');
            if (video.readyState < 2 || video.videoWidth === 0) window.early.push(target.dataset.id);
          }
        }).observe(document.body, { subtree: true, attributeFilter: ['data-phase'] }));""")
    viewer.open()
    wait_all(viewer)
    assert viewer.page.evaluate("window.early") == []


def test_click_takes_control_and_escape_gives_it_back(viewer):
    viewer.open()
    wait_all(viewer)
    viewer.control(IDS[1])
    assert "You control · Esc to release" in viewer.tile(IDS[1]).inner_text()
    viewer.page.keyboard.press("Escape")
    until("control is given back", lambda: not viewer.controls(IDS[1]), 3)
    until("the node knows", lambda: viewer.metrics(IDS[1])["control"]["holder"] is None, 3)


def test_the_keyboard_alone_is_enough(viewer):
    viewer.open()
    wait_all(viewer)
    viewer.page.keyboard.press("Control+3")
    focused = "document.activeElement.closest('.tile')?.dataset.id"
    assert viewer.page.evaluate(focused) == IDS[2]
    viewer.page.keyboard.press("ArrowLeft")
    assert viewer.page.evaluate(focused) == IDS[1]
    viewer.page.keyboard.press("Enter")
    until("Enter takes control", lambda: viewer.controls(IDS[1]), 3)
    viewer.page.keyboard.press("Escape")
    until("Escape gives it back", lambda: not viewer.controls(IDS[1]), 3)


def test_a_second_viewer_sees_who_controls(new_viewer, fleet):
    first, second = new_viewer(fleet.url).open(), new_viewer(fleet.url).open()
    first.wait_playing()
    second.wait_playing()
    first.control()
    until("the other page says so", lambda: second.tile().get_attribute("data-control") == "other", 3)
    assert "controls" in second.tile().locator(".control").inner_text()


def test_captured_mouse_is_let_go_with_control(viewer):
    viewer.open()
    wait_all(viewer)
    viewer.tile(IDS[0]).locator(".capture").click()
    until("the mouse is captured", lambda: viewer.page.evaluate("document.pointerLockElement !== null"), 5)
    assert viewer.controls(IDS[0])
    # What the browser itself does on Escape while the mouse is captured.
    viewer.page.evaluate("document.exitPointerLock()")
    until("control is given back", lambda: not viewer.controls(IDS[0]), 3)


# Lets a test change what the hub says before the page hears it: `fault(message)` gives it changed, or null to lose it.
INTERCEPT = """
window.fault = null;
window.WebSocket = class extends WebSocket {
  set onmessage(handler) {
    super.onmessage = handler && (({ data }) => {
      const message = JSON.parse(data);
      const heard = window.fault ? window.fault(message) : message;
      if (heard) handler({ data: JSON.stringify(heard) });
    });
  }
};
const change = (leg, sdp) => {
  switch (leg) {
    case 'signaling':
      return null;
    case 'ice':
      // One candidate where nobody listens, and a password that no check from elsewhere passes.
      return sdp.replace(/^a=candidate.*\\r\\n/gm, '')
        .replace(/^a=ice-pwd.*$/gm, 'a=ice-pwd:' + 'x'.repeat(32))
        .replace(/^a=ice-pwd.*\\r\\n/m, (line) => line + 'a=candidate:1 1 UDP 2130706431 127.0.0.1 9 typ host\\r\\n');
    case 'dtls':
      // The fingerprint of some other certificate.
      return sdp.replace(/^(a=fingerprint:\\S+ )(..)/gm, (_, head, byte) => head + (byte === '00' ? '11' : '00'));
    case 'media':
      // A video line that sends nothing.
      return sdp.split(/^(?=m=)/m)
        .map((part) => (part.startsWith('m=video') ? part.replace(/^a=send(only|recv)/m, 'a=inactive') : part)).join('');
  }
};
window.breakLeg = (leg, id) => {
  window.fault = (message) => {
    if (message.source !== id || message.data?.type !== 'answer') return message;
    message.data.sdp = change(leg, message.data.sdp);
    return message.data.sdp === null ? null : message;
  };
};
"""

TITLES = {
    "signaling": "No answer from the guest",
    "ice": "No network path to the guest",
    "dtls": "Secure handshake failed",
    "media": "Connected, but no picture",
}


@pytest.mark.parametrize("leg", TITLES)
def test_a_failed_leg_is_named(viewer, leg):
    viewer.page.add_init_script(INTERCEPT + f"breakLeg('{leg}', '{IDS[0]}')")
    viewer.open()
    veil = viewer.tile(IDS[0]).locator(".veil")
    until(f"the tile names {leg}", lambda: viewer.page.evaluate(
        "(id) => loco.players.get(id)?.failure?.leg", IDS[0]) == leg, 25,
        explain=lambda: viewer.metrics(IDS[0]))
    assert TITLES[leg] in veil.inner_text()
    assert veil.locator("[data-state=failed]").inner_text() == leg
    assert "Trying again" in veil.inner_text()
    viewer.screenshot(f"failed-{leg}")
    # The others are not concerned, and the guest comes back by itself once it can.
    viewer.wait_playing(IDS[1])
    viewer.page.evaluate("window.fault = null")
    viewer.wait_playing(IDS[0], 30)
    assert not veil.is_visible()


@pytest.mark.parametrize("width, height, scheme", [
    (1920, 1080, "dark"), (1600, 900, "light"), (1280, 800, "dark"), (390, 844, "light"), (390, 844, "dark")])
def test_how_it_looks(new_viewer, fleet, width, height, scheme):
    phone = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if width < 500 else {}
    viewer = new_viewer(fleet.url, width, height, scheme, **phone).open()
    wait_all(viewer)
    viewer.page.wait_for_timeout(2500)
    viewer.screenshot(f"dashboard-{width}x{height}-{scheme}")
    assert viewer.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert viewer.errors == []


def test_nothing_jumps_while_guests_appear(viewer):
    viewer.page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shift += one.value }))
          .observe({ type: 'layout-shift', buffered: true });""")
    viewer.open()
    wait_all(viewer)
    viewer.page.wait_for_timeout(2500)
    assert viewer.page.evaluate("window.shift") < 0.05
