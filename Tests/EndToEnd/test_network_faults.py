"""A guest's own network is measured, its faults are told apart from the guest's, and mended: all of it on a host of the
test's own. And a viewer whose path loses packets is the viewer's trouble, not the guest's."""

import os
import signal
import socket
import threading
import random
import re
import time

import pytest

from EndToEnd.test_faults import SETTINGS, Subject, note, watched
from support import figures
from support.events import EventLog
from support.fleet import Fleet, free_port
from support.frame_watch import FrameWatch
from support.hosted_fleet import HostedFleet
from support.namespaces import Host, require_namespaces
from support.polling import until

pytestmark = pytest.mark.timeout(180)

BRIDGE = "locot0"


@pytest.fixture(scope="module")
def host():
    require_namespaces()
    one = Host(f"loco-net-{os.getpid()}")
    try:
        yield one
    finally:
        one.remove()


@pytest.fixture(scope="module")
def subject(host):
    """An instance with a TAP on a bridge that its node made."""
    fleet = HostedFleet(host, free_port(), {
        **SETTINGS, "LOCO_ICE_ADDRESSES": "127.0.0.1", "LOCO_GUEST_NETWORK": "tap", "LOCO_GUEST_BRIDGE": BRIDGE})
    try:
        fleet.start()
        with EventLog(fleet.url, host) as events:
            yield Subject(fleet, events, None)
        fleet.stop()
        assert not interfaces(host), "the node left interfaces behind"
    finally:
        fleet.clean()


def interfaces(host):
    """The host's bridge and TAPs."""
    def call():
        return {name for _, name in socket.if_nameindex() if name != "lo"}

    return host.do(call)


def tap(host):
    found = interfaces(host) - {BRIDGE}
    assert len(found) == 1, found
    return found.pop()


def mended(subject, host, start, kind, part, names):
    """Seconds until the fault is told, and from the attempt's beginning until the instance is well by measurement."""
    detected = subject.detected(kind, start, 8, part)
    action = subject.told("recovery", "an attempt begins", lambda data: data["recovery"].get("outcome") is None, start, 10)
    well = subject.healthy(start + action, 20)
    until(f"{names} are back", lambda: names <= interfaces(host), 5)
    return detected, well


def test_a_healthy_network_is_measured(subject):
    subject.settle()
    network = subject.events.events("health", subject.id)[-1].data["health"]["deepHealth"]["network"]
    assert network["bridge_up"] is True and network["tap_up"] is True
    assert network["tx_errors"] == 0 and network["rx_errors"] == 0


def test_a_tap_that_is_set_down_is_set_up_again(subject, host):
    subject.settle()
    name = tap(host)
    host.ip("link", "set", name, "down")
    start = time.monotonic()
    detected, well = mended(subject, host, start, "network", "network", {name, BRIDGE})
    assert detected <= 3 and well <= 5
    note("TAP set down", detected, well)


def test_a_bridge_that_is_removed_is_made_again(subject, host):
    subject.settle()
    name = tap(host)
    host.ip("link", "delete", BRIDGE)
    start = time.monotonic()
    detected, well = mended(subject, host, start, "network", "network", {name, BRIDGE})
    assert detected <= 3 and well <= 5
    note("bridge removed", detected, well)


def test_network_and_guest_at_once_are_mixed_and_mended_in_order(subject, host):
    subject.settle()
    name = tap(host)
    host.ip("link", "set", name, "down")
    os.kill(subject.pid("qemu"), signal.SIGSTOP)
    start = time.monotonic()
    detected = subject.detected("mixed", start, 8)
    action = subject.told("recovery", "an attempt begins", lambda data: data["recovery"].get("outcome") is None, start, 12)
    well = subject.healthy(start + action, 25)
    order = []
    for event in subject.events.events("recovery", subject.id, start):
        if (strategy := event.data["recovery"]["strategy"]) not in order:
            order.append(strategy)
    assert order[0] == "network" and "qemu" in order
    assert detected <= 6 and well <= 15
    note("TAP down and SIGSTOP QEMU", detected, well)


class LossyPath:
    """A UDP path to the node's media port that loses a part of what the node sends, when told to."""

    def __init__(self):
        self._outside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._outside.bind(("127.0.0.1", 0))
        self._inside = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._inside.bind(("127.0.0.1", 0))
        for one in (self._outside, self._inside):
            one.settimeout(0.2)
        self.loss = 0.0
        self._random = random.Random(4)
        self._viewer = None
        self._node = None
        self._closed = threading.Event()
        self._threads = [threading.Thread(target=one, daemon=True) for one in (self._to_node, self._to_viewer)]

    @staticmethod
    def offer(sdp):
        """The offer without the viewer's own candidates, by which the node would find a way past this one."""
        return re.sub(r"a=candidate:[^\r\n]*\r\n", "", sdp)

    def answer(self, sdp):
        """The answer with this path in place of the node's own candidate."""
        found = re.search(r"a=candidate:\S+ 1 udp \d+ (127\.0\.0\.1) (\d+) typ host", sdp, re.I)
        assert found, sdp
        self._node = ("127.0.0.1", int(found[2]))
        port = self._outside.getsockname()[1]
        for one in self._threads:
            one.start()
        return re.sub(rf"(127\.0\.0\.1) {found[2]} typ host", rf"\1 {port} typ host", sdp)

    def _to_node(self):
        while not self._closed.is_set():
            try:
                data, self._viewer = self._outside.recvfrom(4096)
                self._inside.sendto(data, self._node)
            except (TimeoutError, ConnectionError):
                continue

    def _to_viewer(self):
        while not self._closed.is_set():
            try:
                data, _ = self._inside.recvfrom(4096)
            except (TimeoutError, ConnectionError):
                continue
            # STUN goes through: it is the media's path that is bad, not gone.
            if self._viewer and (data[0] < 4 or self._random.random() >= self.loss):
                self._outside.sendto(data, self._viewer)

    def close(self):
        self._closed.set()
        for one in self._threads:
            if one.is_alive():
                one.join(2)
        self._outside.close()
        self._inside.close()


def test_a_viewer_who_loses_a_fifth_is_the_clients_trouble():
    fleet = Fleet(guests=1, environment=SETTINGS)
    path = LossyPath()
    try:
        fleet.start()
        url = f"{fleet.url}/api/instances/instance-0/whep"
        with EventLog(fleet.url) as events, FrameWatch(url, path) as watch:
            subject = Subject(fleet, events, watch)
            subject.settle()
            path.loss = 0.2
            start = time.monotonic()
            detected = subject.detected("client", start, 15, "viewer")
            assert detected <= 10
            report = events.events("health", subject.id, start)[-1].data["health"]
            assert report["overallStatus"] == "degraded" and report["recoveryNeeded"] is False
            # Nothing is mended for a viewer's sake.
            time.sleep(4)
            assert not events.events("recovery", subject.id, start)
            path.loss = 0.0
            subject.healthy(time.monotonic(), 20)
            note("20 % loss on a viewer's link", detected)
        fleet.stop()
    finally:
        path.close()
        fleet.clean()
