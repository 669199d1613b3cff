"""The lists of packages that the images install are all that is needed: hub and guest in a bare Debian of just these.

There need be no container engine for it; root, and Debian's archive, are. Some minutes, so with LOCO_LONG_TESTS=1 only.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from settings_schema import REPOSITORY
from support.fleet import ARTIFACTS, binary

pytestmark = [
    pytest.mark.skipif(os.environ.get("LOCO_LONG_TESTS") != "1", reason="takes minutes: LOCO_LONG_TESTS=1"),
    pytest.mark.timeout(900),
]

FOLDER = pathlib.Path(__file__).resolve().parent
ENTER = FOLDER / "in-bare-debian"
TOKEN = "a-token-for-bare-debian"


def run(*words, timeout=600):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, timeout=timeout, check=False)
    assert done.returncode == 0, f"{words}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    return done.stdout


def install(root, *lists):
    """The packages of these lists, by the script that the Dockerfile runs."""
    shutil.copytree(REPOSITORY / "scripts", root / "opt/scripts", dirs_exist_ok=True)
    # Nothing is to be started by being installed.
    (root / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    run("unshare", "--mount", "sh", "-c", 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"', root,
        "/usr/bin/env", "-i", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "/opt/scripts/install-packages", *lists)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A bare Debian with the user and the program of the images; not to be written to."""
    root = tmp_path_factory.mktemp("debian") / "base"
    run("debootstrap", "--variant=minbase", "bookworm", root, "http://deb.debian.org/debian")
    run("chroot", root, "groupadd", "--gid", "10001", "loco")
    run("chroot", root, "useradd", "--uid", "10001", "--gid", "loco", "--home-dir", "/var/lib/loco", "--no-create-home",
        "loco")
    (root / "var/lib/loco").mkdir()
    (root / "usr/lib/loco").mkdir()
    # As the Dockerfile puts them: Swift's libraries beside the program.
    for line in run("ldd", binary()).splitlines():
        words = line.split()
        if len(words) > 2 and "/swift/" in words[2]:
            shutil.copy(words[2], root / "usr/lib/loco")
    shutil.copy(binary(), root / "usr/lib/loco/loco")
    (root / "usr/bin/loco").symlink_to("../lib/loco/loco")
    shutil.copy(REPOSITORY / "docker/check-hub", root / "usr/bin/check-hub")
    shutil.copytree(REPOSITORY / "Sources/Gateway/Web", root / "usr/share/loco/Web")
    shutil.copy(REPOSITORY / ".build/demo/loco-demo.img", root / "usr/share/loco/loco-demo.img")
    yield root
    shutil.rmtree(root.parent, ignore_errors=True)


def watch(root, role):
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--net", "--ipc", ENTER, root, role,
         sys.executable, FOLDER / "bare_viewer.py", role],
        capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "LOCO_TOKEN": TOKEN, "PYTHONPATH": str(REPOSITORY / "Tests")})
    (ARTIFACTS / f"bare-debian-{role}.log").write_text(done.stdout + done.stderr)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{"))), done.stdout


def test_a_guest_streams_with_the_packages_of_its_image(bare):
    root = bare.parent / "emulator"
    run("cp", "-a", bare, root)
    install(root, "run", "image")
    seen, told = watch(root, "node")
    assert seen["whep"] == 201 and seen["frames"]["video"] >= 60 and seen["frames"]["audio"] >= 60
    assert seen["report"]["overallStatus"] == "healthy" and seen["report"]["errors"] == []
    assert [one["codec"] for one in seen["report"]["encoderChoices"]] == ["h264", "vp8"]
    assert "pass  capture heartbeat" in told and "\nfail" not in told


def test_a_hub_serves_its_pages_with_the_packages_of_its_image(bare):
    scripts = bare.parent / "pages"
    run("cp", "-a", bare, scripts)
    install(scripts, "pages")
    root = bare.parent / "hub"
    run("cp", "-a", bare, root)
    install(root, "hub", "image")
    for folder in ("javascript", "novnc"):
        shutil.rmtree(root / "usr/share" / folder, ignore_errors=True)
        shutil.copytree(scripts / "usr/share" / folder, root / "usr/share" / folder, symlinks=True)
    seen, _ = watch(root, "hub")
    assert {name: seen["pages"][name] for name in ("three", "novnc", "charts")} == dict.fromkeys(
        ("three", "novnc", "charts"), True)
    assert set(seen["found"].values()) == {200}
