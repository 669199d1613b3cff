"""A hub finds pods by the Kubernetes API and people play through it; the API may go and come back."""

import contextlib
import os
import pathlib
import socket
import time

import aiohttp
import pytest

from support import figures
from support.background import run
from support.kubernetes_api import KubernetesAPI
from support.kubernetes_hub import KubernetesHub
from support.peer import Peer, play
from support.polling import until

pytestmark = pytest.mark.timeout(120)

LONG = pytest.mark.skipif(not os.environ.get("LOCO_LONG_TESTS"), reason="LOCO_LONG_TESTS is not set")


def numbers(hub):
    return [one["id"] for one in hub.instances()]


def status(hub, identifier="instance-0"):
    return hub.instance(identifier)["status"]


def watch_it(hub):
    """Plays instance-0 through the hub, by WHEP and nothing else."""

    async def scenario():
        peer = Peer()
        async with aiohttp.ClientSession() as session:
            try:
                _, location = await play(session, f"{hub.url}/api/instances/instance-0/whep", peer)
                await peer.wait_frames(10)
                async with session.delete(location) as gone:
                    assert gone.status == 200
            finally:
                await peer.close()

    run(scenario())


def test_a_pod_is_played_through_the_hub_also_when_it_was_made_anew_elsewhere():
    with KubernetesAPI() as api:
        api.scale(1)
        api.pod(0, "127.0.0.11")
        with KubernetesHub(api) as hub:
            until("the pod is found", lambda: numbers(hub) == ["instance-0"], 10, 0.05, hub.explain)
            with hub.pod_node(0, "127.0.0.11"):
                until("its node reports", lambda: status(hub) == "ready", 60, 0.2, hub.explain)
                hub.note()
                one = hub.instance("instance-0")
                assert (one["podName"], one["podIP"]) == ("loco-emulator-0", "127.0.0.11")
                assert one["kubernetes"]["namespace"] == "loco"
                watch_it(hub)
            api.remove("loco-emulator-0")
            api.pod(0, "127.0.0.12")
            with hub.pod_node(0, "127.0.0.12"):
                until("the hub follows", lambda: hub.instance("instance-0")["podIP"] == "127.0.0.12", 2, 0.05)
                until("its node reports", lambda: status(hub) == "ready", 60, 0.2, hub.explain)
                hub.note()
                watch_it(hub)
            assert hub.info()["stale"] is False


def test_pods_come_and_go_within_a_second_while_the_hub_serves():
    with KubernetesAPI() as api:
        api.scale(1)
        api.pod(0)
        with KubernetesHub(api) as hub:
            until("the pod is found", lambda: len(numbers(hub)) == 1, 10, 0.05, hub.explain)
            slowest = 0
            for count in (3, 9, 1):
                there = len(api.objects["pods"])
                begun = time.monotonic()
                api.scale(count)
                for number in range(there, count):
                    api.pod(number)
                for number in range(there - 1, count - 1, -1):
                    api.remove(f"loco-emulator-{number}")
                until(f"{count} pods", lambda: numbers(hub) == [f"instance-{one}" for one in range(count)], 1, 0.01,
                      hub.explain)
                slowest = max(slowest, time.monotonic() - begun)
            figures.record("Kubernetes: 1, 3, 9, 1 pods: slowest to the API", slowest * 1000, "ms")


@pytest.mark.parametrize("seconds", [4, pytest.param(60, marks=LONG)])
@pytest.mark.timeout(150)
def test_an_api_that_is_away_leaves_the_last_known_set(seconds):
    with KubernetesAPI() as api:
        api.scale(3)
        for number in range(3):
            api.pod(number)
        with KubernetesHub(api) as hub:
            until("the pods are found", lambda: len(numbers(hub)) == 3, 10, 0.05, hub.explain)
            api.stop()
            until("it is told", lambda: hub.info()["stale"], 3, 0.05, hub.explain)
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                assert len(numbers(hub)) == 3 and hub.info()["stale"], hub.explain()
                time.sleep(0.5)
            assert api.url in hub.info()["lastError"]
            api.start()
            api.scale(4)
            api.pod(3)
            begun = time.monotonic()
            until("it catches up", lambda: len(numbers(hub)) == 4 and not hub.info()["stale"], 10, 0.05, hub.explain)
            figures.record(f"Kubernetes: API away for {seconds} s: seen again after", time.monotonic() - begun, "s")


def resident(pid):
    """MiB."""
    fields = pathlib.Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def processor(pid):
    """Seconds."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Hole:
    """Takes every SYN to its port, at all of 127.0.0.0/8, and answers none: its queue is full."""

    def __init__(self, port):
        self._sockets = [socket.socket()]
        self._sockets[0].bind(("0.0.0.0", port))
        self._sockets[0].listen(0)

    def __enter__(self):
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(("127.0.0.1", self._sockets[0].getsockname()[1]))
            self._sockets.append(one)
        return self

    def __exit__(self, *_):
        for one in self._sockets:
            one.close()


def tcp_openings():
    """Connections that this machine's TCP began, since it started."""
    names, values = (line.split() for line in pathlib.Path("/proc/net/snmp").read_text().splitlines()
                     if line.startswith("Tcp:"))
    return int(values[names.index("ActiveOpens")])


@LONG
@pytest.mark.parametrize("nodes", ["without addresses", "that refuse", "from which nothing comes back"])
@pytest.mark.timeout(300)
def test_a_thousand_pods_take_little_when_nothing_happens(nodes):
    """Whether their nodes are not there yet, or are there and do not answer: within 100 MiB and 5 % of a core."""
    with KubernetesAPI() as api:
        with KubernetesHub(api) as hub, contextlib.ExitStack() as stack:
            if nodes == "from which nothing comes back":
                stack.enter_context(Hole(hub.node_port))
            time.sleep(3)
            before = resident(hub.process.pid)
            api.scale(1000)
            begun = time.monotonic()
            for number in range(1000):
                address = None if nodes == "without addresses" else f"127.0.{1 + number // 200}.{11 + number % 200}"
                api.pod(number, address)
            until("all are found", lambda: len(numbers(hub)) == 1000, 60, 0.5, hub.explain)
            figures.record(f"Kubernetes: 1,000 pods {nodes}: seen after", time.monotonic() - begun, "s")
            # Also by a list.
            api.stop()
            api.start()
            until("the API is back", lambda: not hub.info()["stale"], 20, 0.2, hub.explain)
            if nodes != "without addresses":
                until("all were tried", lambda: all(one["status"] == "error" for one in hub.instances()), 60, 1,
                      hub.explain)
            time.sleep(10)
            opened, used, start = tcp_openings(), processor(hub.process.pid), time.monotonic()
            time.sleep(60)
            took = time.monotonic() - start
            share = (processor(hub.process.pid) - used) / took * 100
            after = resident(hub.process.pid)
            figures.record(f"Kubernetes: 1,000 pods {nodes}: hub grew by", after - before, "MiB")
            figures.record(f"Kubernetes: 1,000 pods {nodes}: idle", share, "% of a core")
            figures.record(f"Kubernetes: 1,000 pods {nodes}: connections", (tcp_openings() - opened) / took, "/s")
            assert after - before <= 100, (before, after)
            assert share <= 5, share
