import Testing

@testable import Signaling

@Suite("A viewer's vitals", .timeLimit(.minutes(1)))
struct ViewerVitalsTests {
    private static let second: UInt64 = 1_000_000_000

    @Test("the worse of picture and sound counts, and transport-wide feedback before receiver reports")
    func reception() {
        var vitals = ViewerVitals(viewer: "one")
        vitals.took(
            [
                1: .init(progress: [1, 1, 1], loss: 0.25, roundTrip: nil),
                2: .init(progress: [1, 1, 2], loss: 0, roundTrip: 40),
            ], at: Self.second)
        vitals.look(delivered: 30, loss: nil, at: Self.second)
        #expect(vitals.reception == .init(loss: 0.25, roundTrip: 0.04))
        vitals.look(delivered: 60, loss: 0.01, at: 2 * Self.second)
        #expect(vitals.reception == .init(loss: 0.01, roundTrip: 0.04, sentFps: 30))
    }

    @Test("a page that stopped telling its frame rate tells none")
    func told() {
        var vitals = ViewerVitals(viewer: "one")
        vitals.decodes(12, at: Self.second)
        vitals.look(delivered: 0, loss: nil, at: 6 * Self.second)
        #expect(vitals.reception.decodedFps == 12)
        vitals.look(delivered: 0, loss: nil, at: 6 * Self.second + 1)
        #expect(vitals.reception.decodedFps == nil)
    }

    @Test("reports that do not change are silence; a heartbeat or feedback outweighs them")
    func silence() {
        var vitals = ViewerVitals(viewer: "one")
        let report = ReceiverReport(progress: [5, 0, 9], loss: 0, roundTrip: nil)
        for at in 1...9 { vitals.took([1: report], at: UInt64(at) * Self.second) }
        #expect(!vitals.isSilent(at: 8 * Self.second, connectedAt: 0, limit: 7 * Self.second))
        #expect(vitals.isSilent(at: 9 * Self.second, connectedAt: 0, limit: 7 * Self.second))
        vitals.feedback(at: 8 * Self.second)
        #expect(!vitals.isSilent(at: 9 * Self.second, connectedAt: 0, limit: 7 * Self.second))
        vitals.took([1: .init(progress: [6, 0, 9], loss: 0, roundTrip: nil)], at: 17 * Self.second)
        #expect(vitals.isSilent(at: 17 * Self.second, connectedAt: 0, limit: 7 * Self.second))
    }

    @Test("a connection that stays bad for five seconds is in trouble, by name")
    func trouble() {
        var vitals = ViewerVitals(viewer: "one")
        for at in 1...5 { vitals.look(delivered: UInt64(at) * 30, loss: 0.2, at: UInt64(at) * Self.second) }
        #expect(vitals.troubles(at: 5 * Self.second).isEmpty)
        vitals.look(delivered: 180, loss: 0.2, at: 6 * Self.second)
        #expect(vitals.troubles(at: 6 * Self.second).map(\.viewer) == ["one"])
        #expect(vitals.troubles(at: 6 * Self.second).map(\.kind) == [.loss])
    }
}
