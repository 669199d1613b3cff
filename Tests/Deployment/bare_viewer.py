"""Watches the node or the hub of `in-bare-debian`, and says what was seen as a line of JSON."""

import asyncio
import json
import os
import sys

import aiohttp

from support.peer import Peer

HEADERS = {"Authorization": f"Bearer {os.environ['LOCO_TOKEN']}"}


async def answer(session, url):
    """What is answered, as soon as there is somebody to."""
    async with asyncio.timeout(40):
        while True:
            try:
                async with session.get(url) as one:
                    return one.status, await one.read()
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)


async def node(session):
    await answer(session, "http://127.0.0.1:3100/version")
    peer = Peer()
    offer = await peer.offer()
    async with session.post(
        "http://127.0.0.1:3100/whep", data=offer, headers={"Content-Type": "application/sdp"}) as one:
        status, text = one.status, await one.text()
    await peer.answer(text)
    await peer.wait_frames(60)
    await peer.wait_frames(60, "audio")
    _, report = await answer(session, "http://127.0.0.1:3100/health")
    await peer.connection.close()
    return {"whep": status, "frames": peer.frames, "report": json.loads(report)}


async def hub(session):
    _, pages = await answer(session, "http://127.0.0.1:3000/api/config/pages")
    found = {path: (await answer(session, f"http://127.0.0.1:3000{path}"))[0]
             for path in ("/", "/ready", "/three/build/three.module.js", "/novnc/core/rfb.js", "/chart.js/chart.js")}
    return {"pages": json.loads(pages), "found": found}


async def main():
    async with aiohttp.ClientSession(headers=HEADERS) as session:
        print(json.dumps(await {"node": node, "hub": hub}[sys.argv[1]](session)), flush=True)


asyncio.run(main())
