"""The processes behind one instance, from /proc: what the API says of them is under test."""

from . import processes

PROGRAMS = {"qemu": "qemu-system", "xserver": "Xvfb", "pulse": "pulseaudio"}


def pid_of(fleet, identifier, service):
    """The pid of an instance's QEMU, X server or PulseAudio."""
    node = fleet.node(identifier)["pid"]
    found = [one.pid for one in processes.family(node, f"no-{identifier}")
             if PROGRAMS[service] in one.command.split(" ")[0]]
    assert len(found) == 1, f"{service} of {identifier}: {found}"
    return found[0]
