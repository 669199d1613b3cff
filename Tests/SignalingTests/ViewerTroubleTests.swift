import Testing

@testable import Signaling

@Suite("A viewer in trouble", .timeLimit(.minutes(1)))
struct ViewerTroubleTests {
    private typealias Reception = ViewerTrouble.Reception
    private static let second: UInt64 = 1_000_000_000

    private func after(_ seconds: Int, of reception: ViewerTrouble.Reception) -> ViewerTrouble.Reason? {
        var trouble = ViewerTrouble()
        for at in 0...seconds { trouble.note(reception, at: UInt64(at) * Self.second) }
        return trouble.reason
    }

    @Test(
        "limits are crossed, not touched",
        arguments: [
            (ViewerTrouble.Reception(), nil),
            (.init(loss: 0.05, roundTrip: 500, decodedFps: 15, sentFps: 30), nil),
            (.init(loss: 0.051), .loss),
            (.init(roundTrip: 501), .delay),
            (.init(decodedFps: 14, sentFps: 30), .decoding),
            // Nearly static: a frame now and then says nothing about decoding.
            (.init(decodedFps: 0, sentFps: 1), nil),
            (.init(decodedFps: 0), nil),
            (.init(loss: 0.2, roundTrip: 900, decodedFps: 1, sentFps: 30), .loss),
        ] as [(ViewerTrouble.Reception, ViewerTrouble.Reason?)])
    func limits(reception: ViewerTrouble.Reception, reason: ViewerTrouble.Reason?) {
        #expect(after(6, of: reception) == reason)
        #expect(after(4, of: reception) == nil, "five seconds are waited")
    }

    @Test("a good moment begins the wait anew, and ends a trouble")
    func hiccup() {
        var trouble = ViewerTrouble()
        let bad = Reception(loss: 0.2)
        for at in 0..<5 { trouble.note(bad, at: UInt64(at) * Self.second) }
        trouble.note(Reception(loss: 0), at: 5 * Self.second)
        for at in 6..<11 { trouble.note(bad, at: UInt64(at) * Self.second) }
        #expect(trouble.reason == nil)
        trouble.note(bad, at: 11 * Self.second)
        #expect(trouble.reason == .loss)
        trouble.note(Reception(loss: 0.01), at: 12 * Self.second)
        #expect(trouble.reason == nil)
    }

    @Test("one limit after the other is one trouble")
    func changing() {
        var trouble = ViewerTrouble()
        for at in 0..<3 { trouble.note(Reception(loss: 0.2), at: UInt64(at) * Self.second) }
        for at in 3...5 { trouble.note(Reception(roundTrip: 800), at: UInt64(at) * Self.second) }
        #expect(trouble.reason == .delay)
    }
}
