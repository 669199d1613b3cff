/// The newest frames of a stream, by reference, for those who ask for a packet again.
struct SentFrames {
    /// Frames remembered: one to two seconds.
    static let capacity = 64
    /// A packet is sent again so often at most, and not within so many nanoseconds: several requests for one loss, or for
    /// everything there is, cost no more.
    static let mostTimes: UInt8 = 4
    static let patience: UInt64 = 10_000_000

    private struct Repeat {
        var sequence: UInt16 = 0
        var times: UInt8 = 0
        var notBefore: UInt64 = 0
    }

    private var frames: [SentFrame] = []
    private var oldest = 0
    private var repeats: [Repeat] = []

    /// Remembers a frame, in the place of the oldest.
    mutating func keep(_ frame: SentFrame) {
        guard frames.count == Self.capacity else { return frames.append(frame) }
        frames[oldest] = frame
        oldest = (oldest + 1) % Self.capacity
    }

    /// The frame that has the packet of that number, to be sent again now (nanoseconds); nil for one that is
    /// not remembered, or was sent again enough.
    mutating func take(_ sequence: UInt16, at now: UInt64) -> SentFrame? {
        guard let frame = frames.first(where: { Int(sequence &- $0.first) < $0.count }) else { return nil }
        // Few viewers lose anything.
        if repeats.isEmpty { repeats = [Repeat](repeating: Repeat(), count: 256) }
        let index = Int(sequence) % repeats.count
        if repeats[index].sequence != sequence || now > repeats[index].notBefore + 10_000_000_000 {
            repeats[index] = Repeat(sequence: sequence)
        }
        guard repeats[index].times < Self.mostTimes, now >= repeats[index].notBefore else { return nil }
        repeats[index].times += 1
        repeats[index].notBefore = now + Self.patience
        return frame
    }
}
