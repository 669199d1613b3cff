import Synchronization
import TestSupport
import Testing

@testable import GStreamer
@testable import Signaling

@Suite("What became of packets", .timeLimit(.minutes(1)))
struct FeedbackTapTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("a packet is remembered by its number with time, size and kind, until another takes its place")
    func remembers() {
        let sent = SentPackets()
        #expect(sent.packet(0, at: 5) == nil)
        sent.note(0, size: 1200, isPadding: false, at: 7_000)
        sent.note(9, size: 255, isPadding: true, at: 9_000)
        #expect(sent.packet(0, at: Self.second) == .init(sentAt: 7_000, size: 1200, isPadding: false))
        #expect(sent.packet(9, at: Self.second) == .init(sentAt: 9_000, size: 255, isPadding: true))
        #expect(sent.packet(1, at: Self.second) == nil)
        sent.note(UInt16(SentPackets.capacity), size: 100, isPadding: false, at: 11_000)
        #expect(sent.packet(0, at: Self.second) == nil)
    }

    @Test("times stay right when the count of microseconds begins anew")
    func wraps() {
        let sent = SentPackets()
        let late = UInt64(1) << 36 * 1000 + 500_000
        sent.note(5, size: 100, isPadding: false, at: late)
        #expect(sent.packet(5, at: late + 40_000_000)?.sentAt == late)
    }

    /// A tap on a stream 9, and what it told.
    private final class Line: Sendable {
        let sent = SentPackets()
        let results = Mutex<[PacketResult]>([])
        let missing = Mutex<[UInt16]>([])
        let keyframes = Counter()

        func tap() -> FeedbackTap {
            var handlers = FeedbackTap.Handlers()
            handlers.results = { [self] new, _ in results.withLock { $0 += new } }
            handlers.missing = { [self] new, source in
                #expect(source == 9)
                missing.withLock { $0 += new }
            }
            handlers.keyframeWanted = { [keyframes] in keyframes.increment() }
            return FeedbackTap(of: sent, clocks: [9: 90_000], handlers)
        }
    }

    @Test("feedback about remembered packets becomes results, about others nothing")
    func joins() throws {
        let line = Line()
        let tap = line.tap()
        for number in UInt16(1)...2 {
            line.sent.note(number, size: 500, isPadding: number == 2, at: UInt64(number) * 1_000_000)
        }
        // Numbers 0 to 3; 1 and 2 are ours, and 2 was lost.
        let feedback: [UInt8] = [
            0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 0, 0b1011_0100, 0, 4, 4,
        ]
        feedback.withUnsafeBytes { tap.take($0, at: Self.second) }
        #expect(
            line.results.withLock { $0 } == [
                .init(sequence: 1, sentAt: 1_000_000, receivedAt: 2_000_000, size: 528, isProbe: false),
                .init(sequence: 2, sentAt: 2_000_000, receivedAt: nil, size: 528, isProbe: true),
            ])
    }

    @Test("packets that are missed are asked for, keyframes too, but only of our streams and once for each request")
    func wishes() {
        let line = Line()
        let tap = line.tap()
        func take(_ bytes: [UInt8]) { bytes.withUnsafeBytes { tap.take($0, at: Self.second) } }
        for source: UInt8 in [9, 8] { take([0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, source, 0xff, 0xff, 0, 0b101]) }
        #expect(line.missing.withLock { $0 } == [65_535, 0, 2])
        for source: UInt8 in [9, 8] { take([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, source]) }
        #expect(line.keyframes.value == 1)
        for number: UInt8 in [4, 4, 5] { take([0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, number, 0, 0, 0]) }
        #expect(line.keyframes.value == 3)
    }
}
