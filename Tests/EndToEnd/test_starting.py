"""A node serves from its first moment on, and tells how far its guest is."""

import asyncio
import json
import re
import shutil
import time
import urllib.error
import urllib.request

import aiohttp
import pytest

from support.agents import Agent, loco
from support.background import run
from support.events import EventLog
from support.peer import Peer, play
from support.polling import until

pytestmark = pytest.mark.timeout(120)

EMULATOR = shutil.which("qemu-system-i386") or "/usr/libexec/qemu-system-i386"


@pytest.fixture
def gate(tmp_path):
    """A QEMU that begins only when it may: `gate.open()`."""

    class Gate:
        program = tmp_path / "qemu"
        key = tmp_path / "key"

        def open(self):
            self.key.touch()

    one = Gate()
    one.program.write_text(f'#!/bin/sh\nwhile [ ! -e "{one.key}" ]; do sleep 0.05; done\nexec {EMULATOR} "$@"\n')
    one.program.chmod(0o755)
    return one


@pytest.fixture
def agent():
    with Agent(environment={"LOCO_ICE_ADDRESSES": "127.0.0.1"}) as one:
        yield one


def begin(agent, program):
    """Starts a node with a QEMU of the test's own; gives its address once it listens."""
    begun = time.monotonic()
    status, _, text = agent.ask("POST", "/start", {"node": {"number": 0}, "environment": {
        "LOCO_GUEST_EMULATOR": str(program)}})
    assert status == 201, text
    port = until("it listens", lambda: agent.job("instance-0")["node"]["port"], 20, 0.02, lambda: explain(agent))
    print(f"listens after {time.monotonic() - begun:.2f} s")
    return f"http://127.0.0.1:{port}"


def explain(agent):
    return json.dumps(agent.job("instance-0"), indent=1) + "\n" + "\n".join(
        agent.ask("GET", "/logs?job_id=instance-0")[1]["lines"][-30:])


def ask(url, body=None):
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"} if body is not None else {})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def states(health):
    return {one["name"]: one["state"] for one in health["services"]}


def test_a_node_tells_how_far_its_guest_is_and_streams_from_the_beginning(agent, gate):
    url = begin(agent, gate.program)
    until("QEMU is waited for", lambda: states(json.loads(ask(url + "/health")[2])) == {
        "xserver": "running", "pulse": "running", "qemu": "starting"}, 15, 0.1, lambda: explain(agent))
    status, _, text = ask(url + "/health")
    health = json.loads(text)
    assert status == 503 and health["overallStatus"] == "degraded" and health["failureType"] == "none"
    assert health["errors"] == ["the guest is starting"] and health["recoveryNeeded"] is False
    assert re.search(r'^loco_health\{instance="instance-0",status="degraded"\} 1$', ask(url + "/metrics")[2], re.M)
    job = agent.job("instance-0")
    assert job["state"] == "running" and job["node"]["ready"] is False
    # Nothing is mended that is on its way.
    for path in ("/recover", "/services/qemu/restart"):
        status, headers, text = ask(url + path, b'{"forceRecovery":true}' if path == "/recover" else b"")
        assert status == 503 and json.loads(text)["error"]["code"] == "guest-starting", text
        assert headers["Retry-After"] == "1"

    async def watch(events):
        peer = Peer()
        try:
            async with aiohttp.ClientSession() as session:
                # Who comes early sees that it starts, and then the guest, in one session.
                await play(session, url + "/whep", peer)
                await peer.wait_frames(1)
                told = events.events("service", "instance-0")
                assert {one.data["service"]["name"] for one in told} >= {"xserver", "pulse", "qemu"}
                placeholder, begun = peer.size, time.monotonic()
                gate.open()
                await asyncio.to_thread(
                    until, "its guest is up", lambda: agent.job("instance-0")["node"]["ready"], 30, 0.05,
                    lambda: explain(agent))
                print(f"up {time.monotonic() - begun:.2f} s after QEMU could begin")
                before = peer.frames["video"]
                await peer.wait_frames(before + 60)
                return placeholder, peer.size
        finally:
            await peer.close()

    with EventLog(url) as events:
        until("its events come", lambda: len(events.events("health", "instance-0")) >= 3, 10, 0.1)
        placeholder, size = run(watch(events))
        assert placeholder is not None and size is not None
        events.wait("it is well", lambda data: data["health"]["overallStatus"] == "healthy", 20, "health", "instance-0")
        assert not events.events("crash") and events.connections == 1
    assert agent.job("instance-0")["restarts"] == 0


def test_a_node_that_is_ended_while_its_guest_starts_leaves_nothing(agent, gate):
    url = begin(agent, gate.program)
    until("QEMU is waited for", lambda: states(json.loads(ask(url + "/health")[2]))["qemu"] == "starting", 15, 0.1,
          lambda: explain(agent))
    with EventLog(url) as events:
        until("somebody reads its events", lambda: events.events("health"), 10, 0.1)
        before = agent.family()
        assert any("Xvfb" in one.command for one in before)
        status, end, text = agent.ask("POST", "/stop", {"job_id": "instance-0", "mode": "term"})
    assert status == 200 and end["ended_by"] == "term" and end["exit_code"] == 0 and end["leftovers"] == 0, text
    assert end["seconds"] < 6, text
    assert not list((agent.home / "run" / "instance-0").glob("node.json"))
    alive = [one.command for one in agent.family() if one.alive and one.pid != agent.process.pid]
    assert alive == []


def test_a_second_node_of_an_instance_ends_and_leaves_the_first_alone(agent):
    url = begin(agent, EMULATOR)
    until("its guest is up", lambda: agent.job("instance-0")["node"]["ready"], 30, 0.1, lambda: explain(agent))
    record = agent.home / "run" / "instance-0" / "node.json"
    before, cookie = record.read_text(), (agent.home / "run" / "instance-0" / "xauthority").read_bytes()
    second = loco("node", "--node-id", "instance-0", "--node-port", "0", timeout=30, environment={
        "LOCO_RUN_DIRECTORY": str(agent.home / "run")})
    assert second.returncode == 1 and "in use" in second.stderr, second.stderr
    assert record.read_text() == before
    assert (agent.home / "run" / "instance-0" / "xauthority").read_bytes() == cookie
    assert ask(url + "/health")[0] == 200 and agent.job("instance-0")["node"]["ready"] is True


def test_a_guest_that_cannot_start_ends_its_node_with_the_reason(agent, tmp_path):
    broken = tmp_path / "qemu"
    broken.write_text("#!/bin/sh\necho no such machine >&2\nexit 3\n")
    broken.chmod(0o755)
    agent.ask("POST", "/start", {"node": {"number": 0}, "environment": {"LOCO_GUEST_EMULATOR": str(broken)}})
    until("it failed", lambda: agent.job("instance-0")["state"] == "failed", 30, 0.1, lambda: explain(agent))
    job = agent.job("instance-0")
    assert job["exit_code"] == 1 and "exit code 1" in job["error"], job
    assert job["node"]["port"] is None and job["node"]["ready"] is False and job["next_start"]
    lines = agent.ask("GET", "/logs?job_id=instance-0")[1]["lines"]
    assert any("no such machine" in one for one in lines), lines
    assert not list((agent.home / "run" / "instance-0").glob("node.json"))
    alive = [one.command for one in agent.family() if one.alive and one.pid != agent.process.pid]
    assert alive == []


def test_a_hub_shows_how_far_a_guest_is_and_sends_nobody_there_before(new_fleet, gate):
    fleet = new_fleet(guests=1, environment={"LOCO_GUEST_EMULATOR": str(gate.program)})
    fleet.launch()
    until("the hub answers", fleet.instances, 20, 0.1, fleet.explain)
    with EventLog(fleet.url) as events:
        told = events.wait("its way is told", lambda data: data["news"]["phase"] == "booting"
                           and data["news"]["message"] == "waits for qemu", 20, "instance", "instance-0")
        assert 0 < told.data["news"]["progress"] < 1
        one = fleet.instance("instance-0")
        assert one["ready"] is False and one["status"] == "booting" and one["node"]["reachable"] is True
        gate.open()
        events.wait("it is ready", lambda data: data["news"]["phase"] == "ready", 30, "instance", "instance-0")
    until("it can be watched", lambda: fleet.instance("instance-0")["ready"], 10, 0.1, fleet.explain)
    assert fleet.stop() == 0
