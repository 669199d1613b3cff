import GStreamer
import Synchronization

/// What becomes of the recorded sound: it is measured, silence is held back, the rest gets its time and is handed on.
final class SoundReader: Sendable {
    private struct State {
        var gate = SoundGate()
        var window = LevelWindow()
        var clock = SampleClock(rate: SoundFormat.rate)
        var pace = ReadingPace()
    }

    private static let format = SampleFormat(
        Caps(
            "audio/x-raw",
            [
                "format": "S16LE", "rate": .int(Int32(SoundFormat.rate)),
                "channels": .int(Int32(SoundFormat.channels)), "layout": "interleaved",
            ]))

    private let state = Mutex(State())
    private let samples: @Sendable (consuming Sample) -> Void
    private let levels: @Sendable (AudioLevel) -> Void

    init(
        samples: @escaping @Sendable (consuming Sample) -> Void, levels: @escaping @Sendable (AudioLevel) -> Void
    ) {
        self.samples = samples
        self.levels = levels
    }

    /// Takes what was recorded up to now (nanoseconds).
    ///
    /// - Parameter isHeard: whether somebody listens.
    /// - Returns: how long to wait before the next reading.
    func take(_ bytes: UnsafeRawBufferPointer, isHeard: Bool, at now: UInt64) -> Duration {
        let isSilent = SoundGate.isSilent(bytes)
        let (time, part, level, pause) = state.withLock { state in
            let time = state.clock.stamp(frames: bytes.count / SoundFormat.frameSize, deliveredAt: now)
            return (
                time, isHeard ? state.gate.part(isSilent: isSilent, at: time.time) : .none,
                state.window.add(bytes, isSilent: isSilent),
                state.pace.next(isSilent: isSilent, isHeard: isHeard, at: now)
            )
        }
        if part != .none {
            // Silence is read rarely, and much at once.
            let count = part == .packet ? min(bytes.count, SoundFormat.packetSize) : bytes.count
            samples(
                Self.format.sample(
                    copying: UnsafeRawBufferPointer(rebasing: bytes[..<count]), at: time.time,
                    duration: UInt64(count / SoundFormat.frameSize) * 1_000_000_000 / UInt64(SoundFormat.rate)))
        }
        if let level { levels(level) }
        return pause
    }
}
