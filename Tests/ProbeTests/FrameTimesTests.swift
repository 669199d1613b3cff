import Synchronization
import Testing

@testable import Probe

@Suite("Frame times", .timeLimit(.minutes(1)))
struct FrameTimesTests {
    @Test("The newest 32 frames are found, older ones are forgotten")
    func newest() {
        let times = FrameTimes()
        #expect(times.time(of: 1) == nil)
        #expect(times.time(of: 0) == nil)
        for stamp in 1...100 as ClosedRange<UInt64> { times.mark(stamp, at: stamp * 7) }
        for stamp in 1...68 as ClosedRange<UInt64> { #expect(times.time(of: stamp) == nil) }
        for stamp in 69...100 as ClosedRange<UInt64> { #expect(times.time(of: stamp) == stamp * 7) }
        #expect(times.time(of: 101) == nil)
    }

    @Test("A reader on another thread never sees a time that belongs to another frame")
    func concurrent() async {
        let times = FrameTimes()
        let progress = Progress()
        let last: UInt64 = 300_000
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for stamp in 1...last {
                    times.mark(stamp, at: stamp &* 1_000_003)
                    progress.newest.store(stamp, ordering: .releasing)
                }
            }
            group.addTask {
                var wrong = 0
                repeat {
                    let stamp = progress.newest.load(ordering: .acquiring)
                    for back in 0..<40 as Range<UInt64> where back < stamp {
                        guard let time = times.time(of: stamp - back) else { continue }
                        progress.found.add(1, ordering: .relaxed)
                        if time != (stamp - back) &* 1_000_003 { wrong += 1 }
                    }
                } while progress.newest.load(ordering: .acquiring) < last
                #expect(wrong == 0)
            }
        }
        #expect(progress.found.load(ordering: .relaxed) > 0)
    }

    private final class Progress: Sendable {
        let newest = Atomic<UInt64>(1)
        let found = Atomic<Int>(0)
    }

    @Test("Stages have the names that metrics show, each with a histogram of its own")
    func stages() {
        let times = StageTimes()
        #expect(times.all.map(\.name) == ["grab", "gate", "encode", "packetise", "send", "wire"])
        times.encode.record(1000)
        #expect(times.all.filter { $0.histogram.reading.count == 1 }.map(\.name) == ["encode"])
        #expect(Set(times.all.map { ObjectIdentifier($0.histogram) }).count == 6)
    }
}
