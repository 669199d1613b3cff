"""When a viewer got its frames: an aiortc peer in a thread of its own, which plays by WHEP and notes."""

import array
import asyncio
import threading
import time

import aiohttp

from .peer import Peer, play


class FrameWatch:
    """Plays `url` (WHEP) from entering to leaving; `frames` and `sounds` hold the times (time.monotonic()) of decoded
    video frames and of audible audio frames.

    path: with `offer(sdp)` and `answer(sdp)`, which give the descriptions that lead media its way; none leaves them.
    """

    LIMIT = 50_000

    def __init__(self, url, path=None):
        self._url = url
        self._path = path
        self.frames = []
        self.sounds = []
        self.state = "new"
        self._ready = threading.Event()
        self._error = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._play()), daemon=True)

    def __enter__(self):
        self._thread.start()
        if not self._ready.wait(20) or self._error:
            raise AssertionError(f"no picture of {self._url} within 20 s: {self._error!r}")
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._leave.set)
        self._thread.join(10)

    def rate(self, since, until):
        """Frames a second between two times."""
        return sum(since <= one < until for one in self.frames) / max(1e-9, until - since)

    def longest_gap(self, since, until):
        times = [since, *(one for one in self.frames if since <= one <= until), until]
        return max(later - earlier for earlier, later in zip(times, times[1:]))

    def back_at(self, since, span=0.5, count=12):
        """The first time from `since` on from which on the picture moves: that many frames in the span of seconds, too
        many for one that begins with a placeholder's or a still screen's last. None for not yet.

        What was under way when the picture stopped is no beginning: `since` has to be later than that.
        """
        times = [one for one in self.frames if one >= since]
        for first, last in zip(times, times[count - 1:]):
            if last - first <= span:
                return first
        return None

    def sounds_from(self, since, count=20, within=0.5):
        times = [one for one in self.sounds if one >= since]
        for first, last in zip(times, times[count - 1:]):
            if last - first <= within:
                return first
        return None

    async def _play(self):
        self._loop, self._leave = asyncio.get_running_loop(), asyncio.Event()
        peer = _NotingPeer(self, self._path)
        try:
            async with aiohttp.ClientSession() as session:
                peer.connection.on("connectionstatechange", lambda: setattr(self, "state", peer.connection.connectionState))
                _, location = await play(session, self._url, peer)
                await peer.wait_frames(10)
                self._ready.set()
                await self._leave.wait()
                try:
                    await session.delete(location, timeout=aiohttp.ClientTimeout(3))
                except (aiohttp.ClientError, TimeoutError):
                    pass
        except Exception as error:  # noqa: BLE001 told by whoever entered
            self._error = error
            self._ready.set()
        finally:
            await peer.close()


def _peak(frame):
    samples = array.array("h", bytes(frame.planes[0]))
    return max(max(samples), -min(samples)) if samples else 0


class _NotingPeer(Peer):
    def __init__(self, watch, path):
        super().__init__()
        self._watch = watch
        self._path = path

    async def offer(self):
        sdp = await super().offer()
        return self._path.offer(sdp) if self._path else sdp

    async def answer(self, sdp):
        await super().answer(self._path.answer(sdp) if self._path else sdp)

    async def _read(self, track):
        watch = self._watch
        while True:
            try:
                frame = await track.recv()
            except Exception:  # noqa: BLE001 the track ended
                return
            self.frames[track.kind] += 1
            if track.kind == "video":
                watch.frames.append(time.monotonic())
                del watch.frames[:-watch.LIMIT]
            elif _peak(frame) > 64:
                watch.sounds.append(time.monotonic())
                del watch.sounds[:-watch.LIMIT]
