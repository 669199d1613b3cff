"""Decodes the demo guest's state block (layout: README.md). Bytes in, values out; nothing else."""

import struct
from typing import NamedTuple

ADDRESS = 0x1000
SIZE = 512
MAGIC = b"LOCO"
VERSION = 1

_HEADER = struct.Struct("<4s4I2i4I2iIiI256sI64s3Ii")


class State(NamedTuple):
    frames: int  # pictures drawn
    ticks: int  # timer ticks, 30 per second
    number: int  # the guest's number
    speed: int  # pixels per tick, negative to the left
    train_x: int  # screen x of the locomotive's front
    horns: int
    presses: int  # keys pressed, repeats not counted
    keys_down: int
    last_scan: int  # set 1 make code, 0xE0xx when extended
    mouse_x: int
    mouse_y: int
    buttons: int  # bit 0 left, 1 right, 2 middle
    wheel: int  # sum of wheel counts, positive is down
    typed_total: int
    typed: bytes  # the last 256 typed characters, Backspace as 0x08, Enter as 0x0D
    line: str  # what the line on the screen shows
    muted: bool
    horn: bool
    linear: bool  # VBE mode; False: the VGA fallback
    wheel_mouse: bool
    signal_green: bool
    repeats: int
    clicks: int
    odometer: int  # pixels driven, signed


def decode(block: bytes) -> State | None:
    """The state, or None while the guest has not started."""
    (
        magic, version, frames, ticks, number, speed, train_x, horns, presses, keys_down, last_scan,
        mouse_x, mouse_y, buttons, wheel, typed_total, ring, line_length, line, flags, repeats, clicks, odometer,
    ) = _HEADER.unpack_from(block)  # fmt: skip
    if magic != MAGIC:
        return None
    if version != VERSION:
        raise ValueError(f"state block version {version}, this decoder knows {VERSION}")
    if typed_total > len(ring):
        start = typed_total % len(ring)
        typed = ring[start:] + ring[:start]
    else:
        typed = ring[:typed_total]
    return State(
        frames, ticks, number, speed, train_x, horns, presses, keys_down, last_scan,
        mouse_x, mouse_y, buttons, wheel, typed_total, typed, line[:line_length].decode("latin-1"),
        bool(flags & 1), bool(flags & 2), bool(flags & 4), bool(flags & 16), bool(flags & 32),
        repeats, clicks, odometer,
    )  # fmt: skip
