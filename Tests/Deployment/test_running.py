"""What the chart takes for granted of running programs: what probes are answered, and coturn's own words."""

import asyncio
import base64
import hmac
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

import aioice.stun
import aioice.turn
import pytest

from chart import Manifests, container, sets
from support.background import run
from support.fleet import free_port
from support.guest_processes import pid_of
from support.polling import until

TOKEN = "a-token-for-the-chart"


def status(url):
    """What is answered to a probe, which brings no token; 0 for no answer."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_a_sick_guest_is_not_ready_and_not_killed(new_fleet):
    probes = container(Manifests().emulator)
    liveness, readiness = (probes[one]["httpGet"]["path"] for one in ("livenessProbe", "readinessProbe"))
    # One attempt to mend it must not make it well again before it was seen to be sick.
    fleet = new_fleet(environment={"LOCO_TOKEN": TOKEN, "LOCO_SUPERVISION_DELAYS": "60"})
    fleet.launch()
    node = None

    def answers():
        nonlocal node
        try:
            node = fleet.node("instance-0")["url"]
        except (OSError, ValueError):
            return False
        return status(node + readiness) == 200

    until("the node is ready", answers, 60, 0.2, fleet.log)
    assert status(node + liveness) == 200
    fleet.note()
    qemu = pid_of(fleet, "instance-0", "qemu")
    os.kill(qemu, signal.SIGSTOP)
    alive = []

    def unready():
        alive.append(status(node + liveness))
        return status(node + readiness) == 503

    until("the guest is told to be unhealthy", unready, 15, 0.1, fleet.log)
    assert set(alive) == {200}
    assert status(node + liveness) == 200
    fleet.stop()


def test_a_hub_answers_its_probes_without_a_token(new_fleet):
    only = container(Manifests().hub)
    fleet = new_fleet(environment={"LOCO_TOKEN": TOKEN})
    fleet.launch()
    for probe in ("livenessProbe", "readinessProbe"):
        until(probe, lambda path=only[probe]["httpGet"]["path"]: status(fleet.url + path) == 200, 60, 0.2, fleet.log)
    assert status(fleet.url + "/metrics") == 401
    fleet.note()
    fleet.stop()


async def allocate(port, secret, transport):
    """The port that the server relays from, asked for as viewers do: with credentials that expire."""
    user = f"{int(time.time()) + 60}:viewer"
    password = base64.b64encode(hmac.digest(secret.encode(), user.encode(), "sha1")).decode()
    async with asyncio.timeout(10):
        relay, _ = await aioice.turn.create_turn_endpoint(
            asyncio.DatagramProtocol, ("127.0.0.1", port), user, password, transport=transport)
        address = relay.get_extra_info("sockname")
        relay.close()
        await asyncio.sleep(0.1)
    return address[1]


@pytest.mark.parametrize(("words", "last"), [("", 49259), ("turn.realm=example.org,turn.relayPorts.last=49170", 49170)])
def test_coturn_takes_the_words_it_is_given(words, last, tmp_path):
    workload = next(one for one in Manifests(sets("turn.enabled=true,turn.host=a.b", words)).workloads
                    if one["metadata"]["name"] == "loco-turn")
    port = free_port()
    given = [one.replace("$(TURN_SECRET)", "a-secret-of-tests").replace("/tmp/", f"{tmp_path}/")
             for one in container(workload)["args"]]
    assert any("a-secret-of-tests" in one for one in given)
    given = [f"--listening-port={port}" if one.startswith("--listening-port=") else one for one in given]
    log = tmp_path / "log"
    with open(log, "wb") as file:
        process = subprocess.Popen(["turnserver", *given, "--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1"], stdout=file,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    try:
        until("coturn listens", lambda: listens(port), 10, 0.05, log.read_text,
              lambda: None if process.poll() is None else f"it ended with {process.returncode}")
        for transport in ("udp", "tcp"):
            assert 49160 <= run(allocate(port, "a-secret-of-tests", transport)) <= last
        with pytest.raises(aioice.stun.TransactionFailed, match="401"):
            run(allocate(port, "another-secret", "udp"))
    finally:
        process.kill()
        process.wait(10)


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
