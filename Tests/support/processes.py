"""What runs because of a test: found through /proc, so that nothing is missed when it changes its parent."""

import os
import pathlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Process:
    """One process; with its start time, so that a reused pid is not taken for it."""

    pid: int
    start: int
    command: str

    @property
    def alive(self):
        now = _read(self.pid)
        return now is not None and now[0] == self.start and now[1] not in "ZX"


def _read(pid):
    """(start time, state, parent) of a pid, or None."""
    try:
        text = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    fields = text.rsplit(")", 1)[1].split()
    return int(fields[19]), fields[0], int(fields[1])


def _command(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""


def _environment(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def family(root, marker):
    """Every living process that descends from `root`, carries `marker` in its environment or names it in its command.

    `root` itself is not among them.
    """
    states = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and (state := _read(int(name))) is not None:
            states[int(name)] = state
    children = {}
    for pid, (_, _, parent) in states.items():
        children.setdefault(parent, []).append(pid)
    found, queue = set(), [root]
    while queue:
        for child in children.get(queue.pop(), []):
            found.add(child)
            queue.append(child)
    for pid in states:
        if marker.encode() in _environment(pid) or marker in _command(pid):
            found.add(pid)
    found -= {root, os.getpid()}
    return {Process(pid, states[pid][0], _command(pid)) for pid in found if states[pid][1] not in "ZX"}


def x_locks():
    """X lock files of this host, as {path: pid of the server that holds it}."""
    locks = {}
    for path in pathlib.Path("/tmp").glob(".X*-lock"):
        try:
            locks[path] = int(path.read_text().strip())
        except (OSError, ValueError):
            continue
    return locks
