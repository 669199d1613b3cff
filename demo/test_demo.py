"""Boots the demo guest without a window and checks, from outside, that it does what README.md says."""

import array
import math
import subprocess
import time

import pytest
from guest import BOOT_SECONDS, Guest

SIGNAL = (508, 192, 29, 60)


def test_draws_thirty_frames_per_second_in_640x480(boot):
    guest = boot()
    first, began = guest.state().frames, time.monotonic()
    time.sleep(3)
    rate = (guest.state().frames - first) / (time.monotonic() - began)
    assert 24 <= rate <= 33
    assert guest.state().linear
    assert guest.picture()[:2] == (640, 480)


@pytest.mark.parametrize("number", [None, 0, 7, 42])
def test_shows_the_number_it_was_given(boot, number):
    guest = boot(number)
    assert guest.state().number == (number or 0)


def test_two_numbers_make_two_pictures(boot):
    def sign(number):
        guest = boot(number)
        # The first frame may be counted before QEMU shows all of it.
        guest.wait_for(lambda s: s.frames > 10)
        return guest.area(76, 174, 176, 96)

    assert sign(1) != sign(5)


def test_arrows_change_speed_and_direction_within_bounds(boot):
    guest = boot()
    start = guest.state().speed
    guest.tap("right")
    assert guest.state().speed == start + 1
    for _ in range(20):
        guest.tap("left")
    state = guest.state()
    assert state.speed == -8
    guest.wait_for(lambda s: s.odometer < state.odometer)


def test_a_standing_train_leaves_the_picture_still(boot):
    guest = boot()
    guest.stop_train()
    before = guest.picture()
    frames = guest.state().frames
    guest.wait_for(lambda s: s.frames > frames + 20)
    assert guest.picture() == before


def test_every_key_press_flips_the_signal(boot):
    guest = boot()
    guest.stop_train()
    for name in ["f1", "ctrl", "a", "esc", "kp_enter", "delete"]:
        before, seen = guest.state(), guest.area(*SIGNAL)
        guest.tap(name)
        after = guest.wait_for(lambda s: s.presses == before.presses + 1)
        assert after.signal_green != before.signal_green
        frames = after.frames
        guest.wait_for(lambda s: s.frames > frames + 1)
        assert guest.area(*SIGNAL) != seen


def test_types_every_printable_character_of_the_us_layout(boot):
    plain = {"grave_accent": "`~", "minus": "-_", "equal": "=+", "bracket_left": "[{", "bracket_right": "]}",
             "backslash": "\\|", "semicolon": ";:", "apostrophe": "'\"", "comma": ",<", "dot": ".>", "slash": "/?"}  # fmt: skip
    plain |= {letter: letter + letter.upper() for letter in "abcdefghijklmnopqrstuvwxyz"}
    plain |= {digit: digit + shifted for digit, shifted in zip("1234567890", "!@#$%^&*()")}
    guest = boot()
    for name in plain:
        guest.tap(name)
        guest.tap("shift", name)
    guest.tap("spc")
    state = guest.state()
    expected = "".join(plain.values()) + " "
    assert state.typed.decode() == expected
    assert state.typed_total == len(expected)
    assert state.line == expected[-64:]


def test_backspace_and_enter_edit_the_line(boot):
    guest = boot()
    for name in ["h", "i", "x", "backspace"]:
        guest.tap(name)
    assert guest.state().line == "hi"
    guest.tap("ret")
    state = guest.state()
    assert (state.line, state.typed) == ("", b"hix\x08\r")


def test_counts_keys_that_are_held(boot):
    guest = boot()
    for name in ["a", "b", "right"]:
        guest.key(name, True)
    guest.wait_for(lambda s: s.keys_down == 3)
    guest.key("a", True)  # a repeat is no press
    state = guest.wait_for(lambda s: s.repeats == 1)
    assert (state.presses, state.last_scan) == (3, 0x1E)
    for name in ["a", "b", "right"]:
        guest.key(name, False)
    guest.wait_for(lambda s: s.keys_down == 0)


def test_the_horn_sounds_while_its_key_is_held_and_ends(boot):
    guest = boot()
    guest.key("spc", True)
    guest.wait_for(lambda s: s.horn and s.horns == 1)
    time.sleep(1)
    assert guest.state().horn
    guest.key("spc", False)
    guest.wait_for(lambda s: not s.horn)
    guest.tap("m")
    assert guest.state().muted


def loudness(server: str, seconds: float) -> float:
    """RMS, 0 to 1, of what the sink "loco" plays in the next seconds."""
    samples = int(48000 * seconds)
    recorder = subprocess.Popen(
        ["parec", "--server", server, "-d", "loco.monitor", "--raw", "--format=s16le", "--rate=48000", "--channels=1",
         "--latency-msec=20"], stdout=subprocess.PIPE,
    )  # fmt: skip
    try:
        values = array.array("h", recorder.stdout.read(2 * samples))
    finally:
        recorder.kill()
        recorder.wait(10)
    assert len(values) == samples
    return math.sqrt(sum(value * value for value in values) / samples) / 32768


@pytest.mark.timeout(60)
def test_the_horn_is_much_louder_than_the_train_and_mute_is_silence(boot, sound_server):
    audio = f"pa,id=sound,server={sound_server},out.name=loco"
    guest = boot(3, "-audiodev", audio, "-machine", "pcspk-audiodev=sound")
    running = loudness(sound_server, 2)
    guest.key("spc", True)
    time.sleep(0.3)
    horn = loudness(sound_server, 0.5)
    guest.key("spc", False)
    guest.wait_for(lambda s: not s.horn)
    guest.tap("m")
    time.sleep(0.5)
    assert loudness(sound_server, 1) == 0
    assert 0.02 < running < horn / 2


def test_the_mouse_moves_one_to_one_and_stays_on_the_screen(boot):
    guest = boot()
    start = guest.state()
    guest.move(37, -21)
    guest.wait_for(lambda s: (s.mouse_x, s.mouse_y) == (start.mouse_x + 37, start.mouse_y - 21))
    for _ in range(8):
        guest.move(120, 120)
        time.sleep(0.05)
    guest.wait_for(lambda s: (s.mouse_x, s.mouse_y) == (639, 479))


def test_buttons_and_wheel_are_seen_and_paint_and_clear(boot):
    guest = boot()
    guest.stop_train()
    guest.move(-40, -20)
    guest.wait_for(lambda s: s.mouse_x == 280)
    guest.move(40, 20)
    guest.wait_for(lambda s: s.mouse_x == 320)
    clean = guest.area(270, 150, 100, 80)
    guest.button("left", True)
    guest.wait_for(lambda s: s.buttons == 1 and s.clicks == 1)
    guest.button("left", False)
    frames = guest.wait_for(lambda s: s.buttons == 0).frames
    guest.wait_for(lambda s: s.frames > frames + 1)
    assert guest.area(270, 150, 100, 80) != clean, "the left button leaves a dot"
    guest.button("right", True)
    guest.wait_for(lambda s: s.buttons == 2)
    guest.button("right", False)
    frames = guest.wait_for(lambda s: s.buttons == 0).frames
    guest.wait_for(lambda s: s.frames > frames + 1)
    assert guest.area(270, 150, 100, 80) == clean, "the right button clears"
    guest.button("wheel-down", True)
    guest.button("wheel-down", False)
    guest.wait_for(lambda s: s.wheel == 1)


def test_falls_back_to_vga_without_vbe(image, tmp_path):
    guest = Guest(image, tmp_path, 4, "-vga", "none", "-device", "isa-cirrus-vga")
    try:
        state = guest.wait_for(lambda s: s.frames > 10, BOOT_SECONDS)
        assert state.number == 4
        assert not state.linear, "this card has no linear frame buffer"
        _, _, pixels = guest.picture()
        assert len(set(pixels[i : i + 3] for i in range(0, len(pixels), 3))) > 50, "a picture, not a blank screen"
    finally:
        guest.end()
