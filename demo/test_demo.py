"""Boots the demo guest without a window and checks, from outside, that it does what README.md says."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import state as demo  # noqa: E402

QEMU = next(filter(None, map(shutil.which, ["qemu-system-i386", "qemu-system-x86_64"])), None)
BOOT_SECONDS = 30
ANSWER_SECONDS = 5
SIGNAL = (508, 192, 29, 60)


class Guest:
    """A QEMU process with the demo image, driven over QMP."""

    def __init__(self, image: Path, directory: Path, number: int | None, *options: str):
        self.directory = directory
        ours, theirs = socket.socketpair()
        command = [
            QEMU, "-M", "pc", "-accel", "tcg", "-m", "32", "-vga", "std", "-nic", "none", "-display", "none",
            "-drive", f"file={image},format=raw,if=ide,snapshot=on",
            "-chardev", f"socket,id=qmp,fd={theirs.fileno()}", "-mon", "chardev=qmp,mode=control", *options,
        ]  # fmt: skip
        if number is not None:
            command += ["-fw_cfg", f"name=opt/loco/number,string={number}"]
        self.process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
        theirs.close()
        ours.settimeout(10)
        self.socket = ours
        self.lines = ours.makefile("r")
        self.lines.readline()  # the greeting
        self.qmp("qmp_capabilities")

    def qmp(self, command: str, **arguments):
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while True:
            answer = json.loads(self.lines.readline())
            if "error" in answer:
                raise RuntimeError(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def state(self) -> demo.State | None:
        file = self.directory / "state.bin"
        self.qmp("pmemsave", val=demo.ADDRESS, size=demo.SIZE, filename=str(file))
        return demo.decode(file.read_bytes())

    def wait_for(self, condition, seconds: float = ANSWER_SECONDS) -> demo.State:
        deadline = time.monotonic() + seconds
        while True:
            state = self.state()
            if state is not None and condition(state):
                return state
            assert time.monotonic() < deadline, f"not true within {seconds} s; the guest's state: {state}"
            time.sleep(0.01)

    def picture(self) -> tuple[int, int, bytes]:
        """Width, height and RGB bytes of the screen."""
        file = self.directory / "screen.ppm"
        self.qmp("screendump", filename=str(file))
        magic, size, depth, pixels = file.read_bytes().split(b"\n", 3)
        assert (magic, depth) == (b"P6", b"255")
        width, height = map(int, size.split())
        return width, height, pixels

    def area(self, left: int, top: int, width: int, height: int) -> bytes:
        stride, _, pixels = self.picture()
        rows = range(top, top + height)
        return b"".join(pixels[3 * (row * stride + left) : 3 * (row * stride + left + width)] for row in rows)

    def send(self, *events: dict):
        self.qmp("input-send-event", events=list(events))

    def key(self, name: str, down: bool):
        self.send({"type": "key", "data": {"down": down, "key": {"type": "qcode", "data": name}}})

    def tap(self, *names: str):
        presses = self.wait_for(lambda s: True).presses
        for name in names:
            self.key(name, True)
        for name in reversed(names):
            self.key(name, False)
        self.wait_for(lambda s: s.presses == presses + len(names) and s.keys_down == 0)

    def move(self, dx: int, dy: int):
        self.send(*({"type": "rel", "data": {"axis": axis, "value": v}} for axis, v in (("x", dx), ("y", dy))))

    def button(self, name: str, down: bool):
        self.send({"type": "btn", "data": {"button": name, "down": down}})

    def stop_train(self):
        """Brakes and waits until the smoke is gone."""
        speed = self.state().speed
        for _ in range(abs(speed)):
            self.tap("left" if speed > 0 else "right")
        frames = self.wait_for(lambda s: s.speed == 0 and not s.horn).frames
        self.wait_for(lambda s: s.frames > frames + 60)

    def end(self):
        self.process.kill()
        self.process.wait(10)
        self.socket.close()


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Path:
    if given := os.environ.get("LOCO_TEST_DEMO_IMAGE"):
        return Path(given)
    file = tmp_path_factory.mktemp("demo") / "loco-demo.img"
    subprocess.run([HERE / "build.sh", file], check=True, timeout=60)
    return file


@pytest.fixture
def boot(image, tmp_path):
    assert QEMU, "QEMU is missing; install the Debian package qemu-system-x86"
    guests = []

    def start(number: int | None = 3, *options: str) -> Guest:
        directory = tmp_path / str(len(guests))
        directory.mkdir()
        guests.append(Guest(image, directory, number, *options))
        guests[-1].wait_for(lambda s: s.frames > 0, BOOT_SECONDS)
        return guests[-1]

    yield start
    for guest in guests:
        guest.end()


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
    sign = (76, 174, 176, 96)
    assert boot(1).area(*sign) != boot(5).area(*sign)


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
