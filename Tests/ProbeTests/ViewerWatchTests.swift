import Testing

@testable import Probe

@Suite("ViewerWatch", .timeLimit(.minutes(1)))
struct ViewerWatchTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let quality: ViewerQuality
        let kinds: [ViewerTrouble.Kind]
        var testDescription: String { name }
    }

    static let table: [Row] = [
        Row(name: "nothing measured", quality: .init(), kinds: []),
        Row(name: "well", quality: .init(loss: 0.01, roundTrip: 0.03, decodedFps: 29, sentFps: 30), kinds: []),
        Row(name: "loss at the limit", quality: .init(loss: 0.05), kinds: []),
        Row(name: "loss", quality: .init(loss: 0.2), kinds: [.loss]),
        Row(name: "far away", quality: .init(roundTrip: 0.6), kinds: [.roundTrip]),
        Row(name: "half decoded", quality: .init(decodedFps: 15, sentFps: 30), kinds: []),
        Row(name: "less than half decoded", quality: .init(decodedFps: 14, sentFps: 30), kinds: [.decoding]),
        Row(name: "static screen", quality: .init(decodedFps: 0, sentFps: 1), kinds: []),
        Row(name: "uneven alone", quality: .init(jitter: 0.4), kinds: []),
        Row(
            name: "all of it", quality: .init(loss: 0.1, roundTrip: 1, decodedFps: 1, sentFps: 30),
            kinds: [.loss, .roundTrip, .decoding]),
    ]

    @Test("a report breaks limits or it does not", arguments: table)
    func limits(_ row: Row) {
        #expect(row.quality.troubles(viewer: "v").map(\.kind) == row.kinds)
    }

    private let bad = ViewerQuality(loss: 0.2)
    private let good = ViewerQuality(loss: 0)

    @Test("bad reports count once they have lasted five seconds, and no longer than they last")
    func hold() {
        var watch = ViewerWatch(viewer: "v")
        for second in 0...4 {
            watch.note(bad, at: Double(second))
            #expect(watch.troubles(at: Double(second)).isEmpty)
        }
        watch.note(bad, at: 5)
        #expect(watch.troubles(at: 5).map(\.kind) == [.loss])
        #expect(watch.since == 0)
        watch.note(good, at: 6)
        #expect(!watch.troubles(at: 6).isEmpty)
        watch.note(good, at: 9)
        #expect(watch.troubles(at: 9).isEmpty)
        #expect(watch.since == nil)
    }

    @Test("one bad report is an accident, however long nothing follows")
    func accident() {
        var watch = ViewerWatch(viewer: "v")
        watch.note(bad, at: 0)
        #expect(watch.troubles(at: 9).isEmpty)
    }

    @Test("a good report between bad ones does not make a lossy link good")
    func bursts() {
        var watch = ViewerWatch(viewer: "v")
        for second in 0...8 { watch.note(second % 3 == 1 ? good : bad, at: Double(second)) }
        #expect(!watch.troubles(at: 8).isEmpty)
    }

    @Test("a viewer that reports no more says nothing about now")
    func gone() {
        var watch = ViewerWatch(viewer: "v")
        for second in 0...6 { watch.note(bad, at: Double(second)) }
        #expect(!watch.troubles(at: 16).isEmpty)
        #expect(watch.troubles(at: 16.5).isEmpty)
        watch.note(bad, at: 30)
        #expect(watch.troubles(at: 30).isEmpty)
    }
}
