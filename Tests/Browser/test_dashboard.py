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
    viewer.tile(IDS[0]).locator(".more").click()
    viewer.tile(IDS[0]).locator(".capture").click()
    until("the mouse is captured", lambda: viewer.page.evaluate("document.pointerLockElement !== null"), 5)
    assert viewer.controls(IDS[0])
    # What the browser itself does on Escape while the mouse is captured.
    viewer.page.evaluate("document.exitPointerLock()")
    until("control is given back", lambda: not viewer.controls(IDS[0]), 3)


# Lets a test change what the hub says before the page hears it: `fault(message)` gives it changed, or null to lose it.
INTERCEPT = """
window.fault = null;
const Native = window.WebSocket;
const Faulty = class extends Native {
  set onmessage(handler) {
    super.onmessage = handler && (({ data }) => {
      const message = JSON.parse(data);
      const heard = window.fault ? window.fault(message) : message;
      if (heard) handler({ data: JSON.stringify(heard) });
    });
  }
};
// The signaling only: other sockets carry what is no JSON, and noVNC looks closely at its own.
window.WebSocket = new Proxy(Native, {
  construct: (_, words) => new (String(words[0]).endsWith('/signal') ? Faulty : Native)(...words),
});
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


@pytest.mark.parametrize("scheme", ["dark", "light"])
@pytest.mark.parametrize("width, height", [(360, 740), (1280, 800), (1920, 1080), (3840, 2160)])
def test_how_it_looks(new_viewer, fleet, width, height, scheme):
    phone = {"is_mobile": True, "has_touch": True, "device_scale_factor": 2} if width < 500 else {}
    viewer = new_viewer(fleet.url, width, height, scheme, **phone).open()
    wait_all(viewer)
    viewer.page.wait_for_timeout(2500)
    viewer.screenshot(f"dashboard-{width}x{height}-{scheme}")
    assert viewer.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert viewer.errors == []


def test_the_level_is_the_nodes_and_moves_without_layout(viewer):
    viewer.open()
    wait_all(viewer)
    meter = viewer.tile(IDS[0]).locator("[role=meter]")
    assert meter.get_attribute("aria-label").startswith("Sound level of ")
    # The horn of the demo guest, heard by the node.
    viewer.page.evaluate(
        """(id) => { window.levels = []; loco.players.get(id).addEventListener('level', ({ detail }) => {
          const rest = document.querySelector(`.tile[data-id="${id}"] .level-cover`).style.getPropertyValue('--rest');
          window.levels.push([detail?.rms ?? null, Number(rest)]);
        }) }""", IDS[0])
    viewer.control(IDS[0])
    viewer.page.keyboard.down("Space")
    loud = until("a loud level", lambda: viewer.page.evaluate(
        "levels.find(([rms]) => rms !== null && rms > -40) ?? null"), 5, explain=lambda: viewer.page.evaluate("levels"))
    assert loud[1] == pytest.approx(-loud[0] / 60, abs=0.002)
    until("what a screen reader may ask for", lambda: (meter.get_attribute("aria-valuetext") or "").endswith(" dB"), 4)
    viewer.page.keyboard.up("Space")


def test_the_size_of_the_pictures_is_kept(viewer):
    viewer.open()
    wait_all(viewer)

    def width():
        return viewer.stage(IDS[0]).bounding_box()["width"]

    plain = width()
    viewer.page.get_by_label("Smaller pictures").click()
    until("pictures shrink", lambda: width() < plain * 0.85, 2)
    viewer.page.keyboard.press("-")
    until("a key shrinks them more", lambda: width() < plain * 0.7, 2)
    small = width()
    viewer.page.reload()
    wait_all(viewer)
    assert width() == pytest.approx(small, abs=1)
    viewer.page.keyboard.press("0")
    until("back to what fits", lambda: width() == pytest.approx(plain, abs=1), 2)


def test_a_double_click_is_full_screen_with_control_and_escape_leaves_both(viewer):
    viewer.note_traffic().open()
    wait_all(viewer)
    viewer.stage(IDS[0]).dblclick()
    until("full screen", lambda: viewer.page.evaluate("document.fullscreenElement?.dataset.id") == IDS[0], 5)
    until("with control", lambda: viewer.controls(IDS[0]), 3)
    assert viewer.sent("button") == [], "the clicks reached the guest"
    assert "Esc to release" in viewer.tile(IDS[0]).locator(".notice").inner_text()
    plate = viewer.tile(IDS[0]).locator(".plate")
    until("the plate goes", lambda: viewer.tile(IDS[0]).get_attribute("data-idle") is not None, 5)
    viewer.page.wait_for_timeout(400)
    assert plate.evaluate("(one) => getComputedStyle(one).opacity") == "0"
    viewer.page.keyboard.press("Escape")
    until("full screen is left", lambda: viewer.page.evaluate("document.fullscreenElement === null"), 3)
    until("and control", lambda: not viewer.controls(IDS[0]), 3)
    assert viewer.metrics(IDS[0])["attempts"] == 1, "full screen cost a reconnection"


def test_a_double_click_in_control_is_the_guests(viewer):
    viewer.note_traffic().open()
    wait_all(viewer)
    viewer.control(IDS[0])
    viewer.page.wait_for_timeout(700)
    viewer.stage(IDS[0]).dblclick()
    until("the guest gets it", lambda: len(viewer.sent("button")) == 4, 3)
    assert viewer.page.evaluate("document.fullscreenElement === null")


def test_the_health_dot_says_what_the_hub_says(viewer):
    viewer.open()
    wait_all(viewer)
    dot = viewer.tile(IDS[0]).locator(".health")
    until("it is healthy", lambda: dot.get_attribute("data-tone") == "good", 8)
    assert dot.inner_text().startswith("Healthy")


def test_what_does_not_stream_shows_the_hubs_pictures_and_no_more_once_it_streams(viewer):
    def asked():
        return viewer.page.evaluate(
            "(id) => performance.getEntriesByName(`${location.origin}/api/instances/${id}/snapshot.jpg`).length", IDS[0])

    viewer.page.add_init_script(INTERCEPT + f"breakLeg('signaling', '{IDS[0]}')")
    viewer.open()
    until("the guest is seen", lambda: viewer.tile(IDS[0]).locator(".still").get_attribute("data-live") is not None, 10)
    colours = viewer.tile(IDS[0]).locator(".still").evaluate(
        """(still) => new Set(new Uint32Array(still.getContext('2d')
          .getImageData(0, 0, still.width, still.height).data.buffer)).size""")
    assert colours > 10, "the picture is empty"
    until("it is renewed", lambda: asked() >= 3, 10)
    viewer.page.evaluate("window.fault = null")
    viewer.wait_playing(IDS[0], 30)
    count = asked()
    viewer.page.wait_for_timeout(4000)
    assert asked() == count, "pictures are fetched beside a stream"


def test_free_slots_fill_the_last_row_and_say_how_to_add_guests(new_viewer, fleet):
    viewer = new_viewer(fleet.url, 1000, 900).open()
    wait_all(viewer)
    assert viewer.page.locator(".slot").count() == 1
    assert f"loco up --guests {GUESTS + 1}" in viewer.page.locator(".slot").inner_text()
    # On a phone there is nothing beside the tiles.
    viewer.page.set_viewport_size({"width": 360, "height": 740})
    until("no slot", lambda: viewer.page.locator(".slot").count() == 0, 3)


def test_a_tile_that_moves_keeps_its_video_and_connection(viewer):
    """Guests before it come and go, also to another page while it is played."""
    real = {}

    def instances(route):
        real.setdefault("list", route.fetch().json())
        body = real["list"] if isinstance(real["list"], list) else real["list"]["instances"]
        more = [{**body[0], "id": f"other-0-{index}", "name": f"Other {index}", "status": "booting", "ready": False}
                for index in range(real.get("more", 0))]
        route.fulfill(json=more + [one for one in body if one["id"] not in real.get("gone", ())])

    viewer.page.route("**/api/instances", instances)
    viewer.open()
    wait_all(viewer)
    viewer.page.evaluate("(id) => { window.kept = loco.players.get(id).video }", IDS[2])

    def refresh():
        viewer.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    real["gone"] = [IDS[0]]
    refresh()
    until("the first guest is gone", lambda: viewer.page.locator(".tile").count() == 2, 5)
    viewer.control(IDS[2])
    # Their ids sort by the number at the end, and so some of them come before the guest.
    real["more"] = 12
    refresh()
    until("there are two pages", lambda: viewer.page.locator("#pager").is_visible(), 5)
    until("its page is shown", lambda: viewer.tile(IDS[2]).count() == 1, 5)
    viewer.page.wait_for_timeout(500)
    assert viewer.page.locator(".tile").count() <= 9
    assert viewer.controls(IDS[2]), "control was lost on the way"
    assert viewer.metrics(IDS[2])["attempts"] == 1
    assert viewer.page.evaluate("(id) => loco.players.get(id).video === kept && kept.isConnected && !kept.paused", IDS[2])


def test_a_guest_that_starts_shows_how_far_it_is(new_viewer, new_fleet):
    fleet = new_fleet(guests=1)
    # A machine may be quicker than the page is loaded.
    slow = fleet.home / "slow-qemu"
    slow.write_text('#!/bin/sh\nsleep 3\nexec qemu-system-i386 "$@"\n')
    slow.chmod(0o755)
    fleet.environment["LOCO_GUEST_EMULATOR"] = str(slow)
    fleet.launch()
    viewer = new_viewer(fleet.url)
    until("the hub answers", lambda: fleet.get("/health") is not None, 20, 0.05)
    viewer.page.add_init_script(
        """window.booted = [];
        document.addEventListener('DOMContentLoaded', () => new MutationObserver(() => {
          const veil = document.querySelector('.veil[data-kind=booting]');
          const bar = veil?.querySelector('.progress:not([hidden])');
          const text = veil && `${veil.querySelector('p').textContent} ${bar?.getAttribute('aria-valuenow') ?? ''}`;
          if (text && window.booted.at(-1) !== text) window.booted.push(text);
        }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true }));""")
    viewer.page.goto(fleet.url)
    viewer.wait_playing(timeout=40)
    booted = viewer.page.evaluate("window.booted")
    assert any(re.search(r" \d+$", one) for one in booted), booted
    assert any("its node" in one.lower() or "waits for" in one.lower() for one in booted), booted


def test_nothing_jumps_while_guests_appear(viewer):
    viewer.page.add_init_script(
        """window.shift = 0;
        new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shift += one.value }))
          .observe({ type: 'layout-shift', buffered: true });""")
    viewer.open()
    wait_all(viewer)
    viewer.page.wait_for_timeout(2500)
    assert viewer.page.evaluate("window.shift") < 0.05
