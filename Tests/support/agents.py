"""Real agents, each with folders of its own and, where a test wants that, on a host of its own."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from . import processes
from .fleet import ARTIFACTS, REPOSITORY, binary, free_port
from .polling import until

TOKEN = "agents-of-the-tests"
NODE_TOKEN = "nodes-of-the-tests"
# A host has a /tmp of its own, where X servers agree on display numbers, with the folders that it needs (before the --).
# `ip netns exec` has made a mount namespace.
OWN_TMP = """
set -e
mount -t tmpfs tmpfs /mnt
while [ "$1" != -- ]; do
  mkdir -p "/mnt${1#/tmp}"
  mount --bind "$1" "/mnt${1#/tmp}"
  shift
done
shift
mkdir -m 1777 /mnt/.X11-unix
mount --move /mnt /tmp
exec "$@"
"""


def clean_environment():
    """Without settings of whoever runs the tests."""
    return {key: value for key, value in os.environ.items() if not key.startswith("LOCO_")}


class Agent:
    """`loco agent`. host: a `namespaces.Host` it runs on. address: where it listens."""

    def __init__(self, host=None, address="127.0.0.1", port=None, token=TOKEN, environment=None):
        self.host, self.address, self.token = host, address, token
        self.port = port or free_port()
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="loco-", dir="/tmp"))
        self.marker = f"loco-agent-{uuid.uuid4().hex}"
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.log_path = ARTIFACTS / f"{self.marker}.log"
        self.environment = {
            **clean_environment(), "XDG_RUNTIME_DIR": str(self.home), "LOCO_RUN_DIRECTORY": str(self.home / "run"),
            "LOCO_AGENT_HOST": address, "LOCO_AGENT_PORT": str(self.port), "FLEET_MARKER": self.marker, "TMPDIR": "/tmp",
            **({"LOCO_AGENT_TOKEN": token} if token else {}), **(environment or {})}
        self.process = None

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.clean()
            raise

    def __exit__(self, *_):
        self.clean()

    def start(self):
        command = [str(binary()), "agent"]
        if self.host:
            folders = [self.home, *([REPOSITORY] if REPOSITORY.is_relative_to("/tmp") else [])]
            command = ["sh", "-c", OWN_TMP, "sh", *map(str, folders), "--", *command]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.host.command(command) if self.host else command, env=self.environment, cwd=REPOSITORY,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
        until("the agent answers", lambda: self.ask("GET", "/health", token=None)[0] == 200, 20, 0.05, self.log)
        return self

    def kill(self, number=signal.SIGKILL):
        self.process.send_signal(number)
        self.process.wait(20)

    def ask(self, method, path, body=None, token=True, timeout=30):
        """Gives (status, JSON, text)."""
        request = urllib.request.Request(
            f"http://{self.address}:{self.port}{path}", None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"} if body is not None else {}, method=method)
        given = self.token if token is True else token
        if given:
            request.add_header("Authorization", f"Bearer {given}")

        def call():
            try:
                with urllib.request.urlopen(request, timeout=timeout) as answer:
                    return answer.status, answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.read().decode()

        status, text = self.host.do(call) if self.host else call()
        try:
            return status, json.loads(text), text
        except ValueError:
            return status, None, text

    def job(self, name):
        status, body, text = self.ask("GET", "/status?job_id=" + urllib.parse.quote(name, safe=""))
        assert status == 200, text
        return body["jobs"][0]

    def log(self):
        try:
            return self.log_path.read_text(errors="replace")[-6000:]
        except OSError:
            return "(no log)"

    def family(self):
        """All that runs because of it, its keepers and jobs too."""
        return processes.family(self.process.pid if self.process else 0, str(self.home))

    def clean(self):
        if self.process is not None and self.process.poll() is None:
            try:
                self.ask("POST", "/stop_all", {"mode": "term", "grace": 10}, timeout=60)
            except OSError:
                pass
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
        for one in self.family():
            if one.alive:
                try:
                    os.kill(one.pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        time.sleep(0.05)
        with open(self.log_path, "a") as log:
            for path in self.home.rglob("job.log"):
                log.write(f"\n--- {path}\n{path.read_text(errors='replace')[-4000:]}")
        shutil.rmtree(self.home, ignore_errors=True)


def inventory(path, agents, token=TOKEN):
    """Writes an inventory of `{name: agent}`."""
    lines = [f'token: "{token}"', "clients:"]
    for name, agent in agents.items():
        lines += [f"  - name: {name}", f'    host: "{agent.address}"', f"    port: {agent.port}"]
    path.write_text("\n".join(lines) + "\n")
    path.chmod(0o600)
    return path


def loco(*words, host=None, environment=None, timeout=60, folder=None):
    """Runs a command of loco to its end."""
    command = [str(binary()), *map(str, words)]
    return subprocess.run(
        host.command(command) if host else command, env={**clean_environment(), **(environment or {})}, timeout=timeout,
        cwd=folder or "/", stdin=subprocess.DEVNULL, capture_output=True, text=True)
