"""What a page may do and what may be done to it: where it sends requests, what it runs, who may reach into it."""

import pytest

from support.hub import Hub
from support.pages import POLICY_WATCH, Traffic, page_address
from support.polling import until
from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(60)

GUESTS = 2
PAGES = ["dashboard", "vr"]

HOSTILE = [
    "<img src=x onerror=\"window.hacked=1\">",
    "\"><script>window.hacked=1</script>",
    "<b>bold</b> & 'quoted' {{name}} ${name}",
]


def policy(headers):
    """The Content-Security-Policy as {directive: [sources]}."""
    parts = [one.split() for one in headers.get("content-security-policy", "").split(";") if one.strip()]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("page", PAGES)
def test_the_policy_lets_in_nothing_but_the_hubs_own_files(new_viewer, fleet, page):
    url = page_address(fleet, page)
    viewer = new_viewer(url)
    headers = viewer.page.goto(url + "/").headers
    rules = policy(headers)
    assert rules["default-src"] == ["'self'"]
    assert rules["object-src"] == ["'none'"] and rules["base-uri"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    for directive in ("script-src", "script-src-elem", "style-src", "style-src-elem", "worker-src"):
        assert rules.get(directive, ["'self'"]) == ["'self'"]
    every = {source for sources in rules.values() for source in sources}
    assert not {one for one in every if "unsafe" in one or "*" in one or one in ("http:", "https:", "ws:", "wss:")}
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("page", PAGES)
def test_the_policy_stops_what_it_forbids(new_viewer, fleet, page):
    viewer = new_viewer(page_address(fleet, page))
    viewer.page.add_init_script(POLICY_WATCH)
    viewer.page.goto(viewer.url + "/")
    with StaticPages() as other:
        # Each of these would be an attack: code in the document, code from elsewhere, and a line out to elsewhere.
        viewer.page.evaluate(
            """async (elsewhere) => {
              const inline = document.createElement('script');
              inline.textContent = 'window.hacked = 1';
              document.head.append(inline);
              const foreign = document.createElement('script');
              foreign.src = elsewhere + 'shared/dom.js';
              document.head.append(foreign);
              document.body.setAttribute('onclick', 'window.hacked = 1');
              document.body.click();
              await fetch(elsewhere).catch(() => {});
              const image = new Image();
              image.src = elsewhere + 'shared/favicon.svg';
              try { new WebSocket(elsewhere.replace('http', 'ws')); } catch {}
              await new Promise((done) => setTimeout(done, 300));
            }""", other.url)
    stopped = {one.split(":")[0].removesuffix("-elem").removesuffix("-attr") for one in viewer.page.evaluate("violations")}
    assert viewer.page.evaluate("window.hacked") is None
    assert stopped >= {"script-src", "connect-src", "img-src"}
    sockets = [one for one in viewer.page.evaluate("violations") if "ws:" in one]
    assert sockets, "a WebSocket to elsewhere is stopped"


def buttons(viewer):
    """What there is to press, by its place in the document."""
    return viewer.page.locator("button, [role=button], summary")


def back_to_rest(viewer):
    """Leaves whatever a button opened."""
    viewer.page.evaluate(
        """async () => {
          document.exitPointerLock();
          if (document.fullscreenElement) await document.exitFullscreen();
          for (const one of document.querySelectorAll('dialog[open]')) one.close();
          for (const one of document.querySelectorAll(':popover-open')) one.hidePopover();
        }""")
    viewer.page.keyboard.press("Escape")


def test_a_session_through_all_buttons_stays_at_home_and_is_quiet(new_viewer, fleet):
    viewer = new_viewer(fleet.url, 1280, 800)
    viewer.page.set_default_timeout(3000)
    traffic = Traffic(viewer.page)
    viewer.page.add_init_script(POLICY_WATCH)
    viewer.open()
    for index in range(GUESTS):
        viewer.wait_playing(f"instance-{index}")
    pressed = []
    every = buttons(viewer)
    for index in range(every.count()):
        one = every.nth(index)
        if not one.is_visible() or not one.is_enabled():
            continue
        label = one.get_attribute("aria-label") or one.inner_text()
        one.click()
        pressed.append(label)
        viewer.page.wait_for_timeout(250)
        # What it opened has buttons of its own.
        inner = viewer.page.locator("dialog[open] button:visible, :popover-open button:visible, [role=menu] button:visible")
        for place in range(inner.count()):
            if place < inner.count() and inner.nth(place).is_visible() and inner.nth(place).is_enabled():
                pressed.append(inner.nth(place).get_attribute("aria-label") or inner.nth(place).inner_text())
                inner.nth(place).click()
                viewer.page.wait_for_timeout(100)
        back_to_rest(viewer)
    # And what is there only while a guest is controlled.
    viewer.control()
    viewer.page.keyboard.type("hello")
    viewer.tile().locator(".special").click()
    viewer.tile().get_by_role("menuitem", name="Esc", exact=True).click()
    viewer.page.keyboard.press("Escape")
    viewer.page.wait_for_timeout(500)
    print("pressed:", pressed)
    assert len(pressed) >= 8
    assert traffic.elsewhere(fleet.url) == []
    assert any(one.startswith("ws:") for one in traffic.addresses)
    assert viewer.page.evaluate("violations") == []
    assert viewer.errors == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_just_plays_stays_at_home_and_is_quiet(new_viewer, fleet, page):
    url = page_address(fleet, page)
    viewer = new_viewer(url)
    traffic = Traffic(viewer.page)
    viewer.page.add_init_script(POLICY_WATCH)
    viewer.page.goto(url + "/")
    until("a guest plays", lambda: viewer.page.evaluate(
        "[...(window.loco?.players?.values() ?? [])].some(({ state }) => state === 'playing')"), 20)
    viewer.page.wait_for_timeout(1500)
    assert traffic.elsewhere(url) == []
    assert viewer.page.evaluate("violations") == []
    assert viewer.errors == []


@pytest.fixture
def hostile_hub():
    with Hub([
        {"id": f"instance-{index}", "streamUrl": "http://127.0.0.1:9", "name": name, "description": name}
        for index, name in enumerate(HOSTILE)]) as one:
        yield one


def test_names_with_markup_in_them_are_text(new_viewer, hostile_hub):
    viewer = new_viewer(hostile_hub.url)
    viewer.page.add_init_script(POLICY_WATCH)
    viewer.open()
    until("all tiles are there", lambda: viewer.page.locator(".tile").count() == len(HOSTILE), 10)
    # Until the tiles tell that there is no picture: those words have names in them as well.
    viewer.page.wait_for_timeout(3000)
    assert viewer.page.locator(".tile h2").all_text_contents() == HOSTILE
    assert viewer.page.evaluate("document.querySelectorAll('.tile img[src=x], .tile script, .tile b').length") == 0
    assert viewer.page.evaluate("window.hacked") is None
    labels = viewer.page.evaluate("[...document.querySelectorAll('.tile')].map((one) => one.getAttribute('aria-label'))")
    assert labels == HOSTILE
    assert viewer.page.evaluate("violations") == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_opens_this_one_cannot_reach_into_it(new_viewer, fleet, page):
    url = page_address(fleet, page)
    with StaticPages() as other:
        viewer = new_viewer(other.url)
        viewer.page.goto(other.url)
        with viewer.context.expect_page() as opened:
            viewer.page.evaluate("(url) => { window.theirs = open(url); }", url + "/")
        theirs = opened.value
        theirs.wait_for_load_state("load")
        assert theirs.evaluate("window.opener") is None
        theirs.evaluate("window.heard = 0; addEventListener('message', () => { window.heard += 1; });")
        until("the opener has lost its hold", lambda: viewer.page.evaluate("theirs.closed"), 5)
        viewer.page.evaluate("theirs.postMessage({ type: 'key', code: 'KeyA', action: 'tap' }, '*')")
        viewer.page.wait_for_timeout(300)
        assert theirs.evaluate("window.heard") == 0


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cannot_be_framed(new_viewer, fleet, page):
    url = page_address(fleet, page)
    with StaticPages() as other:
        viewer = new_viewer(other.url)
        viewer.page.goto(other.url)
        viewer.page.evaluate(
            """(url) => new Promise((done) => {
              const frame = document.createElement('iframe');
              frame.onload = done;
              frame.src = url;
              document.body.append(frame);
            })""", url + "/")
        assert viewer.page.frames[1].url.startswith("chrome-error:"), "the frame has the browser's own error page in it"
        assert [one for one in viewer.errors if "frame-ancestors" in one]
