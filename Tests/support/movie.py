"""A recorded file, decoded from its beginning to its end."""

import array
import io

import av


def mean_colour(frame, area):
    """Mean red, green and blue of an area (x, y, width, height)."""
    x, y, width, height = area
    plane = frame.reformat(format="rgb24").planes[0]
    data = bytes(plane)
    rows = [data[row * plane.line_size + 3 * x:row * plane.line_size + 3 * (x + width)] for row in range(y, y + height)]
    return [sum(sum(row[channel::3]) for row in rows) / (width * height) for channel in range(3)]


def peak(frame):
    """The largest sample of the first channel, 0..1."""
    samples = array.array("f", bytes(frame.planes[0]))[:frame.samples]
    return max(map(abs, samples), default=0)


class Movie:
    """frames: [(seconds, width, height)]. sound: [(seconds, samples, peak 0..1)]. duration: the container's, or None."""

    def __init__(self, data, watch=None, torn=False):
        """data: the file's bytes. watch: (x, y, width, height), whose mean RGB is kept of each frame in `colours`.
        torn: its writer was killed, and what it was writing then is no whole packet."""
        self.frames, self.sound, self.colours = [], [], []
        with av.open(io.BytesIO(data)) as container:
            self.duration = container.duration and container.duration / 1e6
            self.codecs = {one.type: one.codec_context.name for one in container.streams}
            for packet in container.demux():
                try:
                    decoded = packet.decode()
                except av.error.InvalidDataError:
                    if torn:
                        break
                    raise
                for frame in decoded:
                    if packet.stream.type == "video":
                        self.frames.append((float(frame.time), frame.width, frame.height))
                        if watch:
                            self.colours.append(mean_colour(frame, watch))
                    else:
                        assert frame.format.name == "fltp", frame.format.name
                        self.sound.append((float(frame.time), frame.samples, peak(frame)))

    @property
    def seconds(self):
        """How long the sound is, sample by sample."""
        return sum(samples for _, samples, _ in self.sound) / 48_000

    @property
    def gaps(self):
        """Breaks in the sound's times, in seconds."""
        ends = [time + samples / 48_000 for time, samples, _ in self.sound]
        return [(end, time) for end, (time, _, _) in zip(ends, self.sound[1:]) if abs(time - end) > 0.003]
