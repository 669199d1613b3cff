import Testing

@testable import Pipelines

@Suite("Where sound belongs in a file")
struct SoundTimelineTests {
    private let start: UInt64 = 5_000_000_000
    private func at(_ milliseconds: Double) -> UInt64 { start + UInt64(milliseconds * 1e6) }

    @Test("Packets that follow one another get one slot after another, whatever fraction of one they begin at")
    func continuous() {
        var timeline = SoundTimeline(start: start)
        for number in 0..<100 {
            let place = timeline.place(capturedAt: at(4 + Double(number) * 10))
            #expect(place?.slot == Int64(number))
            #expect(place?.silence.isEmpty == true)
        }
    }

    @Test("Where nothing came is silence, so that what comes after it is where the picture is")
    func gap() {
        var timeline = SoundTimeline(start: start)
        _ = timeline.place(capturedAt: at(0))
        let place = timeline.place(capturedAt: at(412))
        #expect(place?.slot == 41)
        #expect(place?.silence == 1..<41)
        // The grid is the file's: many gaps do not add up to a drift.
        var slot: Int64 = 0
        for number in 1...200 { slot = timeline.place(capturedAt: at(412 + Double(number) * 403.7))?.slot ?? -1 }
        let due: Double = 412 + 200 * 403.7
        let drift: Double = Double(slot * 10) - due
        #expect(abs(drift) <= 5)
    }

    @Test("Sound from before the beginning, and sound that comes when silence stands in its place, is left out")
    func outside() {
        var timeline = SoundTimeline(start: start)
        #expect(timeline.place(capturedAt: start - 20_000_000) == nil)
        #expect(timeline.fill(until: at(500)) == 0..<50)
        #expect(timeline.place(capturedAt: at(300)) == nil)
        // A little late is put right behind.
        #expect(timeline.place(capturedAt: at(480))?.slot == 50)
        #expect(timeline.fill(until: at(100)).isEmpty)
    }

    @Test("Silence has the length that is asked for", arguments: [0, 1, 2, 7, 40])
    func silence(slots: Int) {
        let packets = SoundTimeline.silence(slots: slots)
        #expect(packets.reduce(0) { $0 + $1.slots } == slots)
        #expect(packets.count == (slots + 1) / 2)
    }
}
