"""What happens when a part dies, and what is left when all end."""

import os
import signal
import socket
import subprocess

import pytest

from support.fleet import free_port
from support.polling import until

pytestmark = pytest.mark.timeout(120)


def test_sigterm_leaves_nothing_behind(new_fleet):
    fleet = new_fleet(guests=2).start()
    commands = " ".join(one.command for one in fleet.note())
    assert "qemu-system" in commands and "Xvfb" in commands, "the fleet's own processes were not seen"
    assert fleet.stop() == 0


def test_sigint_leaves_nothing_behind(new_fleet):
    fleet = new_fleet(guests=1).start()
    fleet.process.send_signal(signal.SIGINT)
    fleet.process.wait(30)
    fleet.assert_nothing_left()


def test_sigterm_while_starting_leaves_nothing_behind(new_fleet):
    fleet = new_fleet(guests=2).launch()
    until("its first process runs", fleet.note, 20, 0.02)
    fleet.stop()


def test_killing_up_leaves_no_process_behind(new_fleet):
    fleet = new_fleet(guests=2).start()
    assert len(fleet.note()) >= 6
    fleet.kill()
    # The kernel tells the nodes, which end their guests and clear away their files.
    fleet.assert_nothing_left(20)


def test_a_fleet_that_starts_where_one_was_killed_cleans_up_after_it(new_fleet):
    first = new_fleet(guests=2).start()
    first.kill()
    second = new_fleet(guests=2, port=first.port, environment={
        "XDG_RUNTIME_DIR": str(first.home), "LOCO_RUN_DIRECTORY": str(first.run_directory)})
    second.run_directory = first.run_directory
    second.start()
    second.stop()


def test_a_killed_node_leaves_the_others_streaming(new_fleet, new_viewer):
    fleet = new_fleet(guests=3).start()
    viewer = new_viewer(fleet.url).open()
    for index in range(3):
        viewer.wait_playing(f"instance-{index}")
    others = ["instance-0", "instance-2"]
    before = {one: viewer.metrics(one) for one in others}

    os.kill(fleet.node("instance-1")["pid"], signal.SIGKILL)

    viewer.page.wait_for_timeout(6000)
    for one in others:
        now = viewer.metrics(one)
        seconds = (now["at"] - before[one]["at"]) / 1000
        assert now["attempts"] == 1 and now["state"] == "playing"
        assert (now["framesDecoded"] - before[one]["framesDecoded"]) / seconds >= 20
    until("the page notices the loss", lambda: viewer.state("instance-1") != "playing", 12,
          explain=lambda: viewer.metrics("instance-1"))
    viewer.screenshot("killed-node")
    fleet.stop()


def test_a_killed_node_comes_back_and_so_does_its_picture(new_fleet, new_viewer):
    # Started again at once, as after a long run.
    fleet = new_fleet(guests=1, environment={"LOCO_SUPERVISION_HEALTHY_UPTIME": "1"}).start()
    viewer = new_viewer(fleet.url).open()
    viewer.wait_playing()
    pid = fleet.node("instance-0")["pid"]
    os.kill(pid, signal.SIGKILL)
    until("another node has taken its place", lambda: fleet.node("instance-0")["pid"] != pid, 60, 0.2, fleet.explain)
    until("the page plays again", lambda: viewer.metrics()["attempts"] > 1 and viewer.state() == "playing", 40,
          explain=lambda: viewer.metrics())
    fleet.stop()


def refusal(fleet, timeout=30):
    """Starts a fleet that cannot start; gives its exit status and what it said."""
    fleet.launch()
    try:
        status = fleet.process.wait(timeout)
    except subprocess.TimeoutExpired:
        raise AssertionError(f"it neither started nor ended within {timeout} s\n{fleet.explain()}") from None
    fleet.assert_nothing_left()
    return status, fleet.log_path.read_text()


def test_a_port_in_use_is_named(new_fleet):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port()))
        taken.listen()
        port = taken.getsockname()[1]
        status, text = refusal(new_fleet(guests=1, port=port))
    assert status != 0
    assert str(port) in text and "in use" in text


def test_a_missing_disk_image_is_named(new_fleet, tmp_path):
    path = tmp_path / "no-such-image.qcow2"
    status, text = refusal(new_fleet(guests=1, arguments=["--disk", str(path)]))
    assert status != 0
    assert str(path) in text


def test_a_garbage_disk_image_is_named(new_fleet, tmp_path):
    path = tmp_path / "garbage.qcow2"
    path.write_bytes(bytes(range(256)) * 256)
    status, text = refusal(new_fleet(guests=1, arguments=["--disk", str(path)]))
    assert status != 0
    assert str(path) in text


def test_an_unknown_flag_is_named(new_fleet):
    status, text = refusal(new_fleet(guests=1, arguments=["--guests-disk", "x"]))
    assert status != 0
    assert "--guests-disk" in text
