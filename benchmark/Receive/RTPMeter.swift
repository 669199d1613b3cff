import GStreamer
import Synchronization

/// Counts what one viewer receives. Written on streaming threads, one per kind of media; read from anywhere.
///
/// `@unchecked Sendable`: `assembler` belongs to the thread that brings video; all else is atomic.
final class RTPMeter: @unchecked Sendable {
    static let videoPayload: Int32 = 96
    static let audioPayload: Int32 = 97
    private static let none = UInt64.max

    /// The frames that came.
    let log = FrameLog()

    private var assembler: FrameAssembler
    private let firstVideo = Atomic<UInt64>(none)
    private let firstFrame = Atomic<UInt64>(none)
    private let frames = Atomic<Int>(0)
    private let videoBytes = Atomic<Int>(0)
    private let audioBytes = Atomic<Int>(0)
    private let missing = Atomic<Int>(0)
    private let keyframeWanted = Atomic<Bool>(false)

    init(codec: VideoCodec = .h264) { assembler = FrameAssembler(codec: codec) }

    /// When the first video packet came out of the jitter buffer, by `Runtime.now()`; nil before that.
    var firstVideoAt: UInt64? { Self.time(firstVideo) }

    /// When the first frame that a decoder could show was complete; nil before that.
    var firstFrameAt: UInt64? { Self.time(firstFrame) }

    /// Whether packets were lost and no keyframe has come since: what a decoder would ask one for.
    var needsKeyframe: Bool { keyframeWanted.load(ordering: .relaxed) }

    /// The counters now.
    var counts: RTPCounts {
        RTPCounts(
            frames: frames.load(ordering: .relaxed), videoBytes: videoBytes.load(ordering: .relaxed),
            audioBytes: audioBytes.load(ordering: .relaxed), missingVideoPackets: missing.load(ordering: .relaxed))
    }

    /// Looks at one RTP packet.
    func count(_ bytes: UnsafeRawBufferPointer) {
        guard let packet = RTPPacket(bytes) else { return }
        switch packet.payloadType {
        case Self.videoPayload: countVideo(packet)
        case Self.audioPayload: audioBytes.add(packet.size, ordering: .relaxed)
        default: break
        }
    }

    private func countVideo(_ packet: RTPPacket) {
        let now = Runtime.now()
        if firstVideo.load(ordering: .relaxed) == Self.none { firstVideo.store(now, ordering: .releasing) }
        videoBytes.add(packet.size, ordering: .relaxed)
        let step = assembler.take(packet, at: now)
        if step.missing > 0 { missing.add(step.missing, ordering: .relaxed) }
        if step.beginsFrame { frames.add(1, ordering: .relaxed) }
        if let frame = step.completed {
            log.append(frame)
            if frame.isDecodable, firstFrame.load(ordering: .relaxed) == Self.none {
                firstFrame.store(now, ordering: .releasing)
            }
        }
        keyframeWanted.store(assembler.needsKeyframe, ordering: .relaxed)
    }

    private static func time(_ value: borrowing Atomic<UInt64>) -> UInt64? {
        let time = value.load(ordering: .acquiring)
        return time == none ? nil : time
    }
}
