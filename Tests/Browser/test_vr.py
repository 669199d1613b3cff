"""The VR page as a person meets it: sound in space, focus, control, keyboard, menu; on a screen and with a headset."""

import time

import pytest

from support import figures
from support.polling import until
from support.vr_viewer import active, gl_chromium, new_wall, wall  # noqa: F401 fixtures

pytestmark = pytest.mark.timeout(90)

GUESTS = 3
IDS = [f"instance-{index}" for index in range(GUESTS)]


def enable_audio(wall):
    wall.page.click("#audio")
    until("sound is on", lambda: wall.page.evaluate("loco.room.sound.enabled"), 5)


def wait_gains(wall, expected):
    until(f"gains are {expected}", lambda: wall.gains() == pytest.approx(expected, abs=1e-6), 4, 0.05, wall.gains)


def test_who_is_not_focused_is_dimmed_and_volume_0_is_silence(wall):
    wall.open().wait_all(IDS)
    enable_audio(wall)
    wait_gains(wall, {one: 1 for one in IDS})
    wall.page.keyboard.press("2")
    wait_gains(wall, {IDS[0]: 0.2, IDS[1]: 1, IDS[2]: 0.2})
    wall.page.click("#list")
    slider = wall.page.get_by_label("Volume of Loco guest 0")
    slider.fill("0.5")
    wait_gains(wall, {IDS[0]: 0.1, IDS[1]: 1, IDS[2]: 0.2})
    slider.fill("0")
    wall.page.get_by_label("Volume of Loco guest 1").fill("0")
    until("gains reach 0", lambda: wall.gains()[IDS[0]] == 0 and wall.gains()[IDS[1]] == 0, 3, 0.05, wall.gains)
    wall.screenshot("vr-guests")
    wall.open().wait_all(IDS)
    assert wall.page.evaluate("loco.room.guests.map(({ volume }) => volume)") == [0, 0, 1]
    assert wall.errors == []


# The loudest sample and the energy of each ear at the mix, over some time, while a guest's horn sounds.
LISTEN = """
async ([id, ms]) => {
  const { sound } = loco.room;
  const { context, out } = sound;
  const splitter = new ChannelSplitterNode(context, { numberOfOutputs: 2 });
  const ears = [0, 1].map((channel) => {
    const ear = new AnalyserNode(context, { fftSize: 2048 });
    splitter.connect(ear, channel);
    return ear;
  });
  // What comes out of the mix is given to two ears as a loudspeaker pair would.
  const stereo = new GainNode(context, { channelCount: 2, channelCountMode: 'explicit' });
  out.connect(stereo).connect(splitter);
  const player = loco.players.get(id);
  player.send({ type: 'key', code: 'Space', action: 'press' });
  const energy = [0, 0];
  const data = new Float32Array(2048);
  const end = performance.now() + ms;
  while (performance.now() < end) {
    await new Promise((done) => setTimeout(done, 40));
    ears.forEach((ear, index) => {
      ear.getFloatTimeDomainData(data);
      energy[index] += data.reduce((sum, one) => sum + one * one, 0);
    });
  }
  player.send({ type: 'key', code: 'Space', action: 'release' });
  out.disconnect(stereo);
  return energy;
}
"""


def test_a_guest_at_the_left_is_heard_at_the_left_and_mono_is_the_same_in_both_ears(wall):
    wall.open().wait_all(IDS)
    enable_audio(wall)
    for one in IDS[1:]:
        wall.page.evaluate("(id) => loco.room.setVolume(id, 0)", one)
    wall.page.wait_for_timeout(300)
    left, right = wall.page.evaluate(LISTEN, [IDS[0], 2500])
    figures.record("VR: a guest 25 degrees to the left, energy left to right", left / right)
    assert left > 1.05 * right > 0, (left, right)
    wall.page.click("#mono")
    left, right = wall.page.evaluate(LISTEN, [IDS[0], 2500])
    # Both ears' analysers are read in one go, between which the sound may go on by 3 ms.
    assert left == pytest.approx(right, rel=0.01) and left > 0
    # Volume 0 of the last one that sounds: every sample of both ears is 0.
    wall.page.evaluate("(id) => loco.room.setVolume(id, 0)", IDS[0])
    wall.page.wait_for_timeout(500)
    assert wall.page.evaluate(LISTEN, [IDS[0], 1500]) == [0, 0]
    assert wall.errors == []


def test_the_ring_shows_the_level_that_the_node_measured(wall):
    wall.open().wait_all(IDS)
    wall.page.evaluate("loco.players.get('instance-0').send({ type: 'key', code: 'Space', action: 'press' })")
    until("the ring is lit", lambda: wall.on_wall()["level"] > 0.3, 5, 0.05, wall.on_wall)
    wall.page.evaluate("loco.players.get('instance-0').send({ type: 'key', code: 'Space', action: 'release' })")
    level = wall.page.evaluate("import('/shared/level.js').then(({ levelPart }) => levelPart(loco.players.get('instance-0').level?.rms))")
    assert wall.on_wall()["level"] == pytest.approx(level, abs=0.2)


def test_another_clients_focus_is_followed_within_200_ms(wall, active):
    wall.open().wait_all(IDS)
    wall.page.evaluate(
        """() => {
          window.seen = [];
          loco.room.active.addEventListener('change', () => {
            const [tile] = loco.scene.tiles.filter(({ focused }) => focused);
            seen.push([performance.timeOrigin + performance.now(), tile?.id ?? null]);
          });
        }""")
    delays = []
    for one in (IDS[2], IDS[0], IDS[1]):
        began = time.time() * 1000
        active.set([one])
        until(f"{one} is focused here", lambda: wall.page.evaluate("seen.at(-1)?.[1]") == one, 2, 0.02)
        delays.append(wall.page.evaluate("seen.at(-1)[0]") - began)
    figures.record("VR: a focus set elsewhere is shown after, longest", max(delays), "ms")
    assert max(delays) < 200, delays
    # Nobody here asked for control.
    assert wall.controlled() is None
    assert wall.metrics(IDS[1])["control"]["holder"] is None


def test_click_focuses_and_a_second_click_takes_control_and_the_mouse(new_wall, active):
    wall = new_wall()
    wall.note_traffic().open().wait_all(IDS)
    wall.click_tile(IDS[1])
    wall.wait_focus(IDS[1])
    assert active.ids == [IDS[1]]
    # Pointing alone, before control, moves nothing.
    place = wall.page.evaluate("(id) => loco.scene.placeOnPage(id, 0.3, 0.3)", IDS[1])
    wall.page.mouse.move(place["x"], place["y"])
    wall.page.wait_for_timeout(200)
    assert wall.sent("mouse") == [] and wall.sent("control") == []
    wall.click_tile(IDS[1])
    until("control is taken", lambda: wall.controlled() == IDS[1], 5)
    for x, y in ((0.25, 0.75), (0.02, 0.02), (0.98, 0.98)):
        place = wall.page.evaluate("([id, x, y]) => loco.scene.placeOnPage(id, x, y)", [IDS[1], x, y])
        wall.page.mouse.move(place["x"], place["y"])
        wall.page.wait_for_timeout(150)
        last = wall.sent("mouse")[-1]
        assert (last["mode"], last["x"], last["y"]) == ("absolute", pytest.approx(x, abs=0.005), pytest.approx(y, abs=0.005))
    wall.page.mouse.down()
    wall.page.mouse.up()
    wall.page.keyboard.press("KeyW")
    wall.page.wait_for_timeout(150)
    assert [(one["button"], one["action"]) for one in wall.sent("button")] == [(0, "press"), (0, "release")]
    assert [(one["code"], one["action"]) for one in wall.sent("key")] == [("KeyW", "press"), ("KeyW", "release")]
    wall.screenshot("vr-control")
    wall.page.keyboard.press("Escape")
    until("Escape gives it back", lambda: wall.controlled() is None, 3)
    until("the node knows", lambda: wall.metrics(IDS[1])["control"]["holder"] is None, 3)
    # Now the same keys walk.
    before = wall.page.evaluate("loco.room.stage.camera.position.z")
    wall.page.keyboard.down("KeyW")
    until("W walks forward", lambda: wall.page.evaluate("loco.room.stage.camera.position.z") < before - 0.2, 4, 0.05)
    wall.page.keyboard.up("KeyW")
    assert len(wall.sent("key")) == 2
    assert wall.errors == []


def test_a_drag_looks_around_and_the_listener_turns_with_the_head(wall):
    wall.open().wait_all(IDS)
    enable_audio(wall)
    wall.page.mouse.move(640, 700)
    wall.page.mouse.down()
    wall.page.mouse.move(340, 700, steps=6)
    wall.page.mouse.up()
    forward = "[...'XYZ'].map((axis) => loco.room.sound.context.listener[`forward${axis}`].value)"
    # 300 pixels to the left: the view has turned right by about 0.96.
    until("the listener looks right", lambda: wall.page.evaluate(forward)[0] > 0.7, 3, 0.05, lambda: wall.page.evaluate(forward))
    assert wall.page.evaluate("loco.room.stage.camera.rotation.y") == pytest.approx(-0.96, abs=0.05)


def test_the_keyboard_in_the_scene_types_into_the_guest(new_wall):
    wall = new_wall()
    wall.note_traffic().open().wait_all(IDS)
    wall.page.keyboard.press("1")
    wall.wait_focus(IDS[0])
    wall.page.keyboard.press("k")
    wall.page.wait_for_timeout(300)
    wall.click_key("KeyH")
    until("the first key asks for control", lambda: wall.controlled() == IDS[0], 5)
    wall.click_key("ShiftLeft")
    wall.click_key("KeyQ")
    wall.page.wait_for_timeout(300)
    wall.screenshot("vr-keyboard")
    assert [(one["code"], one["action"]) for one in wall.sent("key")] == [
        ("KeyH", "press"), ("KeyH", "release"), ("ShiftLeft", "press"), ("KeyQ", "press"), ("KeyQ", "release"),
        ("ShiftLeft", "release")]
    assert wall.errors == []


def test_the_menu_in_the_scene_focuses_by_keyboard(wall):
    wall.open().wait_all(IDS)
    wall.page.keyboard.press("m")
    wall.page.wait_for_timeout(300)
    # Close, then each guest with its two buttons.
    for _ in range(5):
        wall.page.keyboard.press("ArrowDown")
    wall.screenshot("vr-menu")
    wall.page.keyboard.press("Enter")
    wall.wait_focus(IDS[1])
    wall.page.keyboard.press("Escape")
    assert not wall.page.evaluate("loco.room.menu.board.visible")


def test_without_a_headset_the_page_says_so(wall):
    wall.open()
    assert not wall.page.locator("#enter").is_visible()
    until("the line is there", lambda: "No headset" in wall.page.locator("#no-headset").inner_text(), 5)
    assert wall.errors == []


@pytest.mark.parametrize("size, least", [((720, 450), 36), ((390, 780), 44), ((1280, 800), 36)])
def test_nothing_over_the_wall_lies_over_another_and_every_button_has_a_name(new_wall, size, least):
    # Fingers want 44 pixels.
    wall = new_wall(*size, has_touch=least == 44, is_mobile=least == 44)
    wall.open()
    until("the line is there", lambda: wall.page.locator("#no-headset").is_visible(), 5)
    wall.page.click("#list")
    wall.page.evaluate("document.getElementById('hub').hidden = false")
    wall.screenshot(f"vr-{size[0]}")
    boxes = wall.page.evaluate("""() => Object.fromEntries(['audio', 'mono', 'curved', 'list', 'keyboard', 'settings',
        'no-headset', 'hub', 'panel', 'dashboard', 'hints'].map((id) => [id, document.getElementById(id).getBoundingClientRect()])
        .filter(([, box]) => box.width))""")
    assert {"audio", "settings", "no-headset", "hub", "panel"} <= set(boxes)
    for one, a in boxes.items():
        assert a["left"] >= 0 and a["top"] >= 0 and a["right"] <= size[0] and a["bottom"] <= size[1], f"{one}: {a}"
        for other, b in boxes.items():
            apart = (a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"])
            assert one == other or apart, f"{one} and {other}: {a} {b}"
    for one in ("audio", "mono", "curved", "list", "keyboard", "settings"):
        assert min(boxes[one]["width"], boxes[one]["height"]) >= least, f"{one}: {boxes[one]}"
    for name in ("Enable audio", "Mono", "Curved", "Guests", "Keyboard", "Controllers"):
        assert wall.page.get_by_role("button", name=name, exact=True).count() == 1, name


def test_a_headset_shows_the_wall_and_its_trigger_focuses(new_wall, active):
    wall = new_wall()
    wall.note_traffic().with_headset().open().wait_all(IDS)
    wall.page.click("#enter")
    until("frames are drawn", lambda: wall.page.evaluate("headset.session?.frames ?? 0") > 5, 10)
    assert wall.page.locator("#enter").inner_text() == "Leave VR"
    for eye in ("left", "right"):
        assert wall.page.evaluate("(eye) => headset.contrast(eye)", eye) > 100, eye
    wall.page.evaluate("headset.aim([-1.4, 1.6, -3])")
    wall.page.wait_for_timeout(200)
    wall.page.evaluate("headset.select()")
    wall.wait_focus(IDS[0])
    assert active.ids == [IDS[0]]
    wall.page.evaluate("headset.select()")
    until("a second trigger takes control", lambda: wall.controlled() == IDS[0], 5)
    # Pointing moves the guest's mouse, the trigger is its button, A is F1, and into the void the trigger is Enter.
    wall.page.evaluate("headset.aim([-1.4 + 0.42, 1.6, -2.888])")
    wall.page.wait_for_timeout(300)
    assert wall.sent("mouse")[-1]["x"] == pytest.approx(0.75, abs=0.02)
    assert wall.sent("mouse")[-1]["y"] == pytest.approx(0.5, abs=0.02)
    wall.page.evaluate("headset.select()")
    wall.page.evaluate("headset.button(4, true)")
    wall.page.wait_for_timeout(150)
    wall.page.evaluate("headset.button(4, false)")
    wall.page.wait_for_timeout(150)
    wall.page.evaluate("headset.aim([0.5, 1.6, 5])")
    wall.page.wait_for_timeout(150)
    wall.page.evaluate("headset.select()")
    wall.page.wait_for_timeout(200)
    assert [(one["button"], one["action"]) for one in wall.sent("button")] == [(0, "press"), (0, "release")]
    assert [(one["code"], one["action"]) for one in wall.sent("key")] == [
        ("F1", "press"), ("F1", "release"), ("Enter", "press"), ("Enter", "release")]
    uploads = wall.page.evaluate("loco.scene.uploads")
    wall.page.wait_for_timeout(1000)
    assert wall.page.evaluate("loco.scene.uploads") > uploads
    figures.record("VR headset: work of a frame of two views, median", wall.page.evaluate("loco.scene.times.workMs.p50"), "ms")
    wall.keep_headset_picture("vr-headset")
    wall.page.evaluate("headset.session.end()")
    until("the page draws again", lambda: wall.page.locator("#enter").inner_text() == "Enter VR", 5)
    until("control is given back", lambda: wall.metrics(IDS[0])["control"]["holder"] is None, 3)
    frames = wall.page.evaluate("loco.scene.times.count")
    until("frames come", lambda: wall.page.evaluate("loco.scene.times.count") > frames + 3, 5)
    # And once more, to the end by the page's own button.
    wall.page.click("#enter")
    until("the second session draws", lambda: wall.page.evaluate("headset.sessions.length === 2 && headset.session.frames > 3"), 5)
    wall.page.click("#enter")
    until("it has ended", lambda: wall.page.evaluate("headset.session.ended"), 5)
    assert wall.errors == []
    assert wall.hosts == {"127.0.0.1"}


def test_a_headset_without_a_floor_and_one_that_refuses(new_wall):
    wall = new_wall()
    wall.with_headset().open()
    wall.page.evaluate("headset.refuses = true")
    wall.page.click("#enter")
    until("the page says why", lambda: "the person said no" in wall.page.locator("#notice").inner_text(), 5)
    wall.page.evaluate("headset.refuses = false; headset.spaces = ['local']")
    wall.page.click("#enter")
    until("frames are drawn", lambda: wall.page.evaluate("headset.session?.frames ?? 0") > 3, 5)
    assert wall.page.evaluate("loco.room.stage.rig.position.y") == pytest.approx(1.6)
    assert wall.errors == []


def test_the_controllers_buttons_are_edited_and_kept(new_wall):
    wall = new_wall()
    wall.note_traffic().with_headset().open().wait_all(IDS)
    wall.page.click("#settings")
    wall.page.get_by_label("A", exact=True).select_option("KeyJ")
    wall.page.keyboard.press("Escape")
    wall.open().wait_all(IDS)
    wall.page.click("#enter")
    until("frames are drawn", lambda: wall.page.evaluate("headset.session?.frames ?? 0") > 3, 5)
    wall.page.evaluate("headset.aim([0, 1.6, -3])")
    wall.page.wait_for_timeout(150)
    wall.page.evaluate("headset.select()")
    wall.wait_focus(IDS[1])
    wall.page.evaluate("headset.button(4, true)")
    until("J is pressed in the guest", lambda: [one["code"] for one in wall.sent("key")][:1] == ["KeyJ"], 4, 0.1)
    # Y is the list of guests, on the left hand.
    wall.page.evaluate("headset.controller.handedness = 'left'; headset.button(5, true)")
    until("the menu opens", lambda: wall.page.evaluate("loco.room.menu.board.visible"), 3)
    wall.page.wait_for_timeout(300)
    wall.keep_headset_picture("vr-headset-menu")


def test_without_three_the_page_names_the_package(new_wall):
    wall = new_wall()
    wall.page.route("**/api/config/pages", lambda route: route.fulfill(
        json={"dashboard": {"port": 1}, "vr": {"port": 2}, "three": False, "novnc": False, "charts": False}))
    wall.page.goto(wall.url)
    wall.page.wait_for_selector("#missing", state="visible")
    assert "libjs-three" in wall.page.locator("#missing").inner_text()
    assert wall.errors == []


def test_the_page_is_worked_by_keyboard_alone(wall):
    wall.open().wait_all(IDS)
    names = wall.page.evaluate(
        """() => [...document.querySelectorAll('button:not([hidden]), input, select, canvas, a:not([hidden])')]
          .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).map((one) => one.outerHTML)""")
    assert names == [], "controls without a name"
    wall.page.keyboard.press("3")
    wall.wait_focus(IDS[2])
    wall.page.keyboard.press("Enter")
    until("Enter takes control", lambda: wall.controlled() == IDS[2], 5)
    wall.page.keyboard.press("Escape")
    until("Escape gives it back", lambda: wall.controlled() is None, 3)
