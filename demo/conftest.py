"""Fixtures: the image, guests that run it, a sound server."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from guest import BOOT_SECONDS, QEMU, Guest  # noqa: E402


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


@pytest.fixture
def sound_server(tmp_path_factory):
    """A PulseAudio of our own with the null sink "loco"; yields its address."""
    assert shutil.which("pulseaudio"), "PulseAudio is missing; install the Debian package pulseaudio"
    assert shutil.which("parec"), "parec is missing; install the Debian package pulseaudio-utils"
    home = tmp_path_factory.mktemp("pulse")
    home.chmod(0o700)
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
         "-L", f"module-native-protocol-unix socket={home}/native auth-anonymous=1",
         "-L", "module-null-sink sink_name=loco rate=48000"],
        env={**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 10
    while not (home / "native").exists():
        assert server.poll() is None and time.monotonic() < deadline, "PulseAudio does not start"
        time.sleep(0.05)
    yield f"unix:{home}/native"
    server.terminate()
    server.wait(10)
