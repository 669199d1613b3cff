"""The dashboard for people who use it otherwise than most: by keyboard alone, by ear, without motion, on small screens."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from support.hub import Hub
from support.polling import until

pytestmark = pytest.mark.timeout(60)

GUESTS = 2
GRAVE = ("serious", "critical")
LOOKS = [(scheme, width) for scheme in ("dark", "light") for width in (360, 1920)]


@pytest.fixture(scope="module")
def lonely_hub():
    """A hub whose guests cannot be reached."""
    with Hub([
        {"id": "instance-0", "streamUrl": "http://127.0.0.1:9", "name": "Server", "status": "ready", "ready": True},
        {"id": "instance-1", "streamUrl": "http://127.0.0.1:9", "name": "Client 1", "status": "booting"},
        {"id": "instance-2", "streamUrl": "http://127.0.0.1:9", "name": "Client 2", "status": "error"}]) as one:
        yield one


def wait_playing(viewer):
    for index in range(GUESTS):
        viewer.wait_playing(f"instance-{index}")


def assert_no_grave_findings(viewer, name):
    found = Axe().run(viewer.page).response["violations"]
    print(f"{name}: {[(one['id'], one['impact'], len(one['nodes'])) for one in found]}")
    viewer.screenshot(f"accessibility-{name}")
    grave = [
        f"{one['id']} ({one['impact']}): {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for one in found if one["impact"] in GRAVE for node in one["nodes"]]
    assert grave == [], "\n".join(grave)


@pytest.mark.parametrize("scheme, width", LOOKS)
def test_playing_tiles_have_no_grave_finding(new_viewer, fleet, scheme, width):
    viewer = new_viewer(fleet.url, width, 900, scheme).open()
    wait_playing(viewer)
    assert_no_grave_findings(viewer, f"playing-{scheme}-{width}")
    # Control and sound show what is hidden otherwise.
    viewer.tile().locator(".sound").click()
    viewer.control()
    viewer.page.wait_for_timeout(300)
    assert_no_grave_findings(viewer, f"controlled-{scheme}-{width}")


@pytest.mark.parametrize("scheme, width", LOOKS)
def test_the_help_has_no_grave_finding(new_viewer, fleet, scheme, width):
    viewer = new_viewer(fleet.url, width, 900, scheme).open()
    wait_playing(viewer)
    viewer.page.locator(".help-button").click()
    assert viewer.page.locator("#help").is_visible()
    viewer.page.wait_for_timeout(300)
    assert_no_grave_findings(viewer, f"help-{scheme}-{width}")


@pytest.mark.parametrize("scheme, width", LOOKS)
def test_tiles_that_failed_or_start_have_no_grave_finding(new_viewer, lonely_hub, scheme, width):
    viewer = new_viewer(lonely_hub.url, width, 900, scheme).open()
    until("a tile tells its failure", lambda: viewer.tile().locator(".veil[data-kind=failed]").is_visible(), 15)
    viewer.page.wait_for_timeout(300)
    assert_no_grave_findings(viewer, f"failed-{scheme}-{width}")


# Everything on the page that a keyboard can reach, and where the focus is. An unseen control is none, unless focused.
REACH = """
(() => {
  const every = 'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]';
  const shown = (one) => one.tabIndex >= 0 && one.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && one.getBoundingClientRect().width > 1;
  // How a control is marked: by itself, or by what is around it, up to its tile.
  const look = (one) => {
    const marks = [];
    for (let at = one; at && at !== document.body; at = at.matches('[data-id]') ? null : at.parentElement) {
      const { outlineStyle, outlineWidth, outlineColor, boxShadow } = getComputedStyle(at);
      marks.push(outlineStyle === 'none' ? '' : `${outlineWidth} ${outlineColor}`, boxShadow);
    }
    return marks.join(' | ');
  };
  const atRest = new Map();
  const describe = (one) => {
    const box = one.getBoundingClientRect();
    return {
      name: one.getAttribute('aria-label') ?? one.textContent.trim(), tag: one.tagName, class: one.className,
      group: one.closest('[data-id]')?.dataset.id ?? 'head',
      left: box.left + scrollX, top: box.top + scrollY, right: box.right + scrollX, bottom: box.bottom + scrollY,
      inView: box.bottom > 0 && box.top < innerHeight,
    };
  };
  window.reach = {
    all: () => [...document.querySelectorAll(every)].filter(shown).map((one) => {
      atRest.set(one, look(one));
      return describe(one);
    }),
    focused: () => {
      const one = document.activeElement;
      return one && one !== document.body ? { ...describe(one), marked: look(one) !== atRest.get(one) } : null;
    },
  };
})();
"""


def before(first, second):
    """Whether people who read lines from left to right come to the first before the second."""
    middle = (second["top"] + second["bottom"]) / 2
    same_line = first["top"] < middle < first["bottom"] or second["top"] < (first["top"] + first["bottom"]) / 2 < second["bottom"]
    return first["left"] < second["left"] if same_line else first["top"] < second["top"]


def walk(viewer, limit=60):
    """Where Tab leads, from the start of the document until it leaves the page."""
    viewer.page.evaluate("document.activeElement?.blur()")
    stops = []
    for _ in range(limit):
        viewer.page.keyboard.press("Tab")
        stop = viewer.page.evaluate("reach.focused()")
        if stop is None or (stops and stop["name"] == stops[0]["name"]):
            break
        stops.append(stop)
    return stops


@pytest.mark.parametrize("width, height", [(360, 800), (1280, 800)])
def test_tab_comes_to_every_control_in_the_order_of_reading_and_shows_where_it_is(new_viewer, fleet, width, height):
    viewer = new_viewer(fleet.url, width, height).open()
    wait_playing(viewer)
    viewer.page.evaluate(REACH)
    controls = viewer.page.evaluate("reach.all()")
    stops = walk(viewer)
    names = [one["name"] for one in stops]
    assert sorted(names) == sorted(one["name"] for one in controls)
    assert len(names) >= 10
    groups = list(dict.fromkeys(one["group"] for one in stops))
    assert groups == ["head", *(f"instance-{index}" for index in range(GUESTS))], "each tile is gone through at once"
    for first, second in zip(stops, stops[1:], strict=False):
        if first["group"] == second["group"]:
            assert before(first, second), f"{first['name']} comes before {second['name']} by Tab, not by sight"
    for one in stops:
        assert one["name"], f"a control without a name: {one}"
        assert one["inView"], f"{one['name']} has the focus out of sight"
        assert one["marked"], f"{one['name']} looks with the focus as without it"


def test_the_help_keeps_the_focus_and_gives_it_back(new_viewer, fleet):
    viewer = new_viewer(fleet.url).open()
    wait_playing(viewer)
    viewer.page.locator(".help-button").focus()
    viewer.page.keyboard.press("Enter")
    assert viewer.page.locator("#help").is_visible()
    for _ in range(4):
        viewer.page.keyboard.press("Tab")
        # Out of a dialog Tab may lead into the browser's own bar, never to what lies behind it.
        assert viewer.page.evaluate("document.activeElement === document.body || !!document.activeElement.closest('#help')")
    viewer.page.keyboard.press("Escape")
    assert not viewer.page.locator("#help").is_visible()
    assert viewer.page.evaluate("document.activeElement.matches('.help-button')")


# Every animation that ran, looked for at each frame from the start of the page on.
MOTION = """
window.moved = new Set();
const look = () => {
  for (const one of document.getAnimations()) {
    // What waits and then changes at once is no motion.
    if (one.playState !== 'running' || one.effect.getComputedTiming().activeDuration <= 10) continue;
    const { target } = one.effect;
    window.moved.add(`${one.animationName ?? one.transitionProperty} on .${target.className.baseVal ?? target.className}`);
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


def test_nothing_moves_for_who_wants_no_motion(new_viewer, fleet, lonely_hub):
    viewer = new_viewer(fleet.url, reduced_motion="reduce")
    viewer.page.add_init_script(MOTION)
    viewer.open()
    wait_playing(viewer)
    viewer.control()
    viewer.tile().locator(".sound").click()
    viewer.page.keyboard.press("Escape")
    viewer.page.locator(".help-button").click()
    viewer.page.keyboard.press("Escape")
    viewer.page.locator("#discovery button").first.click()
    viewer.page.wait_for_timeout(600)
    assert viewer.page.evaluate("[...moved]") == []
    failing = new_viewer(lonely_hub.url, reduced_motion="reduce")
    failing.page.add_init_script(MOTION)
    failing.open()
    until("a tile tells its failure", lambda: failing.tile().locator(".veil[data-kind=failed]").is_visible(), 15)
    failing.page.wait_for_timeout(600)
    assert failing.page.evaluate("[...moved]") == []


def test_without_that_wish_the_look_for_motion_finds_some(new_viewer, lonely_hub):
    viewer = new_viewer(lonely_hub.url)
    viewer.page.add_init_script(MOTION)
    viewer.open()
    until("something moves", lambda: viewer.page.evaluate("[...moved]"), 10)
