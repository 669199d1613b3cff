import GStreamer
import Synchronization

/// Counts what one viewer receives. Written on streaming threads, one per kind of media; read from anywhere.
final class RTPMeter: Sendable {
    static let videoPayload: Int32 = 96
    static let audioPayload: Int32 = 97
    private static let none = UInt64.max

    private let firstVideo = Atomic<UInt64>(none)
    private let frames = Atomic<Int>(0)
    private let videoBytes = Atomic<Int>(0)
    private let audioBytes = Atomic<Int>(0)
    private let missing = Atomic<Int>(0)
    private let lastTimestamp = Atomic<UInt64>(none)
    private let lastSequence = Atomic<UInt64>(none)

    /// When the first video packet came out of the jitter buffer, by `Runtime.now()`; nil before that.
    var firstVideoAt: UInt64? {
        let time = firstVideo.load(ordering: .acquiring)
        return time == Self.none ? nil : time
    }

    /// The counters now.
    var counts: RTPCounts {
        RTPCounts(
            frames: frames.load(ordering: .relaxed), videoBytes: videoBytes.load(ordering: .relaxed),
            audioBytes: audioBytes.load(ordering: .relaxed), missingVideoPackets: missing.load(ordering: .relaxed))
    }

    /// Looks at one RTP packet (RFC 3550 section 5.1).
    func count(_ packet: UnsafeRawBufferPointer) {
        guard packet.count >= 12 else { return }
        switch Int32(packet[1] & 0x7f) {
        case Self.videoPayload:
            if firstVideo.load(ordering: .relaxed) == Self.none {
                firstVideo.store(Runtime.now(), ordering: .releasing)
            }
            videoBytes.add(packet.count, ordering: .relaxed)
            // All packets of a frame have its timestamp; unlike the marker bit it survives a lost packet.
            let timestamp = packet[4..<8].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            if lastTimestamp.exchange(timestamp, ordering: .relaxed) != timestamp { frames.add(1, ordering: .relaxed) }
            let sequence = UInt64(packet[2]) << 8 | UInt64(packet[3])
            let before = lastSequence.exchange(sequence, ordering: .relaxed)
            // A jump of half the range or more is a step back.
            if before != Self.none, case let gap = (sequence &- before &- 1) & 0xffff, gap < 0x8000 {
                missing.add(Int(gap), ordering: .relaxed)
            }
        case Self.audioPayload: audioBytes.add(packet.count, ordering: .relaxed)
        default: break
        }
    }
}
