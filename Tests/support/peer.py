"""A viewer that is no browser: a Python WebRTC stack that knows WHEP and nothing else of Loco."""

import asyncio
import json

import aiohttp
import aioice.ice
from aiortc import RTCPeerConnection, RTCRtpReceiver, RTCSessionDescription

# Tests keep to this host.
aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"]


class Peer:
    """One connection: `offer()`, then `answer()` with what the node said; counts the frames of each kind."""

    def __init__(self, channel=None, codec=None, configuration=None):
        self.connection = RTCPeerConnection(configuration)
        self.frames = {"video": 0, "audio": 0}
        self.size = None
        self.messages = []
        self._readers = []
        self.channel = self.connection.createDataChannel(channel) if channel else None
        if self.channel is not None:
            self.channel.on("message", self._received)
        video = self.connection.addTransceiver("video", direction="recvonly")
        self.connection.addTransceiver("audio", direction="recvonly")
        if codec is not None:
            every = RTCRtpReceiver.getCapabilities("video").codecs
            video.setCodecPreferences([one for one in every if one.mimeType == f"video/{codec}"])
        self.connection.on("track", lambda track: self._readers.append(asyncio.ensure_future(self._read(track))))

    def _received(self, text):
        # Bounded: a test that lets a node talk for long reads only the newest.
        self.messages = [*self.messages[-999:], json.loads(text)]

    async def _read(self, track):
        while True:
            try:
                frame = await track.recv()
            except Exception:  # noqa: BLE001 the track ended, which is all there is to know
                return
            self.frames[track.kind] += 1
            if track.kind == "video":
                self.size = (frame.width, frame.height)

    async def offer(self):
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def answer(self, sdp):
        await self.connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def wait_frames(self, count, kind="video", timeout=15):
        try:
            async with asyncio.timeout(timeout):
                while self.frames[kind] < count:
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"not {count} {kind} frames within {timeout} s: {await self.account()}") from None

    async def account(self):
        """How the connection fares, for errors."""
        received = [
            {"kind": one.kind, "packets": one.packetsReceived, "lost": one.packetsLost}
            for one in (await self.connection.getStats()).values() if one.type == "inbound-rtp"]
        connection = self.connection
        return {
            "connection": connection.connectionState, "ice": connection.iceConnectionState,
            "channel": self.channel.readyState if self.channel else None, "frames": self.frames, "received": received,
            "messages": [one.get("type") for one in self.messages[-20:]]}

    async def wait_message(self, type, timeout=10):
        try:
            async with asyncio.timeout(timeout):
                while not any(one.get("type") == type for one in self.messages):
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise TimeoutError(f"no {type} within {timeout} s: {await self.account()}") from None
        return next(one for one in self.messages if one.get("type") == type)

    async def close(self):
        await self.connection.close()
        for reader in self._readers:
            reader.cancel()
        await asyncio.gather(*self._readers, return_exceptions=True)


async def play(session: aiohttp.ClientSession, url, peer):
    """Plays `url` by WHEP; gives the answer's status, headers and the session's address."""
    offer = await peer.offer()
    async with session.post(url, data=offer, headers={"Content-Type": "application/sdp"}) as answer:
        text = await answer.text()
        assert answer.status == 201, f"{answer.status}: {text}"
        assert answer.content_type == "application/sdp"
        location = str(answer.url.join(aiohttp.client.URL(answer.headers["Location"])))
    await peer.answer(text)
    return text, location
