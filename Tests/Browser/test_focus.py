"""The active set in the dashboard: which guests are in focus, and what that means on every page."""

import time

import pytest

from support.polling import until
from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(90)

GUESTS = 3
IDS = [f"instance-{index}" for index in range(GUESTS)]
DIM = 0.2


def wait_all(viewer):
    for identifier in IDS:
        viewer.wait_playing(identifier)


def hub_set(viewer, ids):
    """Sets the hub's active set from elsewhere: not through the page's own socket."""
    viewer.page.evaluate(
        """(ids) => fetch('/api/active', { method: 'POST', headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ ids }) }).then((one) => one.json())""", ids)


def hub_ids(viewer):
    return viewer.page.evaluate("fetch('/api/active').then((one) => one.json()).then(({ active }) => active)")


def marked(viewer):
    return viewer.page.evaluate(
        "[...document.querySelectorAll('.tile[data-active][aria-current=true]')].map((one) => one.dataset.id)")


@pytest.fixture
def page_of(new_viewer, fleet):
    """Makes pages that play all guests, with nobody in focus before and after."""
    made = []

    def make(path="/", **options):
        viewer = new_viewer(fleet.url, **options).note_traffic().open(path)
        until("the page knows the active set", lambda: viewer.page.evaluate("loco.active.known"), 5)
        if not made:
            hub_set(viewer, [])
        wait_all(viewer)
        made.append(viewer)
        return viewer

    yield make
    if made:
        hub_set(made[0], [])


def test_a_click_focuses_a_guest_and_takes_control(page_of):
    viewer = page_of()
    viewer.control(IDS[1])
    until("the guest is marked", lambda: marked(viewer) == [IDS[1]], 3)
    assert hub_ids(viewer) == [IDS[1]]
    # Focus and control are different things: giving one back leaves the other.
    viewer.page.keyboard.press("Escape")
    until("control is given back", lambda: not viewer.controls(IDS[1]), 3)
    assert marked(viewer) == [IDS[1]]


def test_ctrl_and_a_digit_focus_without_control(page_of):
    viewer = page_of()
    viewer.page.keyboard.press("Control+2")
    until("the guest is marked", lambda: marked(viewer) == [IDS[1]], 3)
    assert viewer.page.evaluate("document.activeElement.closest('.tile').dataset.id") == IDS[1]
    assert not viewer.controls(IDS[1])


def test_shift_click_and_the_focus_button_add_and_take_away(page_of):
    viewer = page_of()
    viewer.stage(IDS[0]).click(modifiers=["Shift"])
    until("the first is in focus", lambda: marked(viewer) == [IDS[0]], 3)
    assert not viewer.controls(IDS[0]), "Shift+click took control"
    viewer.tile(IDS[2]).locator(".tool.focus").click()
    until("the third is as well", lambda: marked(viewer) == [IDS[0], IDS[2]], 3)
    assert viewer.tile(IDS[2]).locator(".tool.focus").get_attribute("aria-pressed") == "true"
    viewer.stage(IDS[0]).click(modifiers=["Shift"])
    until("the first is no more", lambda: marked(viewer) == [IDS[2]], 3)
    viewer.page.locator(".focus-line").click()
    until("nobody is", lambda: marked(viewer) == [], 3)
    assert viewer.page.locator(".focus-line").is_hidden()


def test_a_set_changed_elsewhere_shows_within_200_ms_and_takes_nothing(page_of):
    here, elsewhere = page_of(), page_of()
    here.control(IDS[0])
    until("both pages mark it", lambda: marked(here) == marked(elsewhere) == [IDS[0]], 3)
    here.page.evaluate(
        """(id) => { window.markedAt = null; new MutationObserver(() => {
          if (document.querySelector(`.tile[data-id="${id}"][data-active]`)) window.markedAt ??= Date.now();
        }).observe(document.body, { subtree: true, attributeFilter: ['data-active'] }) }""", IDS[2])
    asked = elsewhere.page.evaluate("(id) => { const now = Date.now(); loco.active.select([id]); return now }", IDS[2])
    until("this page marks it", lambda: marked(here) == [IDS[2]], 3)
    took = here.page.evaluate("window.markedAt") - asked
    assert took < 200, f"the mark moved after {took} ms"
    assert here.controls(IDS[0]), "a focus from elsewhere took control away"
    assert not here.controls(IDS[2]) and not elsewhere.controls(IDS[2])
    assert here.page.evaluate("document.activeElement.closest('.tile').dataset.id") == IDS[0]


def test_focused_is_full_and_loud_the_others_are_small_and_dimmed(page_of):
    # Large enough that a picture by itself is worth the full rendition.
    viewer = page_of(width=1920, height=1080)

    def sounds():
        return {identifier: round(viewer.page.evaluate(
            "(id) => loco.players.get(id).sound.element.volume", identifier), 3) for identifier in IDS}

    def wanted():
        return {identifier: viewer.metrics(identifier)["rendition"] for identifier in IDS}

    before = {identifier: "full" for identifier in IDS}
    until("all are full", lambda: wanted() == before, 5, explain=wanted)
    assert set(sounds().values()) == {1}, "somebody is dimmed while nobody is in focus"
    viewer.page.evaluate("(id) => loco.players.get(id).sound.setVolume(0.5)", IDS[0])
    viewer.page.evaluate("(id) => loco.players.get(id).sound.setVolume(0)", IDS[2])
    hub_set(viewer, [IDS[1]])
    until("sound follows", lambda: sounds() == {IDS[0]: 0.5 * DIM, IDS[1]: 1, IDS[2]: 0}, 3, explain=sounds)
    until("renditions follow", lambda: wanted() == {IDS[0]: "tile", IDS[1]: "full", IDS[2]: "tile"}, 5, explain=wanted)
    until("nodes send them", lambda: [viewer.metrics(one)["shown"] for one in IDS] == ["tile", "full", "tile"], 8)
    # What the person chose stays.
    assert viewer.page.evaluate("(id) => loco.players.get(id).sound.volume", IDS[0]) == 0.5
    hub_set(viewer, [])
    until("nobody is dimmed", lambda: sounds() == {IDS[0]: 0.5, IDS[1]: 1, IDS[2]: 0}, 3, explain=sounds)
    until("sizes decide again", lambda: wanted() == before, 5, explain=wanted)


def test_a_page_that_only_watches_focuses_by_itself(page_of):
    viewer = page_of("/?view=1")
    assert viewer.page.locator("#access").inner_text() == "View only"
    viewer.tile(IDS[0]).locator(".more").click()
    assert viewer.tile(IDS[0]).locator(".popup .capture").is_hidden()
    assert viewer.tile(IDS[0]).locator(".popup .record").is_hidden()
    assert viewer.tile(IDS[0]).locator(".popup .picture").is_visible()
    viewer.page.keyboard.press("Escape")
    viewer.stage(IDS[0]).click()
    until("it is marked here", lambda: marked(viewer) == [IDS[0]], 3)
    viewer.page.wait_for_timeout(300)
    assert not viewer.controls(IDS[0])
    assert hub_ids(viewer) == [], "a page that only watches changed the focus of all"
    assert viewer.sent("control") == []
    # What is chosen elsewhere goes before.
    hub_set(viewer, [IDS[2]])
    until("the page follows", lambda: marked(viewer) == [IDS[2]], 3)


def test_an_offer_of_a_page_that_only_watches_says_so(new_viewer, fleet):
    viewer = new_viewer(fleet.url)
    offers = []
    viewer.page.on("websocket", lambda socket: socket.on(
        "framesent", lambda text: offers.append(text) if '"offer"' in str(text) else None))
    viewer.open("/?view=1")
    viewer.wait_playing(IDS[0])
    assert offers and all('"access":"view"' in one for one in offers)


# The module by itself, against a hub whose socket the test holds.
@pytest.fixture
def bare(chromium):
    with StaticPages() as pages:
        context = chromium.new_context()
        page = context.new_page()
        page.set_default_timeout(10_000)
        yield page, pages.url
        context.close()


START = """async (url) => {
  const { ActiveSet } = await import('/shared/active-set.js');
  window.told = [];
  window.set = new ActiveSet(url);
  set.addEventListener('change', () => told.push(set.ids));
  set.start();
}"""


def test_choices_go_by_http_while_the_socket_is_down_and_it_comes_back(bare):
    page, url = bare
    opened, posted = [], []

    def socket(route):
        opened.append(time.monotonic())
        if len(opened) == 1:
            route.close()
        else:
            route.send('{"active":["instance-5"]}')

    page.route_web_socket("**/active", socket)
    page.route("**/api/active", lambda route: (
        posted.append(route.request.post_data_json), route.fulfill(json={"active": route.request.post_data_json["ids"]})))
    page.goto(url)
    page.evaluate(START, url.replace("http", "ws") + "active")
    page.evaluate("set.select(['instance-1'])")
    page.wait_for_function("told.some((ids) => ids[0] === 'instance-1')")
    assert posted == [{"ids": ["instance-1"]}]
    page.wait_for_function("set.has('instance-5')")
    assert len(opened) == 2


def test_two_quick_choices_add_up(bare):
    page, url = bare
    heard = []

    def socket(route):
        route.send('{"active":[]}')
        # A hub that takes its time.
        route.on_message(lambda text: heard.append(text))

    page.route_web_socket("**/active", socket)
    page.goto(url)
    page.evaluate(START, url.replace("http", "ws") + "active")
    page.wait_for_function("set.known")
    page.evaluate("set.toggle('a'); set.toggle('b'); set.toggle('a')")
    page.wait_for_timeout(200)
    assert heard == ['{"ids":["a"]}', '{"ids":["a","b"]}', '{"ids":["b"]}']
    assert page.evaluate("set.ids") == [], "a choice was shown before the hub took it"
