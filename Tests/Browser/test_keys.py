"""Keys pressed in the page, by the browser's own keyboard events, and what the guest's memory says of them."""

import string

import pytest

from support.guest_memory import SPARE_CONTROL

pytestmark = pytest.mark.timeout(60)

GUESTS = 1
ARGUMENTS = [SPARE_CONTROL]

# What a US keyboard prints, by the place of the key: alone and with Shift.
PRINTED = {
    "Backquote": "`~", "Minus": "-_", "Equal": "=+", "BracketLeft": "[{", "BracketRight": "]}", "Backslash": "\\|",
    "Semicolon": ";:", "Quote": "'\"", "Comma": ",<", "Period": ".>", "Slash": "/?",
    **{f"Digit{digit}": digit + shifted for digit, shifted in zip("1234567890", "!@#$%^&*()", strict=True)},
    **{f"Key{letter.upper()}": letter + letter.upper() for letter in string.ascii_lowercase},
}  # fmt: skip

# Set 1 make codes of keys that print nothing; 0xE0xx are extended ones.
SCAN_CODES = {
    **{f"F{index}": 0x3A + index for index in range(1, 11)}, "F11": 0x57, "F12": 0x58,
    "ArrowUp": 0xE048, "ArrowLeft": 0xE04B, "ArrowRight": 0xE04D, "ArrowDown": 0xE050,
    "Insert": 0xE052, "Delete": 0xE053, "Home": 0xE047, "End": 0xE04F, "PageUp": 0xE049, "PageDown": 0xE051,
    "ShiftLeft": 0x2A, "ShiftRight": 0x36, "ControlLeft": 0x1D, "ControlRight": 0xE01D, "AltLeft": 0x38,
    "AltRight": 0xE038, "MetaLeft": 0xE05B, "MetaRight": 0xE05C, "ContextMenu": 0xE05D, "CapsLock": 0x3A,
    "NumLock": 0x45, "ScrollLock": 0x46, "PrintScreen": 0xE037, "Pause": 0xE11D,
    "Numpad7": 0x47, "Numpad8": 0x48, "Numpad9": 0x49, "NumpadSubtract": 0x4A, "Numpad4": 0x4B, "Numpad5": 0x4C,
    "Numpad6": 0x4D, "NumpadAdd": 0x4E, "Numpad1": 0x4F, "Numpad2": 0x50, "Numpad3": 0x51, "Numpad0": 0x52,
    "NumpadDecimal": 0x53, "NumpadMultiply": 0x37, "NumpadDivide": 0xE035, "NumpadEnter": 0xE01C,
}  # fmt: skip
# Pressed twice, so that they are off again.
LOCKS = ("CapsLock", "NumLock", "ScrollLock")


@pytest.fixture
def viewer(new_viewer, fleet):
    one = new_viewer(fleet.url, 800, 700).note_traffic().open()
    one.wait_playing()
    one.control()
    return one


def typed_since(state, before):
    count = state.typed_total - before.typed_total
    return state.typed[-count:].decode("latin-1") if count else ""


def test_every_printable_key_of_a_us_keyboard_arrives_as_it_was_typed(viewer, memory):
    before = memory.wait_still()
    keyboard = viewer.page.keyboard
    for code in PRINTED:
        keyboard.press(code)
    keyboard.press("Space")
    keyboard.press("Tab")
    keyboard.press("Enter")
    for code in PRINTED:
        keyboard.press(f"Shift+{code}")
    keyboard.press("Backspace")
    expected = "".join(pair[0] for pair in PRINTED.values()) + " \t\r"
    expected += "".join(pair[1] for pair in PRINTED.values()) + "\b"
    assert len(set(expected)) == 95 + 3, "all printable ASCII, Tab, Enter, Backspace"
    state = memory.wait(f"{len(expected)} characters typed and no key down", lambda one: (
        one.typed_total - before.typed_total >= len(expected) and one.keys_down == 0), 10)
    assert typed_since(state, before) == expected
    assert viewer.errors == []


def test_keys_that_print_nothing_arrive_with_their_own_codes(viewer, memory):
    wrong = {}
    for code, scan in SCAN_CODES.items():
        before = memory.wait_still()
        times = 2 if code in LOCKS else 1
        for _ in range(times):
            viewer.page.keyboard.press(code)
        state = memory.wait(f"{code} pressed and let go", lambda one, all=before.presses + times: (
            one.presses >= all and one.keys_down == 0), 3)
        if state.last_scan != scan:
            wrong[code] = f"{state.last_scan:#x}, not {scan:#x}"
    assert wrong == {}
    assert viewer.controls(), "no key but Escape gives control back"
    # The arrows drove the train; so that other tests find it moving.
    viewer.page.keyboard.press("ArrowRight")


def test_chords_reach_the_guest_whole(viewer, memory):
    before = memory.wait_still()
    keyboard = viewer.page.keyboard
    for code in ("ControlLeft", "AltLeft", "Delete"):
        keyboard.down(code)
    state = memory.wait("three keys down", lambda one: one.keys_down == 3)
    assert state.last_scan == 0xE053
    for code in ("Delete", "AltLeft", "ControlLeft"):
        keyboard.up(code)
    state = memory.wait_still()
    assert state.presses == before.presses + 3


def test_a_held_key_repeats_as_often_as_the_keyboard_says_and_is_one_press(viewer, memory):
    before = memory.wait_still()
    keyboard = viewer.page.keyboard
    keyboard.down("KeyR")
    for _ in range(6):
        viewer.page.wait_for_timeout(50)
        keyboard.down("KeyR")
    # Longer than any keyboard waits before it repeats by itself.
    viewer.page.wait_for_timeout(1000)
    held = memory.state()
    keyboard.up("KeyR")
    state = memory.wait_still()
    print(f"typed {typed_since(state, before)!r}, repeats {state.repeats - before.repeats}")
    assert held.keys_down == 1
    assert state.presses == before.presses + 1
    assert (typed_since(state, before), state.repeats - before.repeats) == ("r" * 7, 6)


def test_escape_reaches_the_guest_by_its_chord_and_from_the_menu(viewer, memory):
    before = memory.wait_still()
    viewer.page.keyboard.press("Control+Alt+Escape")
    state = memory.wait("Escape pressed", lambda one: one.last_scan == 0x01 and one.keys_down == 0)
    assert state.presses == before.presses + 3
    assert viewer.controls()
    viewer.tile().locator(".special").click()
    viewer.tile().get_by_role("menuitem", name="Esc", exact=True).click()
    memory.wait("Escape pressed again", lambda one: one.presses == state.presses + 1 and one.last_scan == 0x01)
    assert viewer.controls()


def test_the_pages_own_shortcut_leaves_no_key_down(viewer, memory):
    memory.wait_still()
    # Ctrl belongs to the guest until the digit says that it was meant for the page.
    viewer.page.keyboard.press("Control+5")
    state = memory.wait_still("nothing pressed after Ctrl+5")
    assert state.last_scan == 0x1D


def test_text_of_an_on_screen_keyboard_arrives(new_viewer, fleet, memory):
    viewer = new_viewer(fleet.url, 390, 844, is_mobile=True, has_touch=True).open()
    viewer.wait_playing()
    viewer.stage().tap()
    viewer.tile().locator(".keys").click()
    before = memory.wait_still()
    # An on-screen keyboard reports text and no keys.
    text = "Loco 98: {~'\"|}"
    viewer.page.keyboard.insert_text(text)
    state = memory.wait("the text", lambda one: (
        one.typed_total - before.typed_total >= len(text) and one.keys_down == 0))
    assert typed_since(state, before) == text
