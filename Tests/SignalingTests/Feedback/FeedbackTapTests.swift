import Synchronization
import Testing

@testable import GStreamer
@testable import Signaling

@Suite("What became of packets", .timeLimit(.minutes(1)))
struct FeedbackTapTests {
    private static let second: UInt64 = 1_000_000_000

    private static func header(_ number: UInt16, isPadded: Bool = false) throws -> PacketHeader {
        let bytes: [UInt8] = [
            isPadded ? 0xb0 : 0x90, 0xe0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0xbe, 0xde, 0, 2,
            0x52, 0, 0, 0, 0x31, UInt8(number >> 8), UInt8(number & 0xff), 0,
        ]
        return try #require(bytes.withUnsafeBytes { PacketHeader($0, transportWide: 3) })
    }

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

    @Test("feedback about remembered packets becomes results, about others nothing")
    func joins() throws {
        let results = Mutex<[PacketResult]>([])
        let tap = FeedbackTap(clocks: [9: 90_000]) { new in results.withLock { $0 += new } }
        for number in UInt16(1)...2 {
            tap.sending(try Self.header(number, isPadded: number == 2), size: 500, at: UInt64(number) * 1_000_000)
        }
        // Numbers 0 to 3; 1 and 2 are ours, and 2 was lost.
        let feedback: [UInt8] = [
            0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 4, 0, 0, 0, 0, 0b1011_0100, 0, 4, 4,
        ]
        // The first of a second goes on to rtpsession, which would remember every packet for ever.
        #expect(!feedback.withUnsafeBytes { tap.take($0, at: Self.second) })
        let first = results.withLock { $0 }
        for time in [Self.second + 1, 2 * Self.second - 1] {
            #expect(feedback.withUnsafeBytes { tap.take($0, at: time) })
        }
        #expect(!feedback.withUnsafeBytes { tap.take($0, at: 2 * Self.second) })
        #expect(results.withLock { $0 } == first + first + first + first)
        #expect(
            first == [
                .init(sequence: 1, sentAt: 1_000_000, receivedAt: 2_000_000, size: 528, isProbe: false),
                .init(sequence: 2, sentAt: 2_000_000, receivedAt: nil, size: 528, isProbe: true),
            ])
    }

    @Test("headers without the number, RTCP and what is cut off have none")
    func headers() throws {
        #expect(try Self.header(77).transportWide == 77)
        #expect(try Self.header(77).source == 9)
        let bare: [UInt8] = [0x80, 0x60, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9]
        #expect(bare.withUnsafeBytes { PacketHeader($0, transportWide: 3) }?.transportWide == nil)
        var cut: [UInt8] = [0x90, 0x60, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 0xbe, 0xde, 0, 9, 0x31, 1]
        #expect(cut.withUnsafeBytes { PacketHeader($0, transportWide: 3) }?.transportWide == nil)
        cut[1] = 200
        #expect(cut.withUnsafeBytes { PacketHeader($0, transportWide: 3) } == nil)
    }
}
