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
