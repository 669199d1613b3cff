"""A fleet without Kubernetes: two hosts with an agent each, and a hub that finds their guests, streams them, tells a host
that is cut off from one that is not, and gives the fleet another size."""

import asyncio
import datetime
import json
import os
import signal
import time

import aiohttp
import pytest

from support.agents import NODE_TOKEN
from support.events import EventLog
from support.lan import HEALTHY_UPTIME, Lan, LanHub
from support.namespaces import require_namespaces
from support.polling import until
from support.viewer import CHROMIUM_ARGUMENTS, Viewer

pytestmark = pytest.mark.timeout(240)

BOTH = ["instance-0", "instance-1"]


@pytest.fixture(scope="module")
def lan():
    require_namespaces()
    with Lan(["a", "b"]) as one:
        done = one.loco("start", "--node", "--inventory", one.inventory, "--wait", "--timeout", "60", timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr + "".join(agent.log() for agent in one.agents.values())
        yield one


@pytest.fixture(scope="module")
def hub(lan):
    with LanHub(lan) as one:
        one.wait_ready(BOTH)
        yield one


@pytest.fixture(scope="module")
def events(lan, hub):
    with EventLog(hub.url, lan.middle, NODE_TOKEN) as one:
        yield one


@pytest.fixture(scope="module")
def page(lan, hub, driver):
    """The dashboard in a Chromium on the hub's host, playing both guests."""
    browser = driver.chromium.launch(executable_path=lan.chromium(), args=CHROMIUM_ARGUMENTS)
    viewer = Viewer(browser.new_context(viewport={"width": 1000, "height": 700}), hub.url)
    try:
        viewer.open(f"/?token={NODE_TOKEN}")
        for one in BOTH:
            until(f"{one} plays in the page", lambda one=one: viewer.state(one) == "playing", 30, 0.05,
                  lambda: "\n".join([viewer.page.url, *viewer.errors[-20:], hub.explain()]))
        yield viewer
    finally:
        viewer.close()
        browser.close()


def node(lan, name, number):
    return lan.agents[name].job(f"instance-{number}")


def settled(lan, name, number):
    """The node's job, once it has run for so long that its end is an accident: one that ends sooner is waited with."""

    def probe():
        job = node(lan, name, number)
        if job["pid"] is None:
            return None
        begun = datetime.datetime.fromisoformat(job["started_at"])
        age = (datetime.datetime.now(datetime.timezone.utc) - begun).total_seconds()
        return job if age >= HEALTHY_UPTIME + 1.5 else None  # started_at has whole seconds

    return until(f"instance-{number} has run for a while", probe, 60, 0.1,
                 lambda: json.dumps(node(lan, name, number), indent=1))


def test_guests_of_both_hosts_stream_to_one_page(lan, hub, page):
    found = hub.instances()
    assert {found[one]["host"]["name"] for one in BOTH} == {"a", "b"}
    info = hub.get("/api/instances/discovery-info")
    assert info["source"] == "agents" and info["usingAutoDiscovery"] is True and info["lastError"] is None
    for one in BOTH:
        rate = page.fps_over(3, one)
        assert rate >= 15, one


def test_a_host_that_is_cut_off_is_told_and_the_other_goes_on_and_it_comes_back_by_itself(lan, hub, events, page):
    cut = next(one["host"]["name"] for name, one in hub.instances().items() if name == "instance-0")
    pids = {name: node(lan, "a" if hub.instances()[name]["host"]["name"] == "a" else "b", name[-1])["pid"] for name in BOTH}
    before = page.metrics("instance-1")
    lan.cut(cut)
    start = time.monotonic()
    try:
        told = events.wait(
            "unreachable, which is the network's", lambda data: data["health"]["failureType"] == "network"
            and any("unreachable" in one for one in data["health"]["errors"]), 8, "health", "instance-0", start)
        seconds = told.at - start
        assert seconds <= 5, seconds
        report = hub.health("instance-0")
        assert report["failureType"] == "network" and report["overallStatus"] == "unhealthy"
        until("its host is marked", lambda: hub.instances()["instance-0"]["host"]["reachable"] is False, 5, 0.1, hub.explain)
        assert "is unreachable" in hub.get("/api/instances/discovery-info")["lastError"]
        # Long enough for the hub to try to mend it, which must not reach the node afterwards.
        page.page.wait_for_timeout(12_000)
        after = page.metrics("instance-1")
        rate = (after["framesDecoded"] - before["framesDecoded"]) / ((after["at"] - before["at"]) / 1000)
        assert rate >= 15 and after["attempts"] == before["attempts"] and page.state("instance-1") == "playing"
        others = events.events("health", "instance-1", start)
        assert others and all(one.data["health"]["failureType"] == "none" for one in others)
        assert sorted(hub.instances()) == BOTH
    finally:
        lan.heal(cut)
    healed = time.monotonic()
    until("it is well again", lambda: (hub.health("instance-0") or {}).get("overallStatus") == "healthy"
          and hub.instances()["instance-0"]["ready"] and hub.instances()["instance-0"]["host"]["reachable"], 20, 0.1, hub.explain)
    back = time.monotonic() - healed
    page.wait_playing("instance-0", 40)
    assert page.fps_over(2, "instance-0") >= 15
    playing = time.monotonic() - healed
    print(f"cut off: told after {seconds:.2f} s; healed: well after {back:.2f} s, playing within {playing:.2f} s")
    for name in BOTH:
        assert node(lan, hub.instances()[name]["host"]["name"], name[-1])["pid"] == pids[name], "started again"
    assert not events.events("instance", "instance-1", start)


def test_a_hub_that_starts_while_a_host_is_cut_off_knows_its_guests(lan, hub):
    with LanHub(lan, "again") as before:
        before.wait_ready(BOTH)
        cut, numbers = "b", [one for one in BOTH if before.instances()[one]["host"]["name"] == "b"]
        pids = {one: node(lan, cut, one[-1])["pid"] for one in numbers}
        assert numbers, before.explain()
    lan.cut(cut)
    try:
        with LanHub(lan, "again") as again:
            start = time.monotonic()
            until("all are listed", lambda: sorted(again.instances()) == BOTH, 3, 0.1, again.explain)
            listed = time.monotonic() - start
            until("those of the host that is cut off are told unreachable", lambda: all(
                (again.health(one) or {}).get("failureType") == "network"
                and again.instances()[one]["host"]["reachable"] is False for one in numbers), 10, 0.1, again.explain)
            told = time.monotonic() - start
            info = again.get("/api/instances/discovery-info")
            assert info["stale"] is True and "b is unreachable" in info["lastError"]
            assert not any(again.instances()[one]["ready"] for one in numbers)
            until("the others are ready", lambda: again.ready() == [one for one in BOTH if one not in numbers], 10, 0.1,
                  again.explain)
            status, body = again.send("/api/instances/scale", {"replicas": 0}, 30)
            assert status >= 400 and "b" in body["error"]["message"], body
            lan.heal(cut)
            again.wait_ready(BOTH, 30)
            until("nothing is stale", lambda: again.get("/api/instances/discovery-info")["stale"] is False, 5, 0.1,
                  again.explain)
            print(f"started while a host was cut off: listed after {listed:.2f} s, told unreachable after {told:.2f} s")
    finally:
        lan.heal(cut)
    assert {one: node(lan, cut, one[-1])["pid"] for one in numbers} == pids, "started again"
    hub.wait_ready(BOTH)


def test_a_killed_node_is_started_again_by_its_agent(lan, hub, events):
    owner = hub.instances()["instance-1"]["host"]["name"]
    pid = settled(lan, owner, 1)["pid"]
    start = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    crash = events.wait("its end is told", lambda data: data["crash"]["service"] == "instance-1", 10, "crash", "instance-1", start)
    assert crash.data["crash"]["signal"] == 9
    until("another one runs", lambda: node(lan, owner, 1)["pid"] not in (pid, None), 20, 0.1,
          lambda: json.dumps(node(lan, owner, 1), indent=1))
    print(f"killed: another one runs after {time.monotonic() - start:.2f} s")
    hub.wait_ready(BOTH)


def test_a_fleet_gets_more_guests_and_fewer(lan, hub, events, page):
    start = time.monotonic()
    done = lan.loco("scale", 3, "--hub", hub.url)
    assert done.returncode == 0 and done.stdout == "from 2 to 3 guests\n", done.stdout + done.stderr
    hub.wait_ready([*BOTH, "instance-2"])
    print(f"scaled to 3: streaming-ready after {time.monotonic() - start:.1f} s")
    page.wait_playing("instance-2", 30)
    print(f"and playing in the page after {time.monotonic() - start:.1f} s")
    assert page.fps_over(2, "instance-2") >= 10

    async def watch():
        """Signals to the guest that goes; gives what its viewer is told."""
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(hub.url + "/signal", headers={"Authorization": f"Bearer {NODE_TOKEN}"}) as socket:
                await socket.send_json({"type": "register", "id": "watcher"})
                await socket.send_json({"type": "signal", "target": "instance-2", "data": {"candidate": "", "sdpMLineIndex": 0}})
                await asyncio.sleep(1)
                answer = await asyncio.get_running_loop().run_in_executor(
                    None, lambda: hub.send("/api/instances/scale", {"replicas": 2}, 60))
                told = []
                async with asyncio.timeout(20):
                    async for message in socket:
                        told.append(json.loads(message.data))
                        if told[-1].get("code") == "target-gone":
                            return answer, told
                return answer, told

    start = time.monotonic()
    answer, told = _inside(lan, watch)
    assert answer == (200, {"from": 3, "to": 2})
    gone = next(one for one in told if one.get("code") == "target-gone")
    assert gone["target"] == "instance-2" and "scaled from 3 to 2" in gone["message"]
    event = events.wait("it is gone", lambda data: data["news"]["phase"] == "gone", 5, "instance", "instance-2", start)
    assert "scaled from 3 to 2" in event.data["news"]["message"]
    assert sorted(hub.instances()) == BOTH
    # Its node is gone for good, and the others were not touched.
    time.sleep(2)
    assert sorted(hub.instances()) == BOTH and hub.ready() == BOTH


def _inside(lan, coroutine):
    """Runs a coroutine in a thread that is on the hub's host."""
    return lan.middle.do(lambda: asyncio.run(asyncio.wait_for(coroutine(), 60)))


def test_a_fleet_that_cannot_have_so_many_says_so(hub):
    status, body = hub.send("/api/instances/scale", {"replicas": -1})
    assert status == 400 and body["error"]["code"] == "bad-request"
    status, body = hub.send("/api/instances/scale", {"replicas": "many"})
    assert status == 400
