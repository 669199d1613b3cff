"""The demo guest as a process that tests drive: QMP in, state block and pictures out."""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import state as demo

QEMU = next(filter(None, map(shutil.which, ["qemu-system-i386", "qemu-system-x86_64"])), None)
BOOT_SECONDS = 30
ANSWER_SECONDS = 5


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
