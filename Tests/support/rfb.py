"""An RFB client over a WebSocket, as noVNC is one: asks for raw pixels, types and points. Standard library only."""

import base64
import hashlib
import os
import socket
import struct
import threading
import time
import urllib.parse

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


class Refused(Exception):
    """The upgrade was answered with something else."""

    def __init__(self, status, body):
        super().__init__(f"{status}: {body[:300]!r}")
        self.status = status
        self.body = body


class Closed(Exception):
    """The socket was closed by the other side."""

    def __init__(self, code, reason):
        super().__init__(f"closed with {code}: {reason}")
        self.code = code
        self.reason = reason


class ByteSocket:
    """A WebSocket that carries bytes."""

    def __init__(self, url, headers=None, subprotocol=None, timeout=10.0):
        target = urllib.parse.urlsplit(url)
        self.socket = socket.create_connection((target.hostname, target.port), timeout)
        key = base64.b64encode(os.urandom(16)).decode()
        path = target.path + (f"?{target.query}" if target.query else "")
        lines = [
            f"GET {path} HTTP/1.1", f"Host: {target.netloc}", "Connection: Upgrade", "Upgrade: websocket",
            f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13",
            *([f"Sec-WebSocket-Protocol: {subprotocol}"] if subprotocol else []),
            *(f"{name}: {value}" for name, value in (headers or {}).items()),
        ]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._buffer = b""
        head = self._until(b"\r\n\r\n").decode()
        self.headers = {name.lower(): value.strip()
                        for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])}
        status = int(head.split()[1])
        if status != 101:
            body = self._exactly(int(self.headers.get("content-length", 0)))
            self.socket.close()
            raise Refused(status, body)
        expected = base64.b64encode(hashlib.sha1(key.encode() + _GUID).digest()).decode()
        assert self.headers["sec-websocket-accept"] == expected

    def _fill(self):
        data = self.socket.recv(1 << 16)
        if not data:
            raise Closed(1006, "the connection ended")
        self._buffer += data

    def _until(self, end):
        while end not in self._buffer:
            self._fill()
        head, _, self._buffer = self._buffer.partition(end)
        return head

    def _exactly(self, count):
        while len(self._buffer) < count:
            self._fill()
        data, self._buffer = self._buffer[:count], self._buffer[count:]
        return data

    def _frame(self, opcode, data):
        mask = os.urandom(4)
        length = len(data)
        head = bytes([0x80 | opcode]) + (
            bytes([0x80 | length]) if length < 126 else
            struct.pack(">BH", 0xFE, length) if length < 1 << 16 else struct.pack(">BQ", 0xFF, length))
        self.socket.sendall(head + mask + bytes(byte ^ mask[index % 4] for index, byte in enumerate(data)))

    def send(self, data):
        self._frame(2, data)

    def receive(self):
        """The next message's bytes; raises Closed at the end."""
        while True:
            first, second = self._exactly(2)
            length = second & 0x7F
            if length == 126:
                (length,) = struct.unpack(">H", self._exactly(2))
            elif length == 127:
                (length,) = struct.unpack(">Q", self._exactly(8))
            data = self._exactly(length)
            opcode = first & 0x0F
            if opcode == 2:
                return data
            if opcode == 9:
                self._frame(10, data)
            elif opcode == 8:
                code = struct.unpack(">H", data[:2])[0] if len(data) >= 2 else 1005
                raise Closed(code, data[2:].decode())

    def close(self):
        """Says goodbye."""
        try:
            self._frame(8, struct.pack(">H", 1000))
        except OSError:
            pass
        self.socket.close()

    def vanish(self):
        """Ends without a word of its protocol."""
        # A thread that still reads would keep the connection open past close().
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class RFB:
    """A client that has shaken hands: `size`, `picture()`, `key()`, `pointer()`."""

    KEYS = {"Return": 0xFF0D, "BackSpace": 0xFF08, "Left": 0xFF51, "Shift_L": 0xFFE1}

    def __init__(self, url, version=b"RFB 003.008\n", shared=0, **options):
        self.socket = ByteSocket(url, **options)
        self._data = b""
        self.end = None
        greeting = self._take(12)
        assert greeting.startswith(b"RFB 003."), greeting
        self.socket.send(version)
        if version == b"RFB 003.003\n":
            (kind,) = struct.unpack(">I", self._take(4))
            assert kind == 1, kind
        else:
            kinds = self._take(self._take(1)[0])
            assert 1 in kinds, kinds
            self.socket.send(b"\x01")
            if version == b"RFB 003.008\n":
                assert self._take(4) == b"\0\0\0\0"
        self.socket.send(bytes([shared]))
        width, height = struct.unpack(">HH", self._take(4))
        self._take(16)
        (length,) = struct.unpack(">I", self._take(4))
        self.name = self._take(length).decode()
        self.size = (width, height)
        # 32 bits, little-endian, red at 16, green at 8, blue at 0.
        self.socket.send(struct.pack(">B3xBBBBHHHBBB3x", 0, 32, 24, 0, 1, 255, 255, 255, 16, 8, 0))
        # Raw, and that the guest's screen may change its size.
        self.socket.send(struct.pack(">BxHii", 2, 2, 0, -223))

    def _take(self, count):
        while len(self._data) < count:
            self._data += self.socket.receive()
        data, self._data = self._data[:count], self._data[count:]
        return data

    def picture(self, incremental=False, timeout=10.0):
        """Width, height, and the pixels of the next update, as (x, y, width, height, bytes) each."""
        deadline = time.monotonic() + timeout
        self.socket.send(struct.pack(">BBHHHH", 3, incremental, 0, 0, *self.size))
        rectangles = []
        while True:
            assert time.monotonic() < deadline, "no update in time"
            kind = self._take(1)[0]
            if kind == 0:
                _, count = struct.unpack(">BH", self._take(3))
                for _ in range(count):
                    x, y, width, height, encoding = struct.unpack(">HHHHi", self._take(12))
                    if encoding == -223:
                        self.size = (width, height)
                        continue
                    assert encoding == 0, encoding
                    rectangles.append((x, y, width, height, self._take(width * height * 4)))
                if rectangles:
                    return rectangles
                self.socket.send(struct.pack(">BBHHHH", 3, incremental, 0, 0, *self.size))
            elif kind == 1:
                _, _, count = struct.unpack(">BHH", self._take(5))
                self._take(6 * count)
            elif kind == 3:
                (length,) = struct.unpack(">3xI", self._take(7))
                self._take(length)
            else:
                assert kind == 2, f"message {kind} from the server"

    def whole(self, timeout=10.0):
        """The whole picture as one bytes object of 4 bytes a pixel."""
        rectangles = self.picture(timeout=timeout)
        width, height = self.size
        pixels = bytearray(width * height * 4)
        for x, y, w, h, data in rectangles:
            for row in range(h):
                start = ((y + row) * width + x) * 4
                pixels[start:start + w * 4] = data[row * w * 4:(row + 1) * w * 4]
        return bytes(pixels)

    def key(self, name, down):
        keysym = self.KEYS.get(name) or ord(name)
        self.socket.send(struct.pack(">BBxxI", 4, down, keysym))

    def scan_code(self, code, keysym, down):
        """QEMU's own key message."""
        self.socket.send(struct.pack(">BBHII", 255, 0, down, keysym, code))

    def tap(self, name):
        self.key(name, True)
        self.key(name, False)

    def pointer(self, x, y, buttons=0):
        self.socket.send(struct.pack(">BBHH", 5, buttons, x, y))

    def read_to_end(self, timeout=10.0):
        """Reads whatever comes until the socket is closed, and gives how."""
        self.socket.socket.settimeout(timeout)
        try:
            while True:
                self.socket.receive()
        except Closed as end:
            return end

    def keep_reading(self):
        """Reads in the background from now on, as a page does; `end` says how it ended."""

        def read():
            try:
                while True:
                    self.socket.receive()
            except (Closed, OSError) as end:
                self.end = end

        self.socket.socket.settimeout(120)
        threading.Thread(target=read, daemon=True).start()

    def close(self):
        self.socket.close()

    def vanish(self):
        self.socket.vanish()
