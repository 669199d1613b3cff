"""A viewer as a program of its own, for a host of its own: `python -m support.ice_viewer aiortc|chromium ADDRESS`.

Reads the `RTCConfiguration` from its input, writes `{"offer"}`, reads `{"answer"}`, then writes twice a second how it
goes: `{"state", "frames", "path"}`, with path the protocols of the candidate pair in use where that is known. What
stops it before the offer it writes as `{"error"}`. It ends with its input. One JSON object a line.
"""

import asyncio
import json
import os
import sys

INTERVAL = 0.5

PAGE = """
window.viewer = {
  async offer(configuration) {
    const pc = this.pc = new RTCPeerConnection(configuration);
    pc.createDataChannel('input');
    for (const kind of ['video', 'audio']) pc.addTransceiver(kind, { direction: 'recvonly' });
    pc.ontrack = ({ track }) => {
      if (track.kind !== 'video') return;
      const video = document.body.appendChild(document.createElement('video'));
      Object.assign(video, { muted: true, srcObject: new MediaStream([track]) }).play();
    };
    const gathered = new Promise((done) => {
      pc.onicegatheringstatechange = () => pc.iceGatheringState === 'complete' && done();
    });
    await pc.setLocalDescription();
    await Promise.race([gathered, new Promise((done) => setTimeout(done, 5000))]);
    return pc.localDescription.sdp;
  },
  answer(sdp) { return this.pc.setRemoteDescription({ type: 'answer', sdp }); },
  async status() {
    const stats = await this.pc.getStats();
    const all = [...stats.values()];
    const pair = stats.get(all.find((one) => one.type === 'transport')?.selectedCandidatePairId);
    const [local, remote] = [stats.get(pair?.localCandidateId), stats.get(pair?.remoteCandidateId)];
    return {
      state: this.pc.connectionState,
      frames: all.find((one) => one.type === 'inbound-rtp' && one.kind === 'video')?.framesDecoded ?? 0,
      path: local ? `${local.candidateType}/${local.protocol} ${remote?.candidateType}/${remote?.protocol}` : null,
    };
  },
};
"""


class Chromium:
    async def open(self, configuration, address):
        from playwright.async_api import async_playwright

        from .viewer import CHROMIUM_ARGUMENTS

        self._driver = await async_playwright().start()
        self._browser = await self._driver.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=CHROMIUM_ARGUMENTS)
        self._page = await self._browser.new_page()
        await self._page.evaluate(PAGE)
        return await self._page.evaluate("(configuration) => viewer.offer(configuration)", configuration)

    async def answer(self, sdp):
        await self._page.evaluate("(sdp) => viewer.answer(sdp)", sdp)

    async def status(self):
        return await self._page.evaluate("viewer.status()")

    async def close(self):
        await self._browser.close()
        await self._driver.stop()


class Aiortc:
    async def open(self, configuration, address):
        import aioice.ice
        from aiortc import RTCConfiguration, RTCIceServer

        from .peer import Peer

        aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: [address]
        servers = [RTCIceServer(**one) for one in configuration["iceServers"]]
        self._peer = Peer(channel="input", configuration=RTCConfiguration(iceServers=servers))
        return await self._peer.offer()

    async def answer(self, sdp):
        await self._peer.answer(sdp)

    async def status(self):
        return {"state": self._peer.connection.connectionState, "frames": self._peer.frames["video"], "path": None}

    async def close(self):
        await self._peer.close()


async def main(kind, address):
    def say(message):
        print(json.dumps(message), flush=True)

    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader(limit=1 << 20)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    viewer = {"aiortc": Aiortc, "chromium": Chromium}[kind]()
    try:
        say({"offer": await viewer.open(json.loads(await lines.readline()), address)})
    except Exception as error:  # noqa: BLE001 the test is told
        say({"error": f"{type(error).__name__}: {error}"})
        return
    try:
        await viewer.answer(json.loads(await lines.readline())["answer"])
        ended = asyncio.ensure_future(lines.readline())
        while not ended.done():
            say(await viewer.status())
            await asyncio.wait([ended], timeout=INTERVAL)
    finally:
        await viewer.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
