import Testing

@testable import Signaling

@Suite("Reading a receiver's RTCP", .timeLimit(.minutes(1)))
struct RTCPReaderTests {
    private static func read(_ bytes: [UInt8]) -> [RTCPReader.Item] {
        var items: [RTCPReader.Item] = []
        bytes.withUnsafeBytes { bytes in RTCPReader.read(bytes) { items.append($0) } }
        return items
    }

    /// Transport-wide feedback: its chunks and what follows them, filled up to whole words.
    private static func feedback(base: UInt16, count: UInt16, reference: UInt32, _ body: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = [0x8f, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]
        bytes += [UInt8(base >> 8), UInt8(base & 0xff), UInt8(count >> 8), UInt8(count & 0xff)]
        bytes += [UInt8(reference >> 16), UInt8(reference >> 8 & 0xff), UInt8(reference & 0xff), 7]
        bytes += body
        while bytes.count % 4 != 0 { bytes.append(0) }
        bytes[3] = UInt8(bytes.count / 4 - 1)
        return bytes
    }

    private static let report: [UInt8] = [
        0x81, 201, 0, 7, 0, 0, 0, 1,
        0, 0, 0, 9, 64, 0, 0, 5, 0, 1, 0, 3, 0, 0, 0, 90, 0x12, 0x34, 0x56, 0x78, 0, 0, 0x80, 0,
    ]

    @Test("a run, fourteen single bits and seven pairs of bits tell what arrived, and when")
    func chunks() {
        let run = Self.read(Self.feedback(base: 65_535, count: 2, reference: 1, [0x20, 2, 4, 8]))
        #expect(
            run == [
                .packet(65_535, arrivedAt: 65_000_000), .packet(0, arrivedAt: 67_000_000),
            ])
        let bits = Self.read(Self.feedback(base: 10, count: 3, reference: 0, [0b1010_1000, 0, 1, 2]))
        #expect(
            bits == [
                .packet(10, arrivedAt: 250_000), .packet(11, arrivedAt: nil), .packet(12, arrivedAt: 750_000),
            ])
        // Arrived, lost, arrived 1.5 ms before the one before.
        let pairs = Self.read(Self.feedback(base: 7, count: 3, reference: 0, [0b1101_0010, 0, 8, 0xff, 0xfa]))
        #expect(
            pairs == [
                .packet(7, arrivedAt: 2_000_000), .packet(8, arrivedAt: nil), .packet(9, arrivedAt: 500_000),
            ])
    }

    @Test("several chunks follow each other, and only so many packets count as are told of")
    func several() {
        // 14 of single bits, of which the first arrived, then a run of two.
        let items = Self.read(Self.feedback(base: 100, count: 16, reference: 0, [0xa0, 0, 0x20, 5, 4, 4, 4]))
        #expect(items.count == 16)
        #expect(items[0] == .packet(100, arrivedAt: 1_000_000))
        #expect(items[1..<14].allSatisfy { if case .packet(_, nil) = $0 { true } else { false } })
        #expect(items[15] == .packet(115, arrivedAt: 3_000_000))
    }

    @Test("the receiver's clock begins anew with its 24 bits, in both directions")
    func clock() {
        let period = UInt64(RTCPReader.clockPeriod)
        let back = Self.read(Self.feedback(base: 1, count: 1, reference: 0, [0xe0, 0, 0xff, 0xff]))
        #expect(back == [.packet(1, arrivedAt: period - 250_000)])
        let over = Self.read(Self.feedback(base: 1, count: 1, reference: 0xff_ffff, [0xe0, 0, 0x7f, 0xff]))
        #expect(over == [.packet(1, arrivedAt: 32_767 * 250_000 - 64_000_000)])
    }

    @Test("a report's block is read, alone and in one packet with feedback")
    func reports() {
        let feedback = Self.feedback(base: 1, count: 1, reference: 0, [0x20, 1, 4])
        let alone = Self.read(Self.report)
        guard case .report(let block)? = alone.first else {
            Issue.record("no report: \(alone)")
            return
        }
        #expect(block.source == 9 && block.fractionLost == 64 && block.highest == 0x1_0003 && block.jitter == 90)
        let half = UInt32(0x1_0000)
        let report = ReceiverReport(block, clock: 90_000, at: 0x1234_5678 + 0x8000 + half)
        #expect(report.loss == 0.25 && report.roundTrip == 1000 && report.jitter == 1)
        #expect(ReceiverReport(block, clock: 90_000, at: 0x1234_5678).roundTrip == nil)
        #expect(Self.read(Self.report + feedback).count == 2)
    }

    @Test("requests for packets and for keyframes are read: PLI, and FIR with its number for each stream")
    func requests() {
        let missing = Self.read([0x81, 205, 0, 4, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xfe, 0x80, 0b10, 0, 40, 0, 0])
        #expect(missing == [65_534, 0, 14, 40].map { .missing($0, of: 9) })
        #expect(Self.read([0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 9]) == [.pictureLost(of: 9)])
        let two: [UInt8] = [0x84, 206, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 9, 7, 0, 0, 0, 0, 0, 0, 8, 255, 0, 0, 0]
        #expect(Self.read(two) == [.keyframeWanted(of: 9, number: 7), .keyframeWanted(of: 8, number: 255)])
        // A flood of requests for everything.
        let flood: [UInt8] = [0x81, 205, 0, 101, 0, 0, 0, 1, 0, 0, 0, 9] + [UInt8](repeating: 0xff, count: 396)
        #expect(Self.read((0..<40).flatMap { _ in flood }).count <= RTCPReader.most)
    }

    @Test("what is cut off or made up is passed over, and read no further than it goes")
    func malformed() {
        let feedback = Self.feedback(base: 1, count: 40, reference: 0, [0x20, 40] + Array(repeating: 4, count: 40))
        for end in 0..<feedback.count { #expect(Self.read(Array(feedback[..<end])).isEmpty, "\(end)") }
        // Fewer times than packets.
        #expect(Self.read(Self.feedback(base: 1, count: 100, reference: 0, [0x20, 100, 4, 4])).count == 2)
        // More packets than its chunks tell of; a reserved symbol; a run of none.
        #expect(Self.read(Self.feedback(base: 1, count: 100, reference: 0, [0x20, 2, 4, 4])).isEmpty)
        #expect(Self.read(Self.feedback(base: 1, count: 2, reference: 0, [0x60, 2, 4, 4])).isEmpty)
        #expect(Self.read(Self.feedback(base: 1, count: 2, reference: 0, [0x20, 0, 0, 0])).isEmpty)
        // Small packets that tell of many, over and over.
        let flood = Self.feedback(base: 0, count: 8191, reference: 0, [0x1f, 0xff])
        #expect(Self.read(Array(repeating: flood, count: 60).flatMap(\.self)).count == 2 * 8191)
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<20_000 {
            let kind: [UInt8] = [0x8f, UInt8.random(in: 199...206, using: &generator), 0]
            let size = Int.random(in: 1...80, using: &generator)
            let bytes = kind + (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Self.read(bytes).count <= RTCPReader.most)
        }
    }
}
