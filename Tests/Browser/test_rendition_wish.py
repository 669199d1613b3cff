"""Which rendition a page asks for: the modules behind it, and the shape in which any of them is drawn."""

import pytest

from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def page(chromium):
    with StaticPages() as pages:
        context = chromium.new_context()
        one = context.new_page()
        one.set_default_timeout(20_000)
        one.goto(pages.url)
        yield one
        context.close()


@pytest.mark.parametrize("width, wanted, expected", [
    (300, None, "tile"), (300, "full", "tile"), (384, "full", "tile"),
    (400, "full", "full"), (400, "tile", "tile"), (400, None, "full"),
    (448, "tile", "full"), (900, None, "full")])
def test_a_width_between_the_limits_keeps_what_it_has(page, width, wanted, expected):
    assert page.evaluate(
        """async ([width, wanted]) =>
          (await import('/dashboard/rendition-wish.js')).renditionFor(width, wanted)""", [width, wanted]) == expected


# A stage whose width the test sets, with a player that notes what it is asked; `wait(ms)` lets time pass.
WISH = """
  const { RenditionWish } = await import('/dashboard/rendition-wish.js');
  const stage = document.createElement('div');
  document.body.append(stage);
  const resize = (width) => { stage.style.width = `${width}px`; };
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  const player = { rendition: null, asked: [], want(name) { this.rendition = name; this.asked.push(name); } };
  let foremost = false;
  const make = () => new RenditionWish({ stage, player, isForemost: () => foremost });
"""


def wish(page, script):
    return page.evaluate("async () => {" + WISH + script + "}")


def test_the_first_session_asks_for_what_its_place_is_worth(page):
    assert wish(page, "resize(300); make().settle(); return player.asked") == ["tile"]
    assert wish(page, "resize(700); make().settle(); return player.asked") == ["full"]


def test_the_guest_a_person_looks_at_is_full_however_small(page):
    assert wish(page, """
        resize(300); const wish = make(); wish.settle();
        foremost = true; wish.review(); await wait(400);
        foremost = false; wish.review(); await wait(1000); const soon = player.asked.length;
        await wait(1000);
        return [soon, player.asked]""") == [2, ["tile", "full", "tile"]]


def test_a_focus_that_passes_by_asks_for_nothing(page):
    assert wish(page, """
        resize(300); const wish = make(); wish.settle();
        foremost = true; wish.review(); await wait(50);
        foremost = false; wish.review(); await wait(2000);
        return player.asked""") == ["tile"]


def test_a_tile_that_grows_and_shrinks_is_followed(page):
    assert wish(page, """
        resize(300); make().settle();
        resize(420); await wait(400); const between = [...player.asked];
        resize(600); await wait(400);
        resize(420); await wait(2000);
        resize(300); await wait(2000);
        return [between, player.asked]""") == [["tile"], ["tile", "full", "tile"]]


# Renditions with sessions that note what they are told.
SIDES = """
  const { Renditions } = await import('/shared/renditions.js');
  const sides = new Renditions();
  const session = () => ({ rendition: null, sent: [], open: true,
    send(message) { if (this.open) this.sent.push(message.name); return this.open; } });
  const first = session();
"""


def sides(page, script):
    return page.evaluate("async () => {" + SIDES + script + "}")


def test_the_offer_carries_the_wish_and_a_node_that_grants_it_is_not_asked_again(page):
    assert sides(page, """
        sides.want('tile'); sides.open(first);
        const offered = first.rendition;
        sides.greet({ rendition: 'tile', renditions: ['full', 'tile'] });
        return [offered, first.sent, sides.shown]""") == ["tile", [], "tile"]


def test_a_wish_that_changed_before_the_hello_is_sent_then(page):
    assert sides(page, """
        sides.want('tile'); sides.open(first); sides.want('full');
        sides.greet({ rendition: 'tile', renditions: ['full', 'tile'] });
        sides.want('full'); sides.want('tile');
        return first.sent""") == ["full", "tile"]


def test_a_node_that_knows_no_renditions_is_never_asked(page):
    assert sides(page, """
        sides.want('tile'); sides.open(first); sides.greet({});
        sides.want('full'); sides.want('tile');
        return [first.sent, sides.shown]""") == [[], None]


def test_a_rendition_that_the_node_does_not_have_is_not_asked_for(page):
    assert sides(page, """
        sides.open(first); sides.greet({ rendition: 'full', renditions: ['full'] });
        sides.want('tile');
        return first.sent""") == []


def test_the_wish_outlives_the_session(page):
    assert sides(page, """
        sides.open(first); sides.greet({ rendition: 'full', renditions: ['full', 'tile'] });
        first.open = false; sides.want('tile');
        sides.close();
        const second = session();
        sides.open(second);
        return [first.sent, second.rendition, sides.shown]""") == [[], "tile", None]


def test_only_a_link_too_slow_for_the_wish_counts_as_lowered(page):
    assert sides(page, """
        const seen = [];
        sides.addEventListener('change', () => seen.push([sides.shown, sides.lowered]));
        sides.want('full'); sides.open(first);
        sides.greet({ rendition: 'full', renditions: ['full', 'tile'] });
        sides.receive({ name: 'tile', wanted: 'full', reason: 'congestion' });
        sides.receive({ name: 'full', wanted: 'full', reason: 'recovered' });
        sides.receive({ name: 'tile', wanted: 'full', reason: 'congestion' });
        sides.want('tile');
        return [seen, sides.lowered]""") == [
            [["full", False], ["tile", True], ["full", False], ["tile", True]], False]


@pytest.mark.parametrize("frame, mode, expected", [
    ((384, 288), (640, 480), 4 / 3),
    ((384, 214), (720, 400), 1.8),
    ((384, 212), (720, 400), 1.8),
    # The frames of a new mode may come before the node's word of it, or after: their own shape holds.
    ((720, 400), (640, 480), 1.8),
    ((640, 480), None, 4 / 3),
    ((0, 0), (640, 480), None)])
def test_a_picture_has_the_shape_of_the_guests_mode_whatever_its_rendition(page, frame, mode, expected):
    shape = page.evaluate(
        """async ([[videoWidth, videoHeight], mode]) => (await import('/shared/geometry.js'))
          .pictureShape({ videoWidth, videoHeight }, mode && { width: mode[0], height: mode[1] })""", [frame, mode])
    assert shape == (None if expected is None else pytest.approx(expected))
