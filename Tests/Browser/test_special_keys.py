"""Keys that do not get past a browser: from the menu into the guest, and none of them stays down."""

import pytest

from support.guest_memory import SPARE_CONTROL
from support.polling import until
from support.static_pages import StaticPages

pytestmark = pytest.mark.timeout(90)

ARGUMENTS = [SPARE_CONTROL]
ID = "instance-0"


@pytest.fixture
def playing(viewer):
    viewer.note_traffic().open()
    viewer.wait_playing(ID)
    viewer.control(ID)
    return viewer


def keys(viewer):
    return [(one["action"], one["code"]) for one in viewer.sent("key")]


def item(viewer, name):
    return viewer.tile(ID).locator(".keys-popup").get_by_role("menuitem", name=name, exact=True)


def test_ctrl_alt_del_is_pressed_together_and_released_in_reverse_order(playing, memory):
    before = memory.state()
    playing.tile(ID).locator(".tool.special").click()
    item(playing, "Ctrl+Alt+Del").click()
    until("all six are sent", lambda: len(keys(playing)) == 6, 3)
    assert keys(playing) == [
        ("press", "ControlLeft"), ("press", "AltLeft"), ("press", "Delete"),
        ("release", "Delete"), ("release", "AltLeft"), ("release", "ControlLeft")]
    memory.wait("three more keys pressed", lambda one: one.presses == before.presses + 3)
    memory.wait_still("no key down")
    assert playing.controls(ID), "the menu cost control"


def test_every_item_of_the_menu_reaches_the_guest(playing, memory):
    playing.tile(ID).locator(".tool.special").click()
    names = playing.tile(ID).locator(".keys-popup").get_by_role("menuitem").all_inner_texts()
    assert names == ["Ctrl+Alt+Del", "Alt+Tab", "Alt+F4", "Ctrl+Esc", "Esc", "Print Screen",
                     *[f"F{number}" for number in range(1, 13)]]
    playing.page.keyboard.press("Escape")
    for name in names:
        before = memory.state().presses
        playing.tile(ID).locator(".tool.special").click()
        item(playing, name).click()
        memory.wait(f"got {name}", lambda one, before=before: one.presses > before and one.keys_down == 0)


def test_the_menu_is_reached_and_left_by_keyboard_and_its_keys_are_not_the_guests(playing, memory):
    playing.page.keyboard.press("Control+Alt+k")
    until("the menu is open", lambda: item(playing, "Ctrl+Alt+Del").is_visible(), 3)
    memory.wait_still("no key of the shortcut down")
    before = memory.state().presses
    playing.page.keyboard.press("ArrowDown")
    playing.page.keyboard.press("ArrowDown")
    assert playing.page.evaluate("document.activeElement.textContent") == "Alt+F4"
    playing.page.keyboard.press("Escape")
    until("the menu is closed", lambda: not item(playing, "Ctrl+Alt+Del").is_visible(), 3)
    assert playing.controls(ID), "Escape of the menu gave control back"
    assert memory.state().presses == before, "the guest got keys of the menu"
    # And then the keyboard is the guest's again.
    playing.page.keyboard.press("a")
    memory.wait("a key", lambda one: one.presses == before + 1 and one.keys_down == 0)


def test_the_menu_is_there_only_in_control(playing):
    button = playing.tile(ID).locator(".tool.special")
    assert button.is_visible()
    button.click()
    playing.page.keyboard.press("Escape")
    playing.page.keyboard.press("Escape")
    until("control is given back", lambda: not playing.controls(ID), 3)
    assert button.is_hidden()


def test_what_went_down_is_released_although_sending_fails(chromium):
    with StaticPages() as pages:
        context = chromium.new_context()
        page = context.new_page()
        page.goto(pages.url)
        sent = page.evaluate("""async () => {
          const { pressTogether } = await import('/shared/special-keys.js');
          const sent = [];
          let calls = 0;
          const send = (one) => { calls += 1; if (calls === 3) return false; sent.push([one.action ?? one.type, one.code ?? null]); return true };
          return [await pressTogether(['ControlLeft', 'AltLeft', 'Delete'], send, 10), sent];
        }""")
        context.close()
    assert sent == [False, [
        ["press", "ControlLeft"], ["press", "AltLeft"], ["release", "AltLeft"], ["release", "ControlLeft"]]]
