"""The active set with real guests: who is told, what QEMU's threads get of the processors, and what outlives what."""

import asyncio
import json
import os
import pathlib
import signal
import subprocess
import time
import urllib.error
import urllib.request

import aiohttp
import pytest

from support import processes
from support.background import run
from support.events import EventLog
from support.fleet import binary
from support.peer import Peer, play
from support.polling import until

pytestmark = pytest.mark.timeout(150)

GUESTS = 2
# What is killed is started again at once, as after a long run.
ENVIRONMENT = {"LOCO_SUPERVISION_HEALTHY_UPTIME": "1"}
FIRST, SECOND = "instance-0", "instance-1"
LOWERED = 6


def qemu(fleet, instance):
    """The pid of an instance's QEMU, from /proc."""
    node = fleet.node(instance)["pid"]
    found = [one.pid for one in processes.family(node, f"no-{instance}") if "qemu-system" in one.command.split(" ")[0]]
    assert len(found) == 1, f"QEMU of {instance}: {found}"
    return found[0]


def nices(pid):
    """The nice values of all threads of a process, from /proc."""
    values = set()
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            values.add(int((task / "stat").read_text().rsplit(")", 1)[1].split()[16]))
        except OSError:
            continue
    return values


def session_nice(pid):
    """The nice value of a process's autogroup; None where the kernel has none."""
    try:
        return int(pathlib.Path(f"/proc/{pid}/autogroup").read_text().split()[-1])
    except (OSError, ValueError):
        return None


def health(fleet, instance):
    """A node's own report, also of one that is not well."""
    try:
        with urllib.request.urlopen(fleet.node(instance)["url"] + "/health", timeout=5) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return json.loads(error.read())


def choose(fleet, body):
    request = urllib.request.Request(
        fleet.url + "/api/active", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST")
    with urllib.request.urlopen(request, timeout=5) as answer:
        return json.loads(answer.read())


def focus(fleet, instance, **expected):
    """Waits until a node says so, and gives what it says."""
    def says():
        told = health(fleet, instance)["focus"]
        return all(told[key] == value for key, value in expected.items()) and told

    return until(f"the focus of {instance} is {expected}", says, 10, 0.05,
                 lambda: f"{health(fleet, instance)['focus']}\n{fleet.log()}")


def has_whole_share(fleet, instance, base):
    focus(fleet, instance, cpuShare=1)
    pid = qemu(fleet, instance)
    assert nices(pid) == {base} and session_nice(pid) in (0, None)


def has_quarter(fleet, instance, base):
    """By what the kernel says of QEMU's threads, not by what the node says of itself."""
    told = focus(fleet, instance, focused=False, cpuShare=0.25)
    pid = qemu(fleet, instance)
    if told["means"] == "cgroup":
        group = pathlib.Path(f"/proc/{pid}/cgroup").read_text().split("0::", 1)[1].strip()
        assert "/loco-" in group
        return
    assert told["means"] == "priority"
    assert nices(pid) == {base + LOWERED} or session_nice(pid) == LOWERED


@pytest.fixture(scope="module")
def base(fleet):
    return os.getpriority(os.PRIO_PROCESS, fleet.node(FIRST)["pid"])


@pytest.fixture(autouse=True)
def _nobody(request):
    yield
    if "fleet" in request.fixturenames and "new_fleet" not in request.fixturenames:
        choose(request.getfixturevalue("fleet"), {"id": None})


def test_sockets_follow_a_post_within_200_ms(fleet):
    async def follow():
        async with aiohttp.ClientSession() as session:
            sockets = [await session.ws_connect(fleet.url + "/active") for _ in range(2)]
            for socket in sockets:
                assert await socket.receive_json(timeout=5) == {"active": []}
            worst = 0
            for index in range(20):
                ids = [FIRST, SECOND][:1 + index % 2]
                readers = [asyncio.ensure_future(told(socket)) for socket in sockets]
                began = time.monotonic()
                async with session.post(fleet.url + "/api/active", json={"ids": ids}) as answer:
                    assert answer.status == 200
                for at, message in await asyncio.gather(*readers):
                    assert message == {"active": ids}
                    worst = max(worst, at - began)
            for socket in sockets:
                await socket.close()
            return worst

    async def told(socket):
        message = await socket.receive_json(timeout=5)
        return time.monotonic(), message

    worst = run(follow())
    print(f"the last of two sockets was told after at most {worst * 1000:.1f} ms")
    assert worst < 0.2


def test_the_processors_follow_the_set_and_come_back(fleet, base):
    focus(fleet, FIRST, focused=None, cpuShare=1, means=None, reason=None, paused=False)
    began = time.monotonic()
    choose(fleet, {"id": FIRST})
    until("QEMU's threads are lowered", lambda: nices(qemu(fleet, SECOND)) != {base}
          or session_nice(qemu(fleet, SECOND)) != 0 or health(fleet, SECOND)["focus"]["means"] == "cgroup", 5, 0.01)
    print(f"QEMU had its share {(time.monotonic() - began) * 1000:.0f} ms after the choice")
    has_quarter(fleet, SECOND, base)
    focus(fleet, FIRST, focused=True)
    has_whole_share(fleet, FIRST, base)
    choose(fleet, {"ids": [SECOND]})
    has_quarter(fleet, FIRST, base)
    has_whole_share(fleet, SECOND, base)
    choose(fleet, {"id": None})
    for instance in (FIRST, SECOND):
        focus(fleet, instance, focused=None)
        has_whole_share(fleet, instance, base)


def test_a_killed_qemu_comes_back_with_its_share(fleet, base):
    choose(fleet, {"id": FIRST})
    has_quarter(fleet, SECOND, base)
    before = qemu(fleet, SECOND)
    os.kill(before, signal.SIGKILL)
    until("another QEMU runs", lambda: qemu(fleet, SECOND) != before, 40, 0.1, fleet.explain)
    has_quarter(fleet, SECOND, base)
    has_whole_share(fleet, FIRST, base)


def test_who_controls_a_guest_has_its_whole_share(fleet, base):
    choose(fleet, {"id": FIRST})
    has_quarter(fleet, SECOND, base)

    async def control():
        peer = Peer(channel="input")
        async with aiohttp.ClientSession() as session:
            await play(session, f"{fleet.url}/api/instances/{SECOND}/whep", peer)
            await peer.wait_message("hello")
            peer.channel.send(json.dumps({"type": "control", "action": "take"}))
            await asyncio.to_thread(lambda: focus(fleet, SECOND, focused=False, cpuShare=1))
            await asyncio.to_thread(lambda: has_whole_share(fleet, SECOND, base))
            peer.channel.send(json.dumps({"type": "control", "action": "release"}))
            await asyncio.to_thread(lambda: has_quarter(fleet, SECOND, base))
            await peer.close()

    run(control())


def loco_focus(*words, **environment):
    return subprocess.run([str(binary()), "focus", *words], capture_output=True, text=True, timeout=20, env={
        **{key: value for key, value in os.environ.items() if not key.startswith("LOCO_")}, **environment})


def test_loco_focus_chooses_prints_and_says_what_is_wrong(fleet):
    def focused(*words):
        answer = loco_focus(*words, LOCO_HUB_PORT=str(fleet.port))
        return answer.returncode, answer.stdout

    assert focused() == (0, "nobody is in focus\n")
    assert focused(SECOND) == (0, f"{SECOND}\n")
    assert focused("--add", FIRST, SECOND) == (0, f"{SECOND}\n{FIRST}\n")
    assert json.loads(fleet.get("/api/active"))["active"] == [SECOND, FIRST]
    status, text = focused("--json")
    assert status == 0 and json.loads(text) == {"active": [SECOND, FIRST], "missing": [], "pauseUnfocused": False}
    assert focused("--clear") == (0, "nobody is in focus\n")
    by_address = loco_focus("--hub", fleet.url, "instance-7")
    assert by_address.returncode == 1 and by_address.stdout == ""
    assert by_address.stderr == "loco focus: there is no instance 'instance-7'; GET /api/instances lists them\n"
    with_port = loco_focus("--hub", "http://127.0.0.1:1")
    assert with_port.returncode == 2 and "http://127.0.0.1:1" in with_port.stderr and "loco up" in with_port.stderr
    assert loco_focus("--hub", "nonsense").returncode == 2
    assert loco_focus("--clear", FIRST).returncode == 64
    assert json.loads(fleet.get("/api/active"))["active"] == []


def test_a_restarted_fleet_knows_the_set(new_fleet):
    first = new_fleet(guests=2).start()
    choose(first, {"ids": [SECOND]})
    focus(first, FIRST, focused=False)
    first.stop()
    again = new_fleet(guests=2, environment={
        "XDG_RUNTIME_DIR": str(first.home), "LOCO_RUN_DIRECTORY": str(first.run_directory)})
    again.run_directory = first.run_directory
    again.start()
    assert json.loads(again.get("/api/active"))["active"] == [SECOND]
    focus(again, FIRST, focused=False, cpuShare=0.25)
    focus(again, SECOND, focused=True, cpuShare=1)
    page = again.get("/metrics").decode()
    assert "\nloco_active_instances 1\n" in page
    assert f'\nloco_instance_focused{{instance="{SECOND}"}} 1\n' in page
    again.stop()


def test_guests_out_of_focus_are_paused_without_alarm_and_run_again(new_fleet):
    def picture(instance):
        return health(fleet, instance)["deepHealth"]["video"]

    fleet = new_fleet(guests=2, environment={"LOCO_ACTIVE_PAUSE_UNFOCUSED": "true"}).start()
    until("both are well", lambda: all(health(fleet, one)["overallStatus"] == "healthy" for one in (FIRST, SECOND)), 20)
    with EventLog(fleet.url) as events:
        until("the events are read", lambda: events.connections, 5)
        since = time.monotonic()
        choose(fleet, {"id": FIRST})
        focus(fleet, SECOND, focused=False, paused=True)
        pid = qemu(fleet, SECOND)
        # What a hang would take to be seen and mended, twice over.
        time.sleep(8)
        report = health(fleet, SECOND)
        assert report["runState"] == "paused" and report["focus"]["paused"] and report["overallStatus"] == "healthy"
        assert not report["recoveryNeeded"] and report["errors"] == []
        assert picture(SECOND)["frozen_seconds"] > 5 and picture(FIRST)["frozen_seconds"] < 2
        assert qemu(fleet, SECOND) == pid
        assert health(fleet, FIRST)["runState"] == "running"
        choose(fleet, {"id": SECOND})
        focus(fleet, SECOND, focused=True, paused=False)
        focus(fleet, FIRST, focused=False, paused=True)
        until("it runs", lambda: health(fleet, SECOND)["runState"] == "running", 5)
        choose(fleet, {"id": None})
        for instance in (FIRST, SECOND):
            focus(fleet, instance, focused=None, paused=False)
            until("it runs", lambda: health(fleet, instance)["runState"] == "running", 5)
            until("its picture moves", lambda: picture(instance)["frozen_seconds"] < 1, 10, 0.2,
                  lambda: picture(instance))
        assert not events.events("recovery", since=since) and not events.events("crash", since=since)
        alarms = {(one.instance, error) for one in events.events("health", since=since)
                  for error in one.data["health"]["errors"]}
        assert not {one for one in alarms if one[1] != "QEMU takes a whole core"}, alarms
    fleet.stop()
