import GStreamer
import Synchronization

/// Where one viewer's RTCP arrives: joins what it tells with the packets that were sent, and tells what the viewer wants.
///
/// Some ten to twenty packets come in a second: it may lock and allocate, though it is called on a streaming thread.
final class FeedbackTap: Sendable {
    /// What follows from feedback, on the thread on which it came.
    struct Handlers: Sendable {
        /// What became of packets that are remembered, and when it was told (nanoseconds).
        var results: @Sendable ([PacketResult], UInt64) -> Void = { _, _ in }
        /// Packets of one of our streams that the viewer misses, by their sequence numbers.
        var missing: @Sendable ([UInt16], _ source: UInt32) -> Void = { _, _ in }
        /// The viewer needs a keyframe.
        var keyframeWanted: @Sendable () -> Void = {}
    }

    /// Bytes on the wire around an SRTP packet: IPv4 and UDP.
    private static let envelope = 20 + 8

    private struct State {
        var reports: [UInt32: ReceiverReport] = [:]
        /// Numbers of the last requests for a keyframe, by stream: they are repeated.
        var requests: [UInt32: UInt8] = [:]
    }

    private let sent: SentPackets
    private let clocks: [UInt32: Int]
    private let handlers: Handlers
    private let state = Mutex(State())

    /// - Parameters:
    ///   - sent: remembers the packets.
    ///   - clocks: units in a second of each of our streams' clocks, by SSRC.
    init(of sent: SentPackets, clocks: [UInt32: Int], _ handlers: Handlers) {
        self.sent = sent
        self.clocks = clocks
        self.handlers = handlers
    }

    /// The newest report on each of our streams.
    var reports: [UInt32: ReceiverReport] { state.withLock { $0.reports } }

    /// Takes an RTCP packet of the viewer's.
    func take(_ rtcp: UnsafeRawBufferPointer, at now: UInt64) {
        var results: [PacketResult] = []
        var missing: [UInt32: [UInt16]] = [:]
        var wantsKeyframe = false
        RTCPReader.read(rtcp) { item in
            switch item {
            case .packet(let number, let arrival):
                guard let packet = sent.packet(number, at: now) else { return }
                results.append(
                    PacketResult(
                        sequence: number, sentAt: packet.sentAt, receivedAt: arrival,
                        size: packet.size + Self.envelope, isProbe: packet.isPadding))
            case .report(let block):
                guard let clock = clocks[block.source] else { return }
                let report = ReceiverReport(block, clock: clock, at: NTPTime.now().middle)
                state.withLock { $0.reports[block.source] = report }
            case .missing(let sequence, let source):
                if clocks[source] != nil { missing[source, default: []].append(sequence) }
            case .pictureLost(let source): if clocks[source] != nil { wantsKeyframe = true }
            case .keyframeWanted(let source, let number):
                guard clocks[source] != nil else { return }
                let before = state.withLock { $0.requests.updateValue(number, forKey: source) }
                if before != number { wantsKeyframe = true }
            }
        }
        if !results.isEmpty { handlers.results(results, now) }
        for (source, sequences) in missing { handlers.missing(sequences, source) }
        if wantsKeyframe { handlers.keyframeWanted() }
    }
}
