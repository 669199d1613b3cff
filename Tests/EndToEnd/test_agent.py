"""A real agent, its real jobs, and the commands that give it orders."""

import asyncio
import json
import os
import pathlib
import re
import signal
import sys
import time

import aiohttp
import pytest

from support import processes
from support.agents import Agent, inventory, loco
from support.background import run
from support.peer import Peer, play
from support.polling import until
from support.terminal import Terminal

pytestmark = pytest.mark.timeout(120)

ODD = ["a b", "", "it's \"quoted\"", "two\nlines", "../../etc/passwd", "$HOME;`id`|x&", "üñí", "-n", "--", "*", "\t", "\\"]
ECHO = "import sys, json; json.dump(sys.argv[1:], open(sys.argv[1], 'w')); import time; time.sleep(float(sys.argv[2]))"


@pytest.fixture(scope="module")
def agent():
    with Agent() as one:
        yield one


@pytest.fixture
def hosts(agent, tmp_path):
    return inventory(tmp_path / "inventory.yml", {"alpha": agent})


def start(agent, **body):
    status, answer, text = agent.ask("POST", "/start", body)
    assert status == 201, text
    return answer


def alive(pid):
    return pid in {one.pid for one in processes.family(0, "no-such-marker")} or pathlib.Path(f"/proc/{pid}").exists() \
        and pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"


def pids(path):
    return [int(one) for one in path.read_text().split()] if path.exists() else []


def test_without_its_token_nothing_is_told(agent):
    start(agent, exe="sleep", args=["60"], job_id="very-secret-job")
    for method, path in [("GET", "/status"), ("POST", "/start"), ("POST", "/stop"), ("POST", "/stop_all"),
                         ("POST", "/restart"), ("POST", "/exec"), ("GET", "/logs?job_id=very-secret-job")]:
        body = {"job_id": "very-secret-job"} if method == "POST" else None
        none, wrong = (agent.ask(method, path, body, token) for token in (None, "a-token-of-nobody"))
        assert none[0] == 401 and wrong[0] == 403, path
        assert "very-secret-job" not in none[2] + wrong[2]
    status, _, text = agent.ask("GET", "/health", token=None)
    assert status == 200 and "very-secret-job" not in text
    agent.ask("POST", "/stop", {"job_id": "very-secret-job", "mode": "kill"})


def test_an_agent_without_a_token_that_others_could_reach_does_not_start(tmp_path):
    done = loco("agent", "--host", "0.0.0.0", "--port", "0", environment={"LOCO_RUN_DIRECTORY": str(tmp_path)})
    assert done.returncode != 0 and "LOCO_AGENT_TOKEN" in done.stderr


def test_a_job_that_ignores_sigterm_ends_and_it_is_told_how(agent, hosts, tmp_path):
    ready = tmp_path / "ready"
    script = "import signal, time, sys; signal.signal(signal.SIGTERM, signal.SIG_IGN); open(sys.argv[1], 'w'); time.sleep(300)"
    pid = start(agent, exe=sys.executable, args=["-c", script, str(ready)], job_id="deaf")["job"]["pid"]
    until("it ignores SIGTERM", ready.exists, 10)
    done = loco("stop", "deaf", "--mode", "term", "--grace", "1", "--inventory", hosts)
    assert done.returncode == 0, done.stderr
    assert "did not end on SIGTERM and was killed" in done.stdout
    assert not alive(pid)
    job = agent.job("deaf")
    assert (job["state"], job["ended_by"], job["signal"]) == ("exited", "kill", 9)


@pytest.mark.parametrize("mode", ["term", "kill", "tree_kill"])
def test_a_job_that_forks_leaves_no_child(agent, tmp_path, mode):
    file = tmp_path / "pids"
    # A child, a grandchild, and a daemon by the book: another session, its parents gone, deaf to SIGTERM and SIGHUP.
    script = f"""
import os, signal, time
def note():
    with open({str(file)!r}, "a") as log: log.write(f"{{os.getpid()}}\\n")
for _ in range(2):
    if os.fork() == 0:
        os.fork(); note(); time.sleep(300); os._exit(0)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for one in (signal.SIGTERM, signal.SIGHUP): signal.signal(one, signal.SIG_IGN)
        note(); time.sleep(300)
    os._exit(0)
note(); time.sleep(300)
"""
    start(agent, exe=sys.executable, args=["-c", script], job_id="forks")
    until("all six run", lambda: len(pids(file)) == 6, 10)
    assert all(alive(one) for one in pids(file))
    status, end, text = agent.ask("POST", "/stop", {"job_id": "forks", "mode": mode})
    assert status == 200 and end["ended_by"] == mode, text
    assert [one for one in pids(file) if alive(one)] == []


def test_the_same_id_replaces_a_job_once_it_is_really_gone(agent, tmp_path):
    file, ready = tmp_path / "pids", tmp_path / "ready"
    script = f"trap 'sleep 1; exit 0' TERM; echo $$ >> {file}; touch {ready}; while :; do sleep 0.1; done"
    first = start(agent, exe="sh", args=["-c", script], job_id="one")["job"]["pid"]
    until("it runs", ready.exists, 10)
    begun = time.monotonic()
    answer = start(agent, exe="sh", args=["-c", script], job_id="one")
    assert time.monotonic() - begun >= 0.9 and not alive(first)
    assert answer["replaced"]["ended_by"] == "term"
    assert alive(answer["job"]["pid"]) and answer["job"]["pid"] != first
    jobs = [one for one in agent.ask("GET", "/status")[1]["jobs"] if one["job_id"] == "one"]
    assert len(jobs) == 1
    agent.ask("POST", "/stop", {"job_id": "one", "mode": "kill"})


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_restarted_agent_finds_its_jobs_again(number, tmp_path):
    with Agent() as agent:
        file = tmp_path / "pids"
        long = start(agent, exe="sh", args=["-c", f"echo $$ >> {file}; echo before; sleep 3; echo after; exec sleep 300"],
                     job_id="long")["job"]["pid"]
        start(agent, exe="sh", args=["-c", "sleep 1; exit 7"], job_id="short")
        agent.kill(number)
        assert alive(long), "the job did not outlive its agent"
        time.sleep(1.5)
        agent.start()
        job = agent.job("long")
        assert (job["state"], job["pid"]) == ("running", long)
        # Its end was seen by its keeper.
        short = agent.job("short")
        assert (short["state"], short["exit_code"]) == ("failed", 7)
        until("its output is still taken", lambda: agent.ask("GET", "/logs?job_id=long")[1]["lines"] == ["before", "after"], 10)
        assert pids(file) == [long], "a twin was started"
        status, end, text = agent.ask("POST", "/stop", {"job_id": "long"})
        assert status == 200 and end["ended_by"] == "term" and not alive(long), text


def test_odd_names_and_arguments_come_through_byte_for_byte(agent, hosts, tmp_path):
    for index, name in enumerate(ODD):
        if not name:
            continue
        out = tmp_path / f"out-{index}"
        start(agent, exe=sys.executable, args=["-c", ECHO, str(out), "0", *ODD], job_id=name)
        until("it has written its arguments", lambda: out.exists() and out.read_text(), 10)
        assert json.loads(out.read_text())[2:] == ODD
        until("it ended", lambda: agent.job(name)["state"] == "exited", 10)
        assert agent.job(name)["args"][3:] == ["0", *ODD]
    folder = agent.home / "run" / "state" / "agent" / "jobs"
    assert all("/" not in one and one.isascii() for one in os.listdir(folder))
    assert not list(agent.home.parent.glob("passwd*"))
    # The same by the command line, whose --args takes all that follows.
    out = tmp_path / "by-command"
    done = loco("start", "--inventory", hosts, "--exe", sys.executable, "--job-id", "by command\n", "--wait", "--timeout", "20",
                "--args", "-c", ECHO, out, "0", *ODD)
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text())[2:] == ODD
    done = loco("exec", "--inventory", hosts, "--json", "--exe", "printf", "--args", "%s|", *ODD)
    assert json.loads(done.stdout)["alpha"]["stdout"] == "".join(f"{one}|" for one in ODD)


def test_exec_tells_each_return_code_and_fails_if_one_does(agent, tmp_path):
    with Agent() as other:
        hosts = inventory(tmp_path / "inventory.yml", {"alpha": agent, "beta": other})
        good = loco("exec", "--inventory", hosts, "--exe", "true")
        assert good.returncode == 0 and good.stdout.splitlines() == ["alpha: return code 0", "beta: return code 0"]
        # Something that is on one of them alone.
        (other.home / "only-here").touch()
        mixed = loco("exec", "--inventory", hosts, "--exe", "test", "--cwd", "/", "--args", "-e", other.home / "no")
        assert mixed.returncode == 1 and mixed.stdout.count("return code 1") == 2
        one = loco("exec", "--inventory", hosts, "--clients", "beta", "--exe", "sh", "--args", "-c", "echo hi; exit 3")
        assert one.returncode == 1 and one.stdout.splitlines() == ["beta: hi", "beta: return code 3"]
        slow = loco("exec", "--inventory", hosts, "--timeout", "1", "--exe", "sleep", "--args", "60")
        assert slow.returncode == 1 and slow.stderr.count("its time was over") == 2


def test_status_lists_jobs_and_hosts_that_do_not_answer(agent, tmp_path):
    with Agent() as gone:
        pass
    hosts = inventory(tmp_path / "inventory.yml", {"alpha": agent, "gone": gone})
    pid = start(agent, exe="sh", args=["-c", "while :; do :; done"], job_id="busy")["job"]["pid"]
    until("it was measured", lambda: agent.job("busy")["cpu_percent"], 10)
    done = loco("status", "--inventory", hosts)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["NAME", "JOB_ID", "PID", "STATUS", "CPU%", "MEM(MB)", "HUNG"]
    row = next(one.split() for one in lines if "busy" in one)
    assert row[:4] == ["alpha", "busy", str(pid), "running"] and row[6] == "no"
    assert float(row[4]) > 5 and float(row[5]) > 0.1
    assert next(one for one in lines if one.startswith("gone")).split() == ["gone", "-", "-", "unreachable", "-", "-", "-"]
    body = json.loads(loco("status", "--inventory", hosts, "--json").stdout)
    assert [one["reachable"] for one in body["clients"]] == [True, False]
    agent.ask("POST", "/stop", {"job_id": "busy", "mode": "kill"})


def test_status_that_watches_shows_what_changes(tmp_path):
    with Agent() as agent, Terminal("status", "--watch", "--inventory", inventory(tmp_path / "i.yml", {"alpha": agent})) as shown:
        until("it is shown again and again", lambda: shown.screens >= 3, 15, 0.1, shown.explain)
        assert "JOB_ID" in shown.screen and "seen" not in shown.screen
        pid = start(agent, exe="sleep", args=["300"], job_id="seen")["job"]["pid"]
        until("a new job is shown", lambda: re.search(rf"alpha +seen +{pid} +running", shown.screen), 10, 0.1, shown.explain)
        agent.kill()
        until("its host is told away", lambda: re.search(r"alpha +- +- +unreachable", shown.screen), 10, 0.1, shown.explain)
        agent.start()
        until("and is back", lambda: re.search(rf"alpha +seen +{pid} +running", shown.screen), 10, 0.1, shown.explain)
        agent.ask("POST", "/stop", {"job_id": "seen", "mode": "kill"})
        until("the end of a job is shown", lambda: re.search(r"alpha +seen +- +exited", shown.screen), 10, 0.1, shown.explain)
        assert shown.process.poll() is None
        shown.process.send_signal(signal.SIGINT)
        shown.process.wait(5)


def test_a_restarted_agent_finds_a_node_again_and_its_stream_goes_on():
    async def watch(agent, port):
        """Plays the guest while its agent is killed and started again; gives the frames of the time after that."""
        peer = Peer()
        try:
            async with aiohttp.ClientSession() as session:
                await play(session, f"http://127.0.0.1:{port}/whep", peer)
                await peer.wait_frames(10)
                agent.kill()
                await peer.wait_frames(peer.frames["video"] + 20)
                await asyncio.to_thread(agent.start)
                before = peer.frames["video"]
                await peer.wait_frames(before + 30)
                assert peer.connection.connectionState == "connected"
                return peer.frames["video"] - before
        finally:
            await peer.close()

    environment = {"LOCO_ICE_ADDRESSES": "127.0.0.1", "LOCO_SUPERVISION_HEALTHY_UPTIME": "1"}
    with Agent(environment=environment) as agent:
        agent.ask("POST", "/start", {"node": {"number": 0}})
        until("its guest is up", lambda: agent.job("instance-0")["node"]["ready"], 40, 0.1, agent.log)
        before = agent.job("instance-0")
        assert run(watch(agent, before["node"]["port"])) >= 30
        after = agent.job("instance-0")
        same = ["state", "pid", "started_at", "restarts", "node"]
        assert [after[one] for one in same] == [before[one] for one in same] and after["restarts"] == 0
        nodes = [one for one in agent.family() if one.alive and " node --node-id" in one.command]
        assert [one.pid for one in nodes] == [before["pid"]], "a twin was started"
        # It is watched on: the end of a child that is not the new agent's own is seen, and answered.
        os.kill(before["pid"], signal.SIGKILL)
        until("another one is up", lambda: agent.job("instance-0")["pid"] not in (None, before["pid"])
              and agent.job("instance-0")["node"]["ready"], 30, 0.1, agent.log)
        assert agent.job("instance-0")["restarts"] == 1


def test_a_job_that_does_nothing_for_half_a_minute_hangs(agent):
    start(agent, exe="sleep", args=["300"], job_id="idle")
    begun = time.monotonic()
    until("it hangs", lambda: agent.job("idle")["hung"], 50, 0.5)
    assert time.monotonic() - begun >= 28
    agent.ask("POST", "/stop", {"job_id": "idle", "mode": "kill"})


def test_stop_all_ends_everything(tmp_path):
    with Agent() as agent:
        hosts = inventory(tmp_path / "inventory.yml", {"alpha": agent})
        started = [start(agent, exe="sleep", args=["300"], job_id=f"job {one}")["job"]["pid"] for one in range(3)]
        done = loco("stop", "--all", "--inventory", hosts)
        assert done.returncode == 0 and done.stdout.count("ended on SIGTERM") == 3, done.stdout + done.stderr
        assert not [one for one in started if alive(one)]


def test_a_wrong_inventory_is_told_with_its_line(tmp_path):
    path = tmp_path / "inventory.yml"
    path.write_text("clients:\n  - name: a\n    hots: b\n")
    done = loco("status", "--inventory", path)
    assert done.returncode != 0 and f"{path}:3" in done.stderr and "hots" in done.stderr
    path.write_text('token: "0123456789abcdef"\nclients:\n  - {name: a, host: 127.0.0.1, port: 1}\n')
    path.chmod(0o644)
    done = loco("status", "--inventory", path)
    assert "chmod 600" in done.stderr and "0123456789abcdef" not in done.stderr
