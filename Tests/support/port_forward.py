"""A NAT box's port forwarding: `python -m support.port_forward udp|tcp FROM TO LOW HIGH` carries the ports LOW to HIGH
of address FROM to the same of TO, until its input ends. Writes "ready" when it listens."""

import asyncio
import sys


class Datagrams(asyncio.DatagramProtocol):
    """One outside port: each sender gets an inside socket of its own, as NAT gives it."""

    def __init__(self, target):
        self._target = target
        self._inside = {}

    def connection_made(self, transport):
        self._outside = transport

    def datagram_received(self, data, sender):
        if sender not in self._inside:
            self._inside[sender] = asyncio.ensure_future(self._open(sender))
        self._inside[sender].add_done_callback(lambda opened: opened.result().sendto(data))

    async def _open(self, sender):
        outside = self._outside

        class Back(asyncio.DatagramProtocol):
            def datagram_received(self, data, _):
                outside.sendto(data, sender)

        return (await asyncio.get_running_loop().create_datagram_endpoint(Back, remote_addr=self._target))[0]


async def carry(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


def stream(target):
    async def accepted(reader, writer):
        try:
            inside = await asyncio.open_connection(*target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(carry(reader, inside[1]), carry(inside[0], writer))

    return accepted


async def main(protocol, outside, inside, low, high):
    loop = asyncio.get_running_loop()
    for port in range(int(low), int(high) + 1):
        if protocol == "udp":
            await loop.create_datagram_endpoint(
                lambda port=port: Datagrams((inside, port)), local_addr=(outside, port))
        else:
            await asyncio.start_server(stream((inside, port)), outside, port)
    print('"ready"', flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
