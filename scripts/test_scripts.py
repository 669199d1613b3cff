"""The scripts of this folder, run for real."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parent


def run(*command, **environment) -> subprocess.CompletedProcess:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={**os.environ, **environment}, check=False
    )


REFUSED = {
    "an argument": "g_idle_add({ data in 0 }, nil)",
    "a later argument, over lines": 'g_signal_connect_data(\n    object, "bus",\n    { a, b in },\n    nil)',
    "a trailing closure": "gst_bus_set_sync_handler(bus) { bus, message, data in\n    .drop\n}",
    "a trailing closure with a capture list": "gst_x(bus) { [weak self] (a: Int) -> Int in 1 }",
    "a trailing closure with $0": "gst_x(list) { free($0) }",
}
ALLOWED = {
    "a named function": "g_signal_connect_data(object, name, trampoline, box, release, flags)",
    "a condition": "if gst_pad_link(a, b) == GST_PAD_LINK_OK { x() }\nif gst_is_initialized() { for x in y {} }",
    "a guard": "guard gst_element_link(a, b) else { return }",
    "a closure of Swift's own inside": "gst_structure_new(names.map { $0.count }, 3)",
    "a comment": "// g_idle_add({ data in 0 }, nil)",
    "a string": 'log("g_idle_add({ data in 0 })")',
    "a method of a Swift type": "element.gst_link({ x in })",
}


@pytest.mark.parametrize("source", REFUSED.values(), ids=REFUSED.keys())
def test_a_closure_literal_for_a_c_function_is_refused(tmp_path, source):
    file = tmp_path / "A.swift"
    file.write_text("import CGStreamer\n" + source + "\n")
    result = run(SCRIPTS / "lint-trampolines", str(tmp_path))
    assert result.returncode == 1
    assert result.stdout.startswith(f"{file}:2: error: ")


@pytest.mark.parametrize("source", ALLOWED.values(), ids=ALLOWED.keys())
def test_code_without_one_passes(tmp_path, source):
    (tmp_path / "A.swift").write_text(source + "\n")
    result = run(SCRIPTS / "lint-trampolines", str(tmp_path))
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_an_unknown_package_list_is_named():
    result = run(SCRIPTS / "install-packages", "--dry-run", "nonsense")
    assert result.returncode == 1
    assert '"nonsense"' in result.stderr


def test_missing_packages_are_named_with_their_reason(tmp_path):
    # A dpkg-query that knows nothing, and an apt-get that must not be called.
    for name, body in {"dpkg-query": "exit 1", "apt-get": "echo called; exit 9"}.items():
        tool = tmp_path / name
        tool.write_text(f"#!/bin/sh\n{body}\n")
        tool.chmod(0o755)
    result = run(SCRIPTS / "install-packages", "--dry-run", "run", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert result.returncode == 0
    assert "qemu-system-x86" in result.stdout and "the guests themselves" in result.stdout
    assert "called" not in result.stdout


def test_an_apt_without_network_is_explained(tmp_path):
    for name, body in {"dpkg-query": "exit 1", "apt-get": "exit 100", "sudo": 'exec "$@"'}.items():
        tool = tmp_path / name
        tool.write_text(f"#!/bin/sh\n{body}\n")
        tool.chmod(0o755)
    result = run(SCRIPTS / "install-packages", "build", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert result.returncode == 1
    assert "apt-get update failed" in result.stderr and "nasm" in result.stderr


@pytest.mark.parametrize(
    ("version", "message"),
    [("Swift version 6.0.3 (x)", "is 6.0.3"), ("openstack 4", "does not tell its version"), ("Swift version 6.10", "")],
)
def test_the_swift_version_is_checked(tmp_path, version, message):
    tool = tmp_path / "swift"
    tool.write_text(f"#!/bin/sh\necho '{version}'\n")
    tool.chmod(0o755)
    result = run(SCRIPTS / "check-swift", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert message in result.stderr
    assert (result.returncode == 0) == (message == "")


LOCKED = "    #1 $s5Fleet5ThingC4pushyyFyAC5State33_3C28LLVzYuYTXEfU_ /x/Thing.swift:3:9 (tests+0x1)\n"
BARE = "    #1 $s5Fleet5ThingC4peekyyF /x/Thing.swift:9:9 (tests+0x2)\n"
RESUMED = "    #1 $s7NIOCore15EventLoopFutureC3getxyYaKF /x/AsyncAwaitSupport.swift:90:26 (tests+0x3)\n"
RACES = {
    "both under a lock": ("Write of size 8", LOCKED, "Previous read of size 8", LOCKED, 0),
    "one without the lock": ("Write of size 8", LOCKED, "Previous read of size 8", BARE, 1),
    "none under a lock": ("Modifying access of Swift variable", BARE, "Previous write of size 8", BARE, 1),
    "a future's value": ("Write of size 8", BARE, "Previous read of size 8", RESUMED, 0),
}


@pytest.mark.parametrize("first, one, second, other, code", RACES.values(), ids=RACES.keys())
def test_a_report_is_a_race_unless_a_lock_orders_it(tmp_path, first, one, second, other, code):
    top = "    #0 $s5Fleet5ThingC5StateV4bumpyyF /x/Thing.swift:7:9 (tests+0x4)\n"
    (tmp_path / "races.17").write_text(
        "==================\nWARNING: ThreadSanitizer: data race (pid=17)\n"
        f"  {first} at 0x7b14 by thread T1:\n{top}{one}\n  {second} at 0x7b14 by thread T2:\n{top}{other}\n"
        f"  Location is heap block of size 64 at 0x7b14 allocated by main thread:\n{BARE}\n"
        "SUMMARY: ThreadSanitizer: data race /x/Thing.swift:7:9 in $s5Fleet5ThingC5StateV4bumpyyF\n==================\n")
    result = run(SCRIPTS / "judge-races", str(tmp_path / "races"))
    assert result.returncode == code, result.stdout
    assert f"thread sanitizer: {code} races; {1 - code} reports" in result.stdout
    assert ("Thing.swift:7:9" in result.stdout) == bool(code)


def test_what_else_the_sanitizer_reports_is_told(tmp_path):
    (tmp_path / "races.3").write_text(
        "WARNING: ThreadSanitizer: thread leak (pid=3)\n  Thread T1 created by main thread at:\n" + LOCKED
        + "\nSUMMARY: ThreadSanitizer: thread leak /x/Thing.swift:3:9 in x\n")
    assert run(SCRIPTS / "judge-races", str(tmp_path / "races")).returncode == 1


def test_no_report_is_no_race(tmp_path):
    result = run(SCRIPTS / "judge-races", str(tmp_path / "races"))
    assert (result.returncode, result.stdout[:26]) == (0, "thread sanitizer: 0 races;")
