/// Where sound packets belong in a file: one after another without a gap, 10 ms each.
///
/// The guest's silence is hardly sent (``SoundGate``), and not every player takes a pause between packets for one: where
/// nothing came, silence is filled in. Pure: times come in, slots of 10 ms go out.
struct SoundTimeline {
    /// What each packet of the Opus encoder lasts, in nanoseconds.
    static let slot: UInt64 = 10_000_000
    /// Sound that comes later than this is missed, in nanoseconds: silence stands in its place by then. A silent guest's
    /// packets come 400 ms apart.
    static let patience: UInt64 = 700_000_000
    /// So much earlier than it can be placed a packet may belong, in slots; more would drift away from the picture.
    private static let slack: Int64 = 3

    /// When the file begins, in nanoseconds of the capture's clock.
    let start: UInt64
    /// The first slot that is free.
    private(set) var next: Int64 = 0

    init(start: UInt64) { self.start = start }

    /// Places a packet that was captured at that time.
    ///
    /// - Returns: its slot, and the ones before it that are to be silent; nil for one that is from before the beginning or
    ///   comes too late.
    mutating func place(capturedAt time: UInt64) -> (slot: Int64, silence: Range<Int64>)? {
        let wanted = (Int64(time) - Int64(start) + Int64(Self.slot / 2)) / Int64(Self.slot)
        guard time + Self.slot / 2 >= start, wanted >= 0, wanted + Self.slack >= next else { return nil }
        let slot = max(wanted, next)
        defer { next = slot + 1 }
        return (slot, next..<slot)
    }

    /// Gives up waiting for sound from before that time.
    ///
    /// - Returns: the slots that are to be silent.
    mutating func fill(until time: UInt64) -> Range<Int64> {
        guard time > start else { return next..<next }
        let end = max(next, Int64((time - start) / Self.slot))
        defer { next = end }
        return next..<end
    }

    /// Opus packets of silence (RFC 6716: CELT, full band, stereo) for so many slots: as few as there can be, each with
    /// its length in slots.
    static func silence(slots: Int) -> [(bytes: [UInt8], slots: Int)] {
        Array(repeating: ([0xfc, 0xff, 0xfe], 2), count: slots / 2) + (slots % 2 == 1 ? [([0xf4, 0xff, 0xfe], 1)] : [])
    }
}
