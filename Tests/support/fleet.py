"""A real `loco up` with its guests, started for a test and taken down without a trace."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
import uuid

from . import processes
from .polling import until

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
ARTIFACTS = REPOSITORY / ".build" / "artifacts"


def binary():
    return pathlib.Path(os.environ.get("LOCO_BIN", REPOSITORY / ".build" / "debug" / "loco"))


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Fleet:
    """`loco up --guests N` on a free port of 127.0.0.1, with a run directory of its own.

    arguments: further words for the command line. environment: further variables.
    """

    def __init__(self, guests=1, arguments=(), environment=None, port=None):
        self.guests = guests
        self.port = port or free_port()
        # Short, for the path of a socket has room for 107 bytes.
        self.home = pathlib.Path(tempfile.mkdtemp(prefix="loco-", dir="/tmp"))
        self.run_directory = self.home / "loco"
        self.marker = f"loco-test-{uuid.uuid4().hex}"
        ARTIFACTS.mkdir(parents=True, exist_ok=True)
        self.log_path = ARTIFACTS / f"{self.marker}.log"
        self.command = [str(binary()), "up", "--guests", str(guests), "--port", str(self.port), *arguments]
        self.environment = {
            # Settings of whoever runs the tests, and LOCO_BIN, which is none, stay outside.
            **{key: value for key, value in os.environ.items() if not key.startswith("LOCO_")},
            "XDG_RUNTIME_DIR": str(self.home),
            "LOCO_RUN_DIRECTORY": str(self.run_directory),
            "LOCO_ICE_ADDRESSES": "127.0.0.1",
            "LOCO_VR_PORT": "0",
            "FLEET_MARKER": self.marker,
            "G_DEBUG": "fatal-criticals",
            **(environment or {}),
        }
        self.process = None
        self._seen = set()
        self._locks = {}
        self._killed = False

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def vr_url(self):
        return f"http://127.0.0.1:{json.loads(self.get('/api/config/pages'))['vr']['port']}"

    def launch(self):
        """Starts the command without waiting for anything."""
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(
                self.command, env=self.environment, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True)
        return self

    def start(self, timeout=60.0):
        """Starts it and waits until every guest is ready."""
        self.launch()
        until(f"{self.guests} guests ready at {self.url}", self._all_ready, timeout, 0.2, self.explain, self._ended)
        self.note()
        return self

    def __enter__(self):
        """Starts it, for the length of a `with`."""
        try:
            return self.start()
        except BaseException:
            self.clean()
            raise

    def __exit__(self, kind, *_):
        """Ends it, and checks that nothing is left where all went well."""
        try:
            if kind is None:
                self.stop()
        finally:
            self.clean()

    def _ended(self):
        status = self.process.poll()
        return None if status is None else f"loco up ended with status {status}"

    def _all_ready(self):
        ready = [one for one in self.instances() if one.get("ready")]
        return len(ready) == self.guests

    def get(self, path, timeout=5.0):
        with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
            return answer.read()

    def instances(self):
        body = json.loads(self.get("/api/instances"))
        return body if isinstance(body, list) else body["instances"]

    def instance(self, identifier):
        return next(one for one in self.instances() if one["id"] == identifier)

    def node(self, identifier):
        """What the node wrote about itself: pid, startTime, port, url."""
        return json.loads((self.run_directory / identifier / "node.json").read_text())

    def note(self):
        """Remembers what runs now, so that its end can be checked later."""
        self._seen |= processes.family(self.process.pid, self.marker)
        pids = {one.pid for one in self._seen}
        self._locks.update({path: pid for path, pid in processes.x_locks().items() if pid in pids})
        return self._seen

    def stop(self, timeout=30.0):
        """Ends it by SIGTERM and checks that nothing is left. Gives the exit status."""
        if self.process is None:
            return None
        if self.process.poll() is None:
            self.note()
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.clean()
                raise AssertionError(f"loco up did not end within {timeout:g} s of SIGTERM\n{self.explain()}") from None
        self.assert_nothing_left()
        return self.process.returncode

    def kill(self):
        """kill -9 of `loco up` alone."""
        self._killed = True
        self.note()
        self.process.kill()
        self.process.wait(10)

    def leftovers(self, files=True):
        """What a gone fleet has left behind, as lines of text; empty when all is well.

        files: also sockets and records in the run directory, which only who ends in peace can remove.
        """
        alive = {one for one in self._seen | processes.family(self.process.pid, self.marker) if one.alive}
        lines = [f"process {one.pid}: {one.command[:160]}" for one in sorted(alive, key=lambda one: one.pid)]
        lines += [f"X lock {path} of {pid}" for path, pid in self._locks.items()
                  if processes.x_locks().get(path) == pid]
        lines += [f"X socket of {path}" for path in self._locks
                  if not path.exists() and pathlib.Path(f"/tmp/.X11-unix/X{path.name[2:-5]}").exists()]
        if files and self.run_directory.exists():
            for path in self.run_directory.rglob("*"):
                if path.is_socket():
                    lines.append(f"socket {path}")
                # Who is killed leaves its own lock file; the next one takes it over.
                if path.suffix == ".lock" and not (self._killed and path.name == "loco.lock"):
                    lines.append(f"lock file {path}")
                elif path.name == "node.json":
                    lines.append(f"record of a node {path}")
        return lines

    def assert_nothing_left(self, timeout=10.0, files=True):
        until("nothing left behind", lambda: not self.leftovers(files), timeout, 0.2,
              lambda: "\n".join(self.leftovers(files)) + f"\n{self.log()}")

    def clean(self):
        """Ends what is left, by pid, and removes the run directory; for after a test, however it went."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait(10)
            for one in self._seen | processes.family(self.process.pid, self.marker):
                if one.alive:
                    try:
                        os.kill(one.pid, signal.SIGKILL)
                    except ProcessLookupError:
                        pass
            deadline = time.monotonic() + 5
            while time.monotonic() < deadline and any(one.alive for one in self._seen):
                time.sleep(0.05)
        shutil.rmtree(self.home, ignore_errors=True)

    def log(self, lines=80):
        try:
            text = self.log_path.read_text(errors="replace").splitlines()
        except OSError:
            return "(no log)"
        return "\n".join([f"--- last lines of {self.log_path}", *text[-lines:]])

    def explain(self):
        status = "runs" if self.process.poll() is None else f"ended with {self.process.returncode}"
        try:
            states = [(one["id"], one.get("status")) for one in self.instances()]
        except (OSError, urllib.error.URLError, ValueError) as error:
            states = repr(error)
        return f"loco up {status}; instances: {states}\n{self.log()}"
