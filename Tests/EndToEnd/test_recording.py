"""Recordings of a guest: of the stream that is sent anyway, whole, in step, seekable, and on a disk that may be full."""

import asyncio
import contextlib
import json
import os
import re
import time
import urllib.error
import urllib.request

import pytest

from support import figures
from support.background import run
from support.events import EventLog
from support.movie import Movie
from support.polling import until
from support.recordings import ID, Recordings, health, watching

pytestmark = pytest.mark.timeout(120)

ENVIRONMENT = {"LOCO_RECORDING_KEEP_FREE": "50000000"}
# The light beside the track, which every key flips.
SIGNAL = (508, 192, 29, 60)
ID_FORM = re.compile(r"^\d{8}-\d{6}-[0-9a-f]{8}$")


def metrics(fleet, name, **labels):
    with urllib.request.urlopen(fleet.node(ID)["url"] + "/metrics", timeout=5) as answer:
        page = answer.read().decode()
    found = [line for line in page.splitlines() if line.startswith(name + "{")]
    return [float(line.rsplit(" ", 1)[1]) for line in found
            if all(f'{key}="{value}"' in line for key, value in labels.items())]


def key(fleet, code, action="tap"):
    request = urllib.request.Request(
        f"{fleet.url}/api/instances/{ID}/input", method="POST", headers={"Content-Type": "application/json"},
        data=json.dumps({"type": "key", "code": code, "action": action}).encode())
    urllib.request.urlopen(request, timeout=5).close()


def redness(colour):
    return colour[0] - colour[1]


def still(fleet):
    """Brakes the train until nothing on the screen changes."""
    def stands():
        rate = health(fleet)["deepHealth"]["video"]["estimated_frame_rate"]
        return rate == 0

    for _ in range(12):
        key(fleet, "ArrowLeft")
        time.sleep(0.3)
        with contextlib.suppress(AssertionError):
            # Two seconds until smoke and letters are gone, and two that are measured.
            return until("a still screen", stands, 6, 0.2)
    raise AssertionError("the train does not stop")


@pytest.fixture
def recordings(fleet):
    return Recordings(fleet)


def test_what_a_viewer_watches_is_recorded_from_its_encoder(fleet, recordings):
    async def scenario():
        async with watching(fleet) as peer:
            # A file begins with a keyframe, of which there are two a second at most: the one that the viewer was given
            # must not keep the recording's away.
            await asyncio.sleep(0.6)
            recording = await asyncio.to_thread(recordings.start)
            began = time.monotonic()
            assert recording["state"] == "recording" and ID_FORM.match(recording["id"])
            # What runs for the viewer, without being asked for.
            assert (recording["format"], recording["codec"], recording["rendition"]) == ("mp4", "H264", "full")
            assert (recording["width"], recording["height"], recording["parts"]) == (640, 480, 1)
            assert recording["error"] is None
            assert recording["fileUrl"] == f"/api/instances/{ID}/recordings/{recording['id']}/file"
            await asyncio.sleep(2.5)
            await asyncio.to_thread(key, fleet, "Space")
            await asyncio.sleep(1)
            assert metrics(fleet, "loco_encoder_viewers", rendition="full") == [1]
            assert metrics(fleet, "loco_recordings_active") == [1]
            assert metrics(fleet, "loco_viewers") == [1]
            assert health(fleet)["viewers"] == 1
            status, error = await asyncio.to_thread(recordings.refused, "POST", body={})
            assert status == 409 and error["code"] == "already-recording", error
            await asyncio.sleep(1.5)
            before = peer.frames["video"]
            done = await asyncio.to_thread(recordings.stop, recording["id"])
            lasted = time.monotonic() - began
            await peer.wait_frames(before + 20)
        return done, lasted

    done, lasted = run(scenario(), 60)
    assert done["state"] == "finished" and done["error"] is None and done["droppedFrames"] == 0
    movie = Movie(recordings.file(done["id"]), watch=SIGNAL)
    figures.record("recording: its length against the clock", (movie.seconds - lasted) * 1000, "ms")
    assert abs(movie.duration - lasted) < 0.2 and abs(movie.seconds - lasted) < 0.2
    assert abs(done["seconds"] - movie.duration) < 0.1
    assert done["bytes"] == len(recordings.file(done["id"]))
    assert len(movie.frames) >= 0.85 * 30 * lasted, len(movie.frames)
    assert movie.gaps == []
    assert max(peak for _, _, peak in movie.sound) > 0.05
    # The horn sounds with the key that flips the light.
    red = [redness(one) > 0 for one in movie.colours]
    flips = [movie.frames[index + 1][0] for index in range(len(red) - 1) if red[index] != red[index + 1]]
    # The train thumps too, one tick long.
    loud = [peak > 0.02 for _, _, peak in movie.sound]
    horn = next(at for index, (at, _, _) in enumerate(movie.sound) if all(loud[index:index + 15]))
    assert len(flips) == 1, flips
    figures.record("recording: sound after picture, horn against light", (horn - flips[0]) * 1000, "ms")
    assert abs(horn - flips[0]) < 0.12


def test_without_viewers_vp8_is_recorded_and_its_encoder_ends_with_it(fleet, recordings):
    until("no encoder", lambda: not metrics(fleet, "loco_encoder_viewers"), 15)
    recording = recordings.start(format="webm", rendition="tile")
    began = time.monotonic()
    assert (recording["format"], recording["codec"]) == ("webm", "VP8")
    assert (recording["width"], recording["height"]) == (384, 288)
    time.sleep(4)
    assert metrics(fleet, "loco_encoder_viewers", rendition="tile", codec="vp8") == [0]
    assert metrics(fleet, "loco_viewers") == [0] and health(fleet)["viewers"] == 0
    done = recordings.stop(recording["id"])
    lasted = time.monotonic() - began
    assert recordings.stop(recording["id"]) == done
    movie = Movie(recordings.file(done["id"]))
    assert movie.codecs == {"video": "vp8", "audio": "opus"}
    assert abs(movie.duration - lasted) < 0.2 and abs(movie.seconds - lasted) < 0.2
    assert len(movie.frames) >= 0.8 * 15 * lasted
    until("no encoder", lambda: not metrics(fleet, "loco_encoder_viewers"), 10)
    assert metrics(fleet, "loco_recordings_active") == [0]
    assert metrics(fleet, "loco_recording_bytes_total")[0] >= done["bytes"]


def test_events_tell_when_a_recording_begins_and_ends(fleet, recordings):
    with EventLog(fleet.url) as log:
        log.wait("the first health", lambda _: True, 10, "health")
        mark = time.monotonic()
        recording = recordings.start()
        began = log.wait("its beginning", lambda data: data["recording"]["state"] == "recording", 5, "recording", ID, mark)
        assert began.data["recording"]["fileUrl"] == recording["fileUrl"]
        with EventLog(fleet.url) as late:
            late.wait("a new reader is told that it runs", lambda data: data["recording"]["id"] == recording["id"], 5,
                      "recording", ID)
        recordings.stop(recording["id"])
        ended = log.wait("its end", lambda data: data["recording"]["state"] == "finished", 5, "recording", ID, mark)
        assert ended.data["recording"]["instanceId"] == ID


def test_a_recording_ends_at_the_length_that_was_wished(fleet, recordings):
    recording = recordings.start(maxSeconds=2)
    done = until("its end", lambda: (one := recordings.get(recording["id"]))["state"] == "finished" and one, 6)
    assert done["error"]["code"] == "max-seconds"
    assert abs(Movie(recordings.file(done["id"])).duration - 2) < 0.35


def test_files_are_given_out_in_ranges_and_removed_when_asked(fleet, recordings):
    recording = recordings.start()
    status, error = recordings.refused("GET", f"/{recording['id']}/file")
    assert status == 409 and error["code"] == "still-recording"
    status, error = recordings.refused("DELETE", f"/{recording['id']}")
    assert status == 409 and error["code"] == "still-recording"
    time.sleep(1)
    done = recordings.stop(recording["id"])
    path = f"/{done['id']}/file"
    for source in (recordings, Recordings(fleet, fleet.node(ID)["url"] + "/recordings")):
        status, headers, whole = source.ask("GET", path)
        assert status == 200 and len(whole) == done["bytes"] == int(headers["Content-Length"])
        assert headers["Content-Type"] == "video/mp4" and headers["Accept-Ranges"] == "bytes"
        assert headers["Content-Disposition"] == f'attachment; filename="{ID}-{done["id"]}.mp4"'
        for field, first, last in (("bytes=0-99", 0, 99), ("bytes=100-", 100, len(whole) - 1),
                                   ("bytes=-50", len(whole) - 50, len(whole) - 1)):
            status, given, body = source.ask("GET", path, headers={"Range": field})
            assert status == 206, field
            assert given["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
            assert body == whole[first:last + 1]
        status, given, _ = source.ask("GET", path, headers={"Range": f"bytes={len(whole)}-"})
        assert status == 416 and given["Content-Range"] == f"bytes */{len(whole)}"
        status, _, body = source.ask("GET", path, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
        assert status == 200 and body == whole
        assert source.ask("GET", path, headers={"If-None-Match": headers["ETag"]})[0] == 304
        status, given, body = source.ask("HEAD", path)
        assert status == 200 and body == b"" and int(given["Content-Length"]) == len(whole)
        assert source.refused("GET", path + "?part=2")[0] == 404
    assert recordings.ask("DELETE", f"/{done['id']}")[0] == 204
    assert recordings.refused("GET", path)[0] == 404
    assert recordings.refused("DELETE", f"/{done['id']}")[0] == 404
    assert done["id"] not in [one["id"] for one in recordings.list()]
    folder = fleet.run_directory / "state" / "recordings" / ID
    assert not list(folder.glob(done["id"] + "*"))
    assert folder.stat().st_mode & 0o777 == 0o700
    assert all(one.stat().st_mode & 0o777 == 0o600 for one in folder.iterdir())


@pytest.mark.parametrize("name", ["..", "../../etc/passwd", "..%2f..%2fhistory.sqlite", "%2e%2e%2fx", "20260101-000000-0000000g",
                                  "20260101-000000-00000000", "a" * 300])
def test_what_no_recording_is_called_is_not_found(fleet, recordings, name):
    for source in (recordings, Recordings(fleet, fleet.node(ID)["url"] + "/recordings")):
        for method, path in (("GET", f"/{name}"), ("GET", f"/{name}/file"), ("DELETE", f"/{name}")):
            status, _, _ = source.ask(method, path)
            assert status == 404, (source.base, method, path)


@pytest.mark.parametrize("wish,code", [
    ({"format": "avi"}, "bad-request"), ({"rendition": "giant"}, "unknown-rendition"), ({"maxSeconds": 0}, "bad-request"),
    ({"maxSeconds": 1e9}, "bad-request"), ({"format": 5}, "bad-json")])
def test_what_cannot_be_wished_is_refused(recordings, wish, code):
    status, error = recordings.refused("POST", body=wish)
    assert status == 400 and error["code"] == code, error


@pytest.mark.parametrize("kind", ["mp4", "webm"])
def test_a_browser_plays_and_seeks_it(fleet, recordings, new_viewer, kind):
    recording = recordings.start(format=kind)
    time.sleep(3)
    done = recordings.stop(recording["id"])
    viewer = new_viewer(fleet.url).open()
    played = viewer.page.evaluate("""async (url) => {
      const video = document.createElement('video');
      video.muted = true;
      document.body.append(video);
      const event = (name) => new Promise((done, fail) => {
        video.addEventListener(name, done, { once: true });
        video.addEventListener('error', () => fail(new Error(video.error.message)), { once: true });
        setTimeout(() => fail(new Error(`no ${name}`)), 8000);
      });
      video.src = url;
      await event('loadedmetadata');
      const { duration, videoWidth } = video;
      const ended = event('ended');
      await video.play();
      await ended;
      const frames = video.getVideoPlaybackQuality().totalVideoFrames;
      const seeked = event('seeked');
      video.currentTime = 1;
      await seeked;
      return { duration, videoWidth, frames, at: video.currentTime };
    }""", done["fileUrl"])
    assert abs(played["duration"] - done["seconds"]) < 0.2, played
    assert played["videoWidth"] == 640 and played["at"] == 1
    assert played["frames"] >= 60, played


def test_a_still_screen_lasts_as_long_as_it_was_recorded(fleet, recordings):
    still(fleet)
    recording = recordings.start()
    began = time.monotonic()
    time.sleep(5.4)
    done = recordings.stop(recording["id"])
    lasted = time.monotonic() - began
    movie = Movie(recordings.file(done["id"]))
    # One every two seconds, and what sharpens the first.
    assert 3 <= len(movie.frames) <= 20, movie.frames
    assert abs(movie.duration - lasted) < 0.2 and abs(movie.seconds - lasted) < 0.2
    assert movie.gaps == []
    assert max(peak for _, _, peak in movie.sound) < 0.001
    key(fleet, "ArrowRight")


def test_a_qemu_that_starts_again_ends_no_recording(fleet, recordings):
    recording = recordings.start()
    began = time.monotonic()
    time.sleep(1)
    request = urllib.request.Request(fleet.node(ID)["url"] + "/services/qemu/restart", method="POST")
    urllib.request.urlopen(request, timeout=5).close()
    time.sleep(6)
    until("the guest is well", lambda: health(fleet)["overallStatus"] == "healthy", 20)
    time.sleep(1)
    assert recordings.get(recording["id"])["state"] == "recording"
    done = recordings.stop(recording["id"])
    lasted = time.monotonic() - began
    assert done["state"] == "finished" and done["error"] is None
    movies = [Movie(recordings.file(done["id"], part + 1)) for part in range(done["parts"])]
    for movie, part in zip(movies, done["files"]):
        assert {(width, height) for _, width, height in movie.frames} == {(part["width"], part["height"])}
    # The machine begins in text mode, in another size.
    figures.record("recording: files of one that saw QEMU start again", len(movies))
    assert abs(sum(one.duration for one in movies) - lasted) < 0.1 + 0.15 * len(movies)


@pytest.mark.skipif(not os.environ.get("LOCO_LONG_TESTS"), reason="a measurement: set LOCO_LONG_TESTS=1")
def test_what_recording_costs(fleet, recordings):
    """Processor time of the node with one viewer, without and with a recording of what it watches."""
    def cpu():
        return metrics(fleet, "loco_process_cpu_seconds_total")[0]

    def over(seconds):
        first, began = cpu(), time.monotonic()
        time.sleep(seconds)
        return (cpu() - first) / (time.monotonic() - began) * 100

    async def scenario():
        async with watching(fleet):
            await asyncio.sleep(2)
            without = [await asyncio.to_thread(over, 8)]
            recording = await asyncio.to_thread(recordings.start)
            within = await asyncio.to_thread(over, 8)
            await asyncio.to_thread(recordings.stop, recording["id"])
            without.append(await asyncio.to_thread(over, 8))
        return sum(without) / 2, within

    without, within = run(scenario(), 60)
    figures.record("recording: node's CPU with one viewer", without, "%")
    figures.record("recording: added CPU", within - without, "%")
    assert within - without < max(6, 0.5 * without)
