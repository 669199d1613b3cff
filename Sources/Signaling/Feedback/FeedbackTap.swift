import Foundation
import GStreamer
import Synchronization

/// Where one viewer's packets leave and its feedback arrives: joins the two.
final class FeedbackTap: Sendable {
    /// Bytes on the wire around an SRTP packet: IPv4 and UDP.
    private static let envelope = 20 + 8
    /// `rtpsession` 1.22 keeps each packet sent until feedback tells of it: it gets one of so many nanoseconds.
    private static let passingInterval: UInt64 = 1_000_000_000

    private let sent = SentPackets()
    private let clocks: [UInt32: Int]
    private let passedAt = Atomic<UInt64>(0)
    private let newest = Mutex<[UInt32: ReceiverReport]>([:])
    private let onResults: @Sendable ([PacketResult]) -> Void

    /// - Parameters:
    ///   - clocks: units in a second of each of our streams' clocks, by SSRC.
    ///   - onResults: gets what transport-wide feedback tells of packets that are remembered.
    init(clocks: [UInt32: Int], onResults: @escaping @Sendable ([PacketResult]) -> Void) {
        self.clocks = clocks
        self.onResults = onResults
    }

    /// The newest report on each of our streams.
    var reports: [UInt32: ReceiverReport] { newest.withLock { $0 } }

    /// Notes a packet on its way to the socket.
    func sending(_ header: PacketHeader, size: Int, at now: UInt64) {
        guard let number = header.transportWide else { return }
        // Media is never padded: it is sent to probe.
        sent.note(number, size: size, isPadding: header.isPadded, at: now)
    }

    /// Takes an RTCP packet of the viewer's.
    ///
    /// A few come in a second: it may lock and allocate, though it is called on a streaming thread.
    ///
    /// - Returns: whether `rtpsession` need not see it: it is transport-wide feedback alone, and not the first in a second.
    func take(_ rtcp: UnsafeRawBufferPointer, at now: UInt64) -> Bool {
        var results: [PacketResult] = []
        let isDone = RTCPReader.read(rtcp) { item in
            switch item {
            case .packet(let number, let arrival):
                guard let packet = sent.packet(number, at: now) else { return }
                results.append(
                    PacketResult(
                        sequence: number, sentAt: packet.sentAt, receivedAt: arrival,
                        size: packet.size + Self.envelope, isProbe: packet.isPadding))
            case .report(let block):
                guard let clock = clocks[block.source] else { return }
                let report = ReceiverReport(block, clock: clock, at: Self.ntp())
                newest.withLock { $0[block.source] = report }
            }
        }
        if !results.isEmpty { onResults(results) }
        guard isDone, now < passedAt.load(ordering: .relaxed) + Self.passingInterval else {
            if isDone { passedAt.store(now, ordering: .relaxed) }
            return false
        }
        return true
    }

    /// The middle 32 bits of the NTP timestamp now, by the clock of which `rtpsession` makes its sender reports.
    private static func ntp() -> UInt32 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let fraction = UInt64(time.tv_nsec) << 16 / 1_000_000_000
        return UInt32(truncatingIfNeeded: UInt64(time.tv_sec) &+ 2_208_988_800) << 16 | UInt32(fraction)
    }
}
