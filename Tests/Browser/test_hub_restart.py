"""A hub that is killed and started again: no stream drops, and the pages' signaling comes back."""

import os
import signal
import subprocess
import time

import pytest
from support import figures
from support.fleet import Fleet, binary
from support.polling import until

pytestmark = pytest.mark.timeout(120)


class SplitFleet(Fleet):
    """One node and a hub beside it, each a process of its own, so that the hub can end alone."""

    def __init__(self):
        super().__init__()
        self.command = [str(binary()), "hub", "--port", str(self.port)]
        self.guest = None

    def launch(self):
        if self.guest is None:
            with open(self.home / "node.log", "wb") as log:
                self.guest = subprocess.Popen(
                    [str(binary()), "node", "--node-id", "instance-0", "--node-host", "127.0.0.1", "--node-port", "0"],
                    env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                    start_new_session=True)
            until("the node listens", (self.run_directory / "instance-0" / "node.json").exists, 40, 0.1)
        return super().launch()

    def _all_ready(self):
        # Signaling needs the node's address alone, whatever the guest's state is.
        return len(self.instances()) == 1

    def clean(self):
        if self.guest is not None and self.guest.poll() is None:
            self.guest.send_signal(signal.SIGTERM)
            try:
                self.guest.wait(20)
            except subprocess.TimeoutExpired:
                os.kill(self.guest.pid, signal.SIGKILL)
        super().clean()


@pytest.fixture
def split_fleet():
    one = SplitFleet()
    try:
        one.start()
        yield one
    finally:
        one.clean()


def decoded(viewer):
    return viewer.metrics()["framesDecoded"]


def is_signaling(viewer):
    return viewer.page.evaluate("loco.socket.isOpen")


@pytest.mark.parametrize("away", [0.2, 6.0])
def test_a_killed_hub_costs_no_stream_and_is_found_again_within_5_s(split_fleet, new_viewer, away):
    viewer = new_viewer(split_fleet.url, 720, 640)
    viewer.open("/")
    viewer.wait_playing()
    viewer.page.evaluate("window.streams = []; loco.players.get('instance-0').addEventListener("
                         "'state', (event) => window.streams.push(event.target.state))")
    split_fleet.process.kill()
    split_fleet.process.wait(10)
    until("the page has noticed", lambda: not is_signaling(viewer), 5)
    before = decoded(viewer)
    time.sleep(away)
    assert decoded(viewer) > before
    split_fleet.launch()
    until("the hub answers", split_fleet.instances, 10, 0.05)
    since = time.monotonic()
    until("signaling is back", lambda: is_signaling(viewer), 5, 0.05)
    figures.record(f"signaling back after the hub, away for {away:g} s", time.monotonic() - since, "s")
    # The list of guests was asked for anew as well, and the tile is the one that it was.
    time.sleep(3)
    before = decoded(viewer)
    until("frames come", lambda: decoded(viewer) > before + 10, 5)
    assert viewer.metrics()["attempts"] == 1
    assert viewer.page.evaluate("window.streams") == []
