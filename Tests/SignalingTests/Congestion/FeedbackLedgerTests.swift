import Testing

@testable import Signaling

@Suite("Feedback ledger", .timeLimit(.minutes(1)))
struct FeedbackLedgerTests {
    private func packet(_ sequence: UInt16, sentAt: UInt64, receivedAt: UInt64? = 1) -> PacketResult {
        PacketResult(sequence: sequence, sentAt: sentAt, receivedAt: receivedAt, size: 100)
    }

    @Test("Sequence numbers go on where they wrap, and half a cycle of lost feedback does not stop them")
    func sequences() {
        var ledger = FeedbackLedger()
        let wrapped = ledger.admit([packet(65_535, sentAt: 1), packet(0, sentAt: 2)])
        #expect(wrapped[1].sequence == wrapped[0].sequence + 1)
        let far = ledger.admit([packet(40_000, sentAt: 9)])
        #expect(far.map(\.sequence) == [wrapped[1].sequence + 40_000])
    }

    @Test("The remote clock goes on where its 24 bits wrap")
    func clock() throws {
        var ledger = FeedbackLedger()
        let period = UInt64(RTCPReader.clockPeriod)
        let both = ledger.admit([
            packet(1, sentAt: 1, receivedAt: period - 5), packet(2, sentAt: 2, receivedAt: 5),
        ])
        let arrivals = try both.map { try #require($0.arrivedAt) }
        #expect(arrivals[1] - arrivals[0] == 10)
    }

    @Test("A packet counts once, and once more if it was called lost before")
    func once() {
        var ledger = FeedbackLedger()
        let told = [nil, nil, 1, 1].map { ledger.admit([packet(7, sentAt: 1, receivedAt: $0)]).map(\.wasCalledLost) }
        #expect(told == [[false], [], [true], []])
    }
}
