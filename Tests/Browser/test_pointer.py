"""Mouse and touch in the page, and what the guest's memory says of its pointer, buttons and wheel."""

import pytest

from support.guest_memory import SPARE_CONTROL

pytestmark = pytest.mark.timeout(60)

GUESTS = 1
ARGUMENTS = [SPARE_CONTROL]

LEFT, RIGHT, MIDDLE = 1, 2, 4


def picture_box(viewer):
    """The guest's picture on the page: left, top, width, height in CSS pixels."""
    return viewer.page.evaluate(
        """async () => {
          const { pictureBox } = await import('/shared/geometry.js');
          const { video, size } = loco.players.get('instance-0');
          const { left, top, width, height } = pictureBox(video, size);
          return [left, top, width, height];
        }""")


def place(viewer, x, y):
    """The whole CSS pixel at a part of the picture: 0 is its first one, 1 its last one."""
    left, top, width, height = picture_box(viewer)
    first, last = -(-left // 1), -(-(left + width) // 1) - 1
    high, low = -(-top // 1), -(-(top + height) // 1) - 1
    return round(first + (last - first) * x), round(high + (low - high) * y)


@pytest.fixture
def viewer(new_viewer, fleet, memory):
    one = new_viewer(fleet.url, 760, 700).note_traffic().open()
    one.wait_playing()
    one.control()
    memory.wait_still()
    return one


# Where a tile is drawn smaller than the guest, larger, and in a box of another shape.
@pytest.mark.parametrize("width, height", [(760, 700), (420, 700), (1500, 700)])
def test_the_pointer_reaches_all_four_corners_and_the_middle(new_viewer, fleet, memory, width, height):
    viewer = new_viewer(fleet.url, width, height).open()
    viewer.wait_playing()
    viewer.control()
    mouse = viewer.page.mouse
    for corner in [(0, 0), (1, 0), (1, 1), (0, 1)]:
        # By hand the mouse comes from inside; the picture's corners are round and belong to the page.
        mouse.move(*place(viewer, 0.5, 0.5))
        mouse.move(*place(viewer, *corner))
        memory.wait(f"its pointer in the corner {corner}", lambda one, corner=corner: (
            (one.mouse_x, one.mouse_y) == (corner[0] * 639, corner[1] * 479)), 3)
    mouse.move(*place(viewer, 0.5, 0.5))
    # As exact as one pixel of the page is on the guest's screen.
    exact = max(1, 640 / picture_box(viewer)[2])
    memory.wait("its pointer in the middle", lambda one: (
        abs(one.mouse_x - 319.5) <= exact and abs(one.mouse_y - 239.5) <= exact), 3)
    assert viewer.errors == []


@pytest.mark.parametrize("name, bit", [("left", LEFT), ("middle", MIDDLE), ("right", RIGHT)])
def test_each_button_goes_down_where_the_pointer_is_and_up_again(viewer, memory, name, bit):
    before = memory.state()
    viewer.page.mouse.move(*place(viewer, 0.25, 0.25))
    viewer.page.mouse.down(button=name)
    state = memory.wait(f"the {name} button down", lambda one: one.buttons == bit)
    assert state.clicks == before.clicks + 1
    assert abs(state.mouse_x - 160) <= 2 and abs(state.mouse_y - 120) <= 2
    viewer.page.mouse.up(button=name)
    memory.wait_still()


def test_the_wheel_turns_by_notches_both_ways(viewer, memory):
    before = memory.state().wheel
    viewer.page.mouse.move(*place(viewer, 0.5, 0.5))
    for _ in range(3):
        viewer.page.mouse.wheel(0, 100)
    memory.wait("three notches down", lambda one: one.wheel == before + 3)
    for _ in range(5):
        viewer.page.mouse.wheel(0, -100)
    memory.wait("five notches up", lambda one: one.wheel == before - 2)
    viewer.page.mouse.wheel(0, 200)
    memory.wait("two notches at once", lambda one: one.wheel == before)
    assert viewer.page.evaluate("scrollY") == 0, "the page stays where it is"


def test_a_drag_goes_on_outside_the_picture_and_ends_there(viewer, memory):
    before = memory.state()
    mouse = viewer.page.mouse
    mouse.move(*place(viewer, 0.5, 0.5))
    mouse.down()
    memory.wait("the button down", lambda one: one.buttons == LEFT)
    mouse.move(*place(viewer, 0.75, 0.5), steps=8)
    memory.wait("been dragged", lambda one: one.buttons == LEFT and abs(one.mouse_x - 479) <= 2)
    left, top, width, height = picture_box(viewer)
    mouse.move(left + width / 2, top + height + 20, steps=4)
    memory.wait("been dragged to its lower edge", lambda one: one.buttons == LEFT and one.mouse_y == 479)
    mouse.up()
    state = memory.wait_still()
    assert state.clicks == before.clicks + 1


def test_the_captured_mouse_moves_by_steps_however_far(viewer, memory):
    # From the middle, so that no edge stops it.
    viewer.page.mouse.move(*place(viewer, 0.5, 0.5))
    memory.wait("its pointer in the middle", lambda one: abs(one.mouse_x - 320) <= 2 and abs(one.mouse_y - 240) <= 2)
    viewer.tile().locator(".more").click()
    viewer.tile().locator(".capture").click()
    viewer.page.wait_for_function("document.pointerLockElement !== null", timeout=5000)
    # The way to the button, and back from it, moved the pointer to an edge; from the middle on only steps count.
    x, y = viewer.page.evaluate("[innerWidth / 2, innerHeight / 2]")
    viewer.page.mouse.move(x, y)
    viewer.page.wait_for_timeout(200)
    viewer.page.mouse.move(x, y - 200, steps=5)
    viewer.page.wait_for_timeout(200)
    start = memory.state()
    y -= 200
    viewer.page.mouse.move(x - 60, y - 45, steps=5)
    memory.wait("gone 60 left and 45 up", lambda one: (
        (one.mouse_x - start.mouse_x, one.mouse_y - start.mouse_y) == (-60, -45)))
    viewer.page.mouse.move(x - 30, y + 25, steps=7)
    memory.wait("gone on", lambda one: (one.mouse_x - start.mouse_x, one.mouse_y - start.mouse_y) == (-30, 25))
    viewer.page.mouse.down(button="right")
    memory.wait("the right button down", lambda one: one.buttons == RIGHT)
    viewer.page.mouse.up(button="right")
    memory.wait_still()
    relative = [one for one in viewer.sent("mouse") if one["mode"] == "relative"]
    assert relative, "a captured mouse reports motion and no places"
    assert viewer.errors == []


@pytest.fixture
def touched(new_viewer, fleet, memory):
    one = new_viewer(fleet.url, 390, 844, is_mobile=True, has_touch=True, device_scale_factor=2).open()
    one.wait_playing()
    one.stage().tap()
    one.page.wait_for_function("document.querySelector('.tile').dataset.control === 'you'", timeout=5000)
    memory.wait_still()
    return one


class Finger:
    """One finger on the page, by the browser's own touch events."""

    def __init__(self, viewer):
        self._session = viewer.context.new_cdp_session(viewer.page)

    def _send(self, kind, *points):
        self._session.send("Input.dispatchTouchEvent", {
            "type": kind, "touchPoints": [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]})

    def down(self, *points):
        self._send("touchStart", *points)

    def move(self, *points):
        self._send("touchMove", *points)

    def up(self):
        self._send("touchEnd")


def test_a_tap_is_a_click_at_its_place(touched, memory):
    before = memory.state()
    touched.page.touchscreen.tap(*place(touched, 0.75, 0.25))
    state = memory.wait("been clicked", lambda one: one.clicks == before.clicks + 1 and one.buttons == 0)
    assert abs(state.mouse_x - 479) <= 3 and abs(state.mouse_y - 120) <= 3
    finger = Finger(touched)
    finger.down(place(touched, 0.25, 0.75))
    finger.up()
    state = memory.wait("been clicked again", lambda one: one.clicks == before.clicks + 2 and one.buttons == 0)
    assert abs(state.mouse_x - 160) <= 3 and abs(state.mouse_y - 359) <= 3
    assert touched.errors == []


def test_a_long_press_is_the_right_button(touched, memory):
    before = memory.state()
    finger = Finger(touched)
    finger.down(place(touched, 0.5, 0.5))
    state = memory.wait("the right button down", lambda one: one.buttons == RIGHT, 3)
    assert state.clicks == before.clicks + 1
    finger.up()
    state = memory.wait_still()
    assert state.clicks == before.clicks + 1, "and no left one after it"


def test_a_finger_that_moves_drags_with_the_left_button_and_scrolls_nothing(touched, memory):
    before = memory.state()
    finger = Finger(touched)
    finger.down(place(touched, 0.25, 0.5))
    for step in range(1, 9):
        finger.move(place(touched, 0.25 + step / 16, 0.5))
    memory.wait("been dragged", lambda one: one.buttons == LEFT and abs(one.mouse_x - 479) <= 3)
    finger.up()
    state = memory.wait_still()
    assert state.clicks == before.clicks + 1
    assert touched.page.evaluate("scrollY") == 0


def test_a_second_finger_does_nothing_and_leaves_nothing_pressed(touched, memory):
    before = memory.state()
    finger = Finger(touched)
    one, two = place(touched, 0.4, 0.5), place(touched, 0.6, 0.5)
    finger.down(one)
    finger.down(one, two)
    finger.up()
    state = memory.wait("been clicked once", lambda now: now.clicks > before.clicks and now.buttons == 0)
    assert state.clicks == before.clicks + 1
