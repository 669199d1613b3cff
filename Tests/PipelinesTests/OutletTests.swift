import GStreamer
import Synchronization
import TestSupport
import Testing

@testable import Pipelines

@Suite("Outlets", .serialized, .timeLimit(.minutes(1)))
struct OutletTests {
    init() throws { try Runtime.start() }

    /// A stream to take frames from, and how often a keyframe of it was asked for.
    private struct Stream {
        let broadcaster: Broadcaster
        let asked: Counter
        let link: Outlet.Link
        var id: ObjectIdentifier { ObjectIdentifier(broadcaster) }

        init() {
            let counter = Counter()
            let demand = KeyframeDemand { _ in counter.increment() }
            asked = counter
            broadcaster = Broadcaster(demand: demand)
            link = Outlet.Link(broadcaster: ObjectIdentifier(broadcaster), demand: demand)
        }
    }

    private static let start: UInt64 = 100_000_000_000
    private static let tick: UInt64 = 33_000_000

    @Test("A viewer gets nothing before a keyframe, and everything from it on")
    func lobby() async throws {
        let (old, source) = (Stream(), try AppSrc())
        let outlet = Outlet(source: source)
        let frame = try await TestFrame.make(width: 64, height: 48)
        #expect(outlet.take(frame, isKeyframe: true, from: old.id) == .settled)
        #expect(source.queued == 0)
        outlet.expect(old.link)
        #expect(outlet.take(frame, isKeyframe: false, from: old.id) == .settled)
        #expect(source.queued == 0)
        #expect(outlet.take(frame, isKeyframe: true, from: old.id) == .settled)
        #expect(outlet.take(frame, isKeyframe: false, from: old.id) == .settled)
        #expect(source.queued == 2)
        #expect(outlet.counters == Outlet.Counters(delivered: 2, dropped: 1, switches: 0))
        #expect(outlet.isFed(by: old.broadcaster))
    }

    @Test("A full queue drops up to the next keyframe and asks for one")
    func full() async throws {
        let (old, source) = (Stream(), try AppSrc())
        // In no pipeline yet: nobody takes from it.
        let outlet = Outlet(source: source, queueLimit: 3)
        let frame = try await TestFrame.make(width: 64, height: 48)
        old.broadcaster.add(outlet)
        #expect(old.asked.value == 1)
        for index in 0..<3 { #expect(outlet.take(frame, isKeyframe: index == 0, from: old.id) == .settled) }
        #expect(source.queued == 3)
        #expect(outlet.take(frame, isKeyframe: false, from: old.id) == .starving)
        // Also a keyframe that finds no place: there has to be another.
        #expect(outlet.take(frame, isKeyframe: true, from: old.id) == .starving)
        #expect(source.queued == 3)
        old.broadcaster.publish(frame.copy())
        #expect(old.asked.value == 2)
        let pipeline = try Pipeline("late")
        try await pipeline.chain([source, try AppSink { _ in }])
        try await pipeline.play()
        try await eventually("an empty queue") { (source.queued == 0, "\(source.queued)") }
        #expect(outlet.take(frame, isKeyframe: false, from: old.id) == .settled)
        #expect(outlet.counters == Outlet.Counters(delivered: 3, dropped: 4, switches: 0))
        #expect(outlet.take(frame, isKeyframe: true, from: old.id) == .settled)
        #expect(outlet.take(frame, isKeyframe: false, from: old.id) == .settled)
        #expect(outlet.counters == Outlet.Counters(delivered: 5, dropped: 4, switches: 0))
        await pipeline.stop()
    }

    @Test("A change of stream happens at a keyframe, without a gap and with ascending timestamps")
    func change() async throws {
        let (old, new, switches) = (Stream(), Stream(), Counter())
        let watcher = try await Watcher(queueLimit: 100)
        let outlet = Outlet(source: watcher.source, queueLimit: 100) { switches.increment() }
        let large = try await TestFrame.make(width: 64, height: 48)
        let small = try await TestFrame.make(width: 32, height: 24)
        outlet.expect(old.link)
        for index in 0..<10 as Range<UInt64> {
            let stamp = Self.start + index * Self.tick
            if index == 3 { outlet.expect(new.link) }
            // The new encoder is a frame behind the old one; its keyframe comes with its frame 6.
            _ = outlet.take(large.restamped(at: stamp), isKeyframe: index == 0, from: old.id)
            _ = outlet.take(small.restamped(at: stamp - Self.tick), isKeyframe: index == 6, from: new.id)
            #expect(switches.value == (index >= 6 ? 1 : 0))
        }
        try await eventually("eleven frames") { (watcher.units.count == 11, "\(watcher.units.count)") }
        let units = watcher.units
        #expect(units.map { $0.picture?.width ?? 0 } == Array(repeating: 64, count: 7) + Array(repeating: 32, count: 4))
        #expect(zip(units, units.dropFirst()).allSatisfy { $0.timestamp < $1.timestamp })
        // Only what would have gone back is moved.
        #expect(units[6].timestamp == Self.start + 6 * Self.tick)
        #expect(units[7].timestamp == Self.start + 6 * Self.tick + 1_000_000)
        #expect(units[9].timestamp == Self.start + 7 * Self.tick)
        #expect(outlet.counters == Outlet.Counters(delivered: 11, dropped: 0, switches: 1))
        #expect(outlet.isFed(by: new.broadcaster))
        // Too late to keep the old one.
        #expect(!outlet.forgetNext(new.broadcaster))
        await watcher.stop()
    }

    @Test("A change that was given up leaves the stream as it is")
    func forgotten() async throws {
        let (old, new, source) = (Stream(), Stream(), try AppSrc())
        let outlet = Outlet(source: source, queueLimit: 10)
        let frame = try await TestFrame.make(width: 64, height: 48)
        outlet.expect(old.link)
        _ = outlet.take(frame, isKeyframe: true, from: old.id)
        outlet.expect(new.link)
        #expect(outlet.forgetNext(new.broadcaster))
        _ = outlet.take(frame, isKeyframe: true, from: new.id)
        #expect(source.queued == 1)
        _ = outlet.take(frame, isKeyframe: false, from: old.id)
        #expect(source.queued == 2)
    }

    @Test("A stream that replaces an ended one is shown from its first keyframe on, and a change under way goes on")
    func replaced() async throws {
        let (dead, new, wanted, source) = (Stream(), Stream(), Stream(), try AppSrc())
        let outlet = Outlet(source: source, queueLimit: 10)
        let frame = try await TestFrame.make(width: 64, height: 48)
        outlet.expect(dead.link)
        _ = outlet.take(frame, isKeyframe: true, from: dead.id)
        outlet.expect(wanted.link)
        #expect(!new.broadcaster.add(outlet, replacing: wanted.broadcaster))
        #expect(new.broadcaster.add(outlet, replacing: dead.broadcaster))
        #expect(new.asked.value == 1)
        _ = outlet.take(frame, isKeyframe: true, from: dead.id)
        _ = outlet.take(frame, isKeyframe: false, from: new.id)
        #expect(source.queued == 1)
        _ = outlet.take(frame, isKeyframe: true, from: new.id)
        #expect(source.queued == 2)
        _ = outlet.take(frame, isKeyframe: true, from: wanted.id)
        #expect(source.queued == 3)
        #expect(outlet.isFed(by: wanted.broadcaster))
    }

    @Test("Two encoders on two threads: no frame of the old one comes after the keyframe that took over")
    func threads() async throws {
        let large = try await TestFrame.make(width: 64, height: 48)
        let small = try await TestFrame.make(width: 32, height: 24)
        let frames = Frame(large: large, small: small)
        for round in 0..<100 {
            let watcher = try await Watcher(queueLimit: 1000)
            let (old, new) = (Stream(), Stream())
            watcher.outlet.expect(old.link)
            _ = watcher.outlet.take(frames.large, isKeyframe: true, from: old.id)
            watcher.outlet.expect(new.link)
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    for _ in 0..<200 { _ = watcher.outlet.take(frames.large, isKeyframe: false, from: old.id) }
                }
                group.addTask {
                    for index in 0..<100 {
                        _ = watcher.outlet.take(frames.small, isKeyframe: index == 50, from: new.id)
                    }
                }
            }
            let due = Int(watcher.outlet.counters.delivered)
            try await eventually("all frames") { (watcher.units.count == due, "\(watcher.units.count) of \(due)") }
            let widths = watcher.units.map { $0.picture?.width ?? 0 }
            #expect(widths == widths.sorted(by: >), "round \(round)")
            let stamps = watcher.units.map(\.timestamp)
            #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 }, "round \(round)")
            await watcher.stop()
        }
    }

    /// Two frames for several threads.
    private final class Frame: Sendable {
        let large: Sample
        let small: Sample

        init(large: consuming Sample, small: consuming Sample) {
            self.large = large
            self.small = small
        }
    }
}
