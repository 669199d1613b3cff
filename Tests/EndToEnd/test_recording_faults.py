"""Recordings whose node, disk or reader fails: what was written is kept, and nobody else is hurt."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from support import figures
from support.background import run
from support.movie import Movie
from support.polling import until
from support.recordings import ID, Recordings, health, watching

pytestmark = pytest.mark.timeout(120)


def test_a_killed_node_leaves_files_that_play(new_fleet):
    fleet = new_fleet(guests=1, environment={
        # Killed twice: the second time it is started again at once, too.
        "LOCO_RECORDING_KEEP_FREE": "50000000", "LOCO_SUPERVISION_HEALTHY_UPTIME": "1"}).start()
    recordings = Recordings(fleet)
    for kind in ("mp4", "webm"):
        recording = recordings.start(format=kind)
        time.sleep(4)
        pid = fleet.node(ID)["pid"]
        os.kill(pid, signal.SIGKILL)

        def back():
            return fleet.node(ID)["pid"] != pid and recordings.get(recording["id"])["state"] == "finished"

        until("the node is back and lists it", back, 40)
        found = recordings.get(recording["id"])
        assert found["error"]["code"] == "node-lost"
        assert abs(found["seconds"] - 4) < 1.2 and found["bytes"] > 0
        # The mode of a guest that still boots is a file of its own.
        movies = [Movie(recordings.file(recording["id"], part + 1), torn=True) for part in range(len(found["files"]))]
        assert sum(len(movie.frames) for movie in movies) >= 70, (kind, [len(movie.frames) for movie in movies])
        until("the guest is well again", lambda: fleet.instance(ID)["ready"], 40)
        assert [one["id"] for one in recordings.list() if one["state"] == "recording"] == []


def test_a_node_that_ends_closes_its_recording(new_fleet):
    fleet = new_fleet(guests=1, environment={"LOCO_RECORDING_KEEP_FREE": "50000000"}).start()
    recordings = Recordings(fleet)
    recording = recordings.start()
    # Counted from its first frame, which an encoder that starts for it takes a moment to make.
    until("two seconds are recorded", lambda: recordings.get(recording["id"])["seconds"] >= 2, 20)
    assert fleet.stop() == 0
    folder = fleet.run_directory / "state" / "recordings" / ID
    kept = json.loads((folder / f"{recording['id']}.json").read_text())
    assert kept["state"] == "finished" and kept["error"]["code"] == "node-stopping"
    movies = [Movie(path.read_bytes()) for path in folder.glob("*.mp4")]
    assert len(movies) == len(kept["files"])
    assert abs(sum(movie.duration for movie in movies) - kept["seconds"]) < 0.3
    assert sum(len(movie.frames) for movie in movies) > 45


def in_a_small_disk(fleet, megabytes):
    """Lets the fleet see a disk of that size where it records; nobody else sees it."""
    folder = fleet.home / "small"
    folder.mkdir()
    made = subprocess.run(["unshare", "-m", "true"], capture_output=True, text=True)
    if made.returncode != 0:
        pytest.skip(f"no mount namespaces here: {made.stderr.strip()}")
    mount = f'mount -t tmpfs -o size={megabytes}m,mode=700 loco {folder} && exec "$@"'
    fleet.command = ["unshare", "-m", "--propagation", "private", "sh", "-c", mount, "sh", *fleet.command]
    fleet.environment["LOCO_RECORDING_DIRECTORY"] = str(folder)
    return folder


def fill(path):
    """Takes all the room that there is."""
    with open(path, "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))


def test_a_full_disk_ends_the_recording_and_nothing_else(new_fleet):
    fleet = new_fleet(guests=1, environment={"LOCO_RECORDING_KEEP_FREE": "0", "LOCO_VIDEO_BITRATE": "8000"})
    folder = in_a_small_disk(fleet, 1)
    fleet.start()
    recordings = Recordings(fleet)

    async def scenario():
        async with watching(fleet) as peer:
            recording = await asyncio.to_thread(recordings.start)
            def over():
                one = recordings.get(recording["id"])
                return one["state"] != "recording" and one
            done = await asyncio.to_thread(until, "its end", over, 40)
            before = peer.frames["video"]
            await peer.wait_frames(before + 30, timeout=3)
            return done

    done = run(scenario(), 80)
    assert done["state"] in ("failed", "finished")
    assert done["error"]["code"] == "disk-full"
    assert str(folder) in done["error"]["message"] and "recording.directory" in done["error"]["message"]
    assert health(fleet)["overallStatus"] == "healthy"
    movie = Movie(recordings.file(done["id"]))
    assert len(movie.frames) > 20
    # Nothing begins where there is no room, until somebody makes some. What the end of the file gave back is taken.
    fill(Path(f"/proc/{fleet.node(ID)['pid']}/root{folder}/filler"))
    status, error = recordings.refused("POST", body={})
    assert status == 507 and error["code"] == "disk-full", error
    assert recordings.ask("DELETE", f"/{done['id']}")[0] == 204
    again = recordings.start()
    time.sleep(0.5)
    assert recordings.stop(again["id"])["state"] == "finished"


def test_room_is_left_to_others(new_fleet):
    fleet = new_fleet(guests=1, environment={"LOCO_RECORDING_KEEP_FREE": "7300000"})
    folder = in_a_small_disk(fleet, 8)
    fleet.start()
    # A picture of another size begins another file, and the BIOS has its own.
    until("the guest has left its text mode", lambda: (health(fleet)["capture"] or {}).get("width") == 640, 20)
    recordings = Recordings(fleet)
    recording = recordings.start()
    done = until("its end", lambda: (one := recordings.get(recording["id"]))["state"] != "recording" and one, 40)
    assert done["state"] == "finished" and done["error"]["code"] == "disk-full", done
    assert str(folder) in done["error"]["message"] and "recording.keepFree" in done["error"]["message"]
    movie = Movie(recordings.file(done["id"]))
    assert abs(movie.duration - done["seconds"]) < 0.1
    status, error = recordings.refused("POST", body={})
    assert status == 507 and "recording.keepFree" in error["message"]


def test_a_folder_that_cannot_be_written_is_named(new_fleet):
    fleet = new_fleet(guests=1, environment={"LOCO_RECORDING_DIRECTORY": "/proc/nowhere"}).start()
    status, error = Recordings(fleet).refused("POST", body={})
    assert status == 503 and error["code"] == "directory-unwritable"
    assert "/proc/nowhere" in error["message"] and "recording.directory" in error["message"]
    assert Recordings(fleet).list() == []


def test_a_large_file_goes_through_the_hub_without_being_held_there(new_fleet):
    fleet = new_fleet(guests=1)
    folder = fleet.home / "recordings"
    (folder / ID).mkdir(parents=True, mode=0o700)
    name, size = "20260101-000000-00000001", 400_000_000
    with open(folder / ID / f"{name}.mp4", "wb") as file:
        file.truncate(size)
    (folder / ID / f"{name}.json").write_text(json.dumps({
        "id": name, "instanceId": ID, "state": "finished", "format": "mp4", "codec": "H264", "rendition": "full",
        "startedAt": "2026-01-01T00:00:00Z", "droppedFrames": 0, "error": None, "fileUrl": f"/recordings/{name}/file",
        "files": [{"width": 640, "height": 480, "startedAt": "2026-01-01T00:00:00Z", "seconds": 1, "bytes": size}]}))
    fleet.environment["LOCO_RECORDING_DIRECTORY"] = str(folder)
    fleet.start()

    def resident(pid):
        status = open(f"/proc/{pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024

    pids = [fleet.process.pid, fleet.node(ID)["pid"]]
    before = [resident(one) for one in pids]
    most = list(before)
    taken = 0
    began = time.monotonic()
    with urllib.request.urlopen(f"{fleet.url}/api/instances/{ID}/recordings/{name}/file", timeout=10) as answer:
        while chunk := answer.read(1 << 20):
            taken += len(chunk)
            if taken % (16 << 20) < (1 << 20):
                most = [max(one, resident(pid)) for one, pid in zip(most, pids)]
            if taken > 100 << 20 and taken < 102 << 20:
                # A client that pauses: what comes meanwhile waits at the node.
                time.sleep(1)
                most = [max(one, resident(pid)) for one, pid in zip(most, pids)]
    figures.record("recording: download through the hub", taken / 1e6 / (time.monotonic() - began - 1), "MB/s")
    growth = [(one - two) / 1e6 for one, two in zip(most, before)]
    figures.record("recording: memory the hub takes for a download", growth[0], "MB")
    assert taken == size
    assert all(one < 60 for one in growth), growth
